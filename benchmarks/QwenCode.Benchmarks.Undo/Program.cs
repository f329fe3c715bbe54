// Measures what it costs to keep files for undo, beside a shadow git repository; see benchmarks/README.md.
using System.Diagnostics;
using System.Globalization;
using QwenCode.Agents;
using QwenCode.Checkpoints;
using QwenCode.Sessions;
using QwenCode.Storage.Checkpoints;
using QwenCode.Workspaces;

const double Target = 10;
var count = args is [var given, ..] ? int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture) : 10_000;
var directory = Directory.CreateTempSubdirectory("undo-bench-").FullName;
try
{
    var root = Path.Combine(directory, "work");
    var bytes = MakeTree(root, count);
    var workspace = new Workspace(root, runtimeDirectory: Path.Combine(directory, "home"));
    Console.WriteLine($"{count} files, {bytes >> 20} MiB.\n\n| what | median ms | slowest |\n| --- | ---: | ---: |");
    var isMissed = false;
    foreach (var notifications in new[] { true, false })
    {
        var options = new CheckpointOptions { UsesNotifications = notifications };
        var told = notifications ? "the kernel tells" : "every file is looked at";
        if (notifications)
        {
            await Measure("first command in the project", 1, options, static () => { });
        }

        await Measure($"first command of a process, {told}", 5, options, static () => { }, isFresh: true);
        var quiet = await Measure($"command that changes nothing, {told}", notifications ? 200 : 20, options, static () => { });
        isMissed |= notifications && OperatingSystem.IsLinux() && quiet > Target;
        await Measure($"command that changes one file, {told}", 20, options,
            () => File.WriteAllText(Path.Combine(root, "d0", "s0", "f0.cs"), Guid.NewGuid().ToString()));
        await Measure($"command that deletes and makes 500 files, {told}", 5, options, () =>
        {
            Directory.Delete(Path.Combine(root, "d1"), recursive: true);
            MakeTree(Path.Combine(root, "d1"), 500);
        });
    }

    await Measure("edit of one file by a tool", 50, new CheckpointOptions(),
        () => File.WriteAllText(Path.Combine(root, "d0", "s0", "f1.cs"), Guid.NewGuid().ToString()), Path.Combine(root, "d0", "s0", "f1.cs"));
    Git();
    return isMissed ? 1 : 0;

    async Task<double> Measure(string what, int rounds, CheckpointOptions options, Action act, string? file = null, bool isFresh = false)
    {
        var times = new List<double>();
        var checkpoints = Open(options);
        if (rounds > 1 && !isFresh)
        {
            await CallAsync(checkpoints, file, static () => { });
        }

        for (var i = 0; i < rounds; i++)
        {
            if (isFresh)
            {
                await checkpoints.DisposeAsync();
                checkpoints = Open(options);
            }

            times.Add(await CallAsync(checkpoints, file, act));
        }

        await checkpoints.DisposeAsync();
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {times[times.Count / 2]:0.00} | {times[^1]:0.00} |"));
        return times[times.Count / 2];
    }

    WorkspaceCheckpoints Open(CheckpointOptions options) =>
        new(workspace, SessionId.New(), 0, options, TimeProvider.System, static text => throw new InvalidOperationException(text));

    void Git()
    {
        var git = Path.Combine(directory, "git");
        Run("init", "-q");
        Line("first", "add", "-A");
        Line("nothing changed", "add", "-A");
        Line("status", "status", "--porcelain");

        void Line(string what, params string[] words)
        {
            var time = Run(words);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| shadow git, {string.Join(' ', words)}, {what} | {time:0.00} | |"));
        }

        double Run(params string[] words)
        {
            var start = new ProcessStartInfo("git", [$"--git-dir={git}", $"--work-tree={root}", .. words]) { RedirectStandardOutput = true };
            var began = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }
}
finally
{
    Directory.Delete(directory, recursive: true);
}

// What is added to a call: the time of what it does itself is taken off.
static async Task<double> CallAsync(WorkspaceCheckpoints checkpoints, string? file, Action act)
{
    var began = Stopwatch.GetTimestamp();
    var watch = await checkpoints.WatchAsync(new WatchedCall(AgentId.Main, "c", "t", file is null ? null : [file]), CancellationToken.None);
    var before = Stopwatch.GetElapsedTime(began);
    act();
    began = Stopwatch.GetTimestamp();
    await watch.CompleteAsync(CancellationToken.None);
    return (before + Stopwatch.GetElapsedTime(began)).TotalMilliseconds;
}

static long MakeTree(string root, int files)
{
    var bytes = 0L;
    for (var i = 0; i < files; i++)
    {
        var folder = Path.Combine(root, $"d{i / 500}", $"s{i / 20 % 25}");
        Directory.CreateDirectory(folder);
        var text = string.Concat(Enumerable.Repeat($"line of file {i}\n", 100 + (i * 7919 % 600)));
        File.WriteAllText(Path.Combine(folder, $"f{i % 20}.cs"), text);
        bytes += text.Length;
    }

    return bytes;
}
