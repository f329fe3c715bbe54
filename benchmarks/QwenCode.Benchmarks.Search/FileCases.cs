using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Plugin.FileSystem;
using QwenCode.Tools;

namespace QwenCode.Benchmarks.Search;

/// <summary>read_file of a large log and edit of a large file: time for the one, bytes moved for the other.</summary>
internal static class FileCases
{
    private const long LogBytes = 1024L * 1024 * 1024;
    private const int EditedBytes = 50 * 1024 * 1024;
    private const double MostMilliseconds = 20;
    private const double MostMissMilliseconds = 1_500;

    // What the process moves beside the file: its own code, /proc.
    private const double Slack = 0.05;

    /// <summary>Runs both.</summary>
    public static async Task RunAsync(string parent, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("qwen-file-benchmark-").FullName;
        try
        {
            var context = Calls.In(directory);
            await ReadAsync(Log(parent), rounds, context).ConfigureAwait(false);
            await EditAsync(directory, context).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ReadAsync(string log, int rounds, ToolContext context)
    {
        var times = new List<double>();
        for (var round = -1; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await Calls.RunAsync(new ReadFileTool(), new { file_path = log, offset = 0, limit = 2000 }, context).ConfigureAwait(false);
            if (round >= 0)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        var time = Calls.Median(times);
        Console.WriteLine(new Row(
            "read_file, lines 1 to 2,000 of 1 GB", "2000", Text(time, " ms"), "–", Text(time, " ms"), $"≤ {MostMilliseconds} ms", time <= MostMilliseconds));
    }

    private static async Task EditAsync(string directory, ToolContext context)
    {
        var path = Path.Combine(directory, "large.txt");
        WriteLines(path, EditedBytes);
        var length = (double)new FileInfo(path).Length;
        await Calls.RunAsync(new EditTool(), new { file_path = path, old_string = "line 12345 ", new_string = "line 12345! " }, context).ConfigureAwait(false);
        var before = Moved();
        var watch = Stopwatch.StartNew();
        await Calls.RunAsync(new EditTool(), new { file_path = path, old_string = "line 23456 ", new_string = "line 23456! " }, context).ConfigureAwait(false);
        var time = watch.Elapsed.TotalMilliseconds;
        var after = Moved();
        await MissAsync(path, context).ConfigureAwait(false);
        if (before is null || after is null)
        {
            Console.WriteLine(new Row("edit of 50 MB", "1", Text(time, " ms"), "–", "–", "≤ 2 reads, 1 write", null));
            return;
        }

        var reads = (after.Value.Read - before.Value.Read) / length;
        var writes = (after.Value.Written - before.Value.Written) / length;
        Console.WriteLine(new Row(
            "edit of 50 MB", "1", Text(time, " ms"), "–", string.Create(CultureInfo.InvariantCulture, $"{reads:F2} reads, {writes:F2} writes"), "≤ 2 reads, 1 write", reads <= 2 + Slack && writes <= 1 + Slack));
    }

    // What did not match is looked for in other spellings, and then line by line.
    private static async Task MissAsync(string path, ToolContext context)
    {
        var tool = new EditTool();
        var times = new List<double>();
        for (var round = -1; round < 3; round++)
        {
            var arguments = JsonSerializer.SerializeToElement(new { file_path = path, old_string = $"INFO line 34567 of a log that says\nsomething else {round}", new_string = "x" });
            var watch = Stopwatch.StartNew();
            var result = await tool.Prepare(new ToolArguments(arguments), context).ExecuteAsync(CancellationToken.None).ConfigureAwait(false);
            if (round >= 0)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            _ = result.Error ?? throw new InvalidOperationException("the edit should not match");
        }

        var time = Calls.Median(times);
        Console.WriteLine(new Row("edit of 50 MB that does not match", "0", Text(time, " ms"), "–", Text(time, " ms"), $"≤ {MostMissMilliseconds} ms", time <= MostMissMilliseconds));
    }

    private static string Log(string parent)
    {
        var path = Path.Combine(parent, "qwen-search-log-1.log");
        if (!File.Exists(path) || new FileInfo(path).Length < LogBytes)
        {
            WriteLines(path, LogBytes);
        }

        return path;
    }

    private static void WriteLines(string path, long bytes)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        for (var i = 1; file.Position < bytes; i++)
        {
            file.Write(Encoding.ASCII.GetBytes($"2026-01-01T00:00:00Z INFO line {i} of a log that says nothing of interest to anybody\n"));
        }
    }

    // All that read and write calls moved, from the page cache or not.
    private static (long Read, long Written)? Moved()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var lines = File.ReadAllLines("/proc/self/io").Select(static line => line.Split(": ")).ToDictionary(static parts => parts[0], static parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        return (lines["rchar"], lines["wchar"]);
    }

    private static string Text(double value, string unit) => value.ToString("F1", CultureInfo.InvariantCulture) + unit;
}
