using System.Diagnostics;
using System.Globalization;
using QwenCode.Plugin.Search;
using QwenCode.Tools;

namespace QwenCode.Benchmarks.Search;

/// <summary>grep_search and glob beside ripgrep: started in turn, compared pair by pair.</summary>
internal static class SearchCases
{
    private static readonly (string Name, Tool Tool, object Arguments, string[] Ripgrep, double Most)[] All =
    [
        ("literal, every file", new GrepTool(), new { pattern = "summary" }, ["-i", "-n", "-c", "-e", "summary"], 1.2),
        ("literal, no hit", new GrepTool(), new { pattern = "zqxjkvb_nothing" }, ["-i", "-n", "-c", "-e", "zqxjkvb_nothing"], 1.2),
        ("literal, 100 hits", new GrepTool(), new { pattern = "needle_" }, ["-i", "-n", "-c", "-e", "needle_"], 1.2),
        ("literal, some files", new GrepTool(), new { pattern = "needle_", glob = "*.ts" }, ["-i", "-n", "-c", "-g", "*.ts", "-e", "needle_"], 1.2),
        ("regex with a literal", new GrepTool(), new { pattern = @"public sealed class \w+Tool\b" }, ["-i", "-n", "-c", "-e", @"public sealed class \w+Tool\b"], 1.5),
        ("regex, literal at its end", new GrepTool(), new { pattern = @":\s+needle_\d" }, ["-i", "-n", "-c", "-e", @":\s+needle_\d"], 1.5),
        ("three words", new GrepTool(), new { pattern = "rare7000|needle_5|zqxjkvb" }, ["-i", "-n", "-c", "-e", "rare7000|needle_5|zqxjkvb"], 1.5),
        ("regex, every file", new GrepTool(), new { pattern = @"stream\s*\(\w+" }, ["-i", "-n", "-c", "-e", @"stream\s*\(\w+"], 1.5),
        ("regex with a frequent literal", new GrepTool(), new { pattern = @"\b[a-z]\w{14,18}\(\)" }, ["-i", "-n", "-c", "-e", @"\b[a-z]\w{14,18}\(\)"], 1.5),
        ("regex without a literal", new GrepTool(), new { pattern = @"[a-z]{9,}\s[a-z]{12,}" }, ["-i", "-n", "-c", "-e", @"[a-z]{9,}\s[a-z]{12,}"], 1.5),
        ("glob, a tenth of all files", new GlobTool(), new { pattern = "**/*.go" }, ["--files", "--hidden", "-g", "!.git", "--iglob", "*.go"], 1.2),
        ("glob, all files", new GlobTool(), new { pattern = "**/*" }, ["--files", "--hidden", "-g", "!.git"], 1.2),
        ("glob, one directory", new GlobTool(), new { pattern = "area07/part3/**/*.ts" }, ["--files", "--hidden", "-g", "!.git", "--iglob", "area07/part3/**/*.ts"], 1.2),
    ];

    /// <summary>Runs all of them.</summary>
    public static async Task RunAsync(string tree, int rounds, string? only)
    {
        var context = Calls.In(tree);
        foreach (var (name, tool, arguments, ripgrep, most) in All)
        {
            if (only is not null && !name.Contains(only, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var pairs = new List<(double Ours, double? Theirs)>();
            var (ours, theirs) = (0L, (long?)null);
            for (var round = -1; round < rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                var result = await Calls.RunAsync(tool, arguments, context).ConfigureAwait(false);
                var mine = watch.Elapsed.TotalMilliseconds;
                watch.Restart();
                theirs = Ripgrep(ripgrep, tree);
                if (round >= 0)
                {
                    pairs.Add((mine, theirs is null ? null : watch.Elapsed.TotalMilliseconds));
                }

                ours = Count(((TextDisplay)result.Display!).Text);
            }

            var ratio = theirs is null ? (double?)null : Calls.Median(pairs.Select(static pair => pair.Ours / pair.Theirs!.Value));
            Console.WriteLine(new Row(
                name,
                theirs is null || theirs == ours ? ours.ToString(CultureInfo.InvariantCulture) : $"**{ours}, ripgrep {theirs}**",
                Milliseconds(Calls.Median(pairs.Select(static pair => pair.Ours))),
                theirs is null ? "–" : Milliseconds(Calls.Median(pairs.Select(static pair => pair.Theirs!.Value))),
                ratio is null ? "–" : ratio.Value.ToString("F2", CultureInfo.InvariantCulture),
                $"≤ {most.ToString(CultureInfo.InvariantCulture)} × ripgrep",
                ratio is null ? null : ratio <= most && theirs == ours));
        }
    }

    private static string Milliseconds(double value) => value.ToString("F0", CultureInfo.InvariantCulture) + " ms";

    // "Found 12 matches (truncated)".
    private static long Count(string display) => display.Split(' ') is ["Found", var count, ..] ? long.Parse(count, CultureInfo.InvariantCulture) : 0;

    /// <returns>How many lines or files it found; <c>null</c> where there is no ripgrep.</returns>
    private static long? Ripgrep(string[] arguments, string directory)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("rg", [.. arguments, "./"]) { RedirectStandardOutput = true, WorkingDirectory = directory })!;
            var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            process.WaitForExit();
            return arguments.Contains("--files") ? lines.Length : lines.Sum(static line => long.Parse(line.AsSpan(line.LastIndexOf(':') + 1), CultureInfo.InvariantCulture));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
