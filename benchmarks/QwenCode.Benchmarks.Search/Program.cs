// Compares grep_search and glob with ripgrep, where that is installed, on a tree given as argument.
// Each pair runs in turn, several times; the ratio is the median of the pairs' ratios. Usage: Benchmarks.Search DIRECTORY [ROUNDS]
using System.Diagnostics;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Plugin.Search;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

var context = new ToolContext { Workspace = new Workspace(args[0]), Agent = AgentId.Main, Session = new SessionId("benchmark") };
var rounds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 7;
(string Name, Tool Tool, object Arguments, string[] Ripgrep)[] cases =
[
    ("literal, many hits", new GrepTool(), new { pattern = "summary" }, ["-i", "-n", "-c", "summary"]),
    ("literal, no hit", new GrepTool(), new { pattern = "zqxjkvb_nothing" }, ["-i", "-n", "zqxjkvb_nothing"]),
    ("literal, rare", new GrepTool(), new { pattern = "EcmaScriptPattern" }, ["-i", "-n", "EcmaScriptPattern"]),
    ("alternation of three words", new GrepTool(), new { pattern = "ripgrep|cancellation|journal" }, ["-i", "-n", "-c", "ripgrep|cancellation|journal"]),
    ("regex with a literal", new GrepTool(), new { pattern = @"public sealed class \w+Tool\b" }, ["-i", "-n", "-c", @"public sealed class \w+Tool\b"]),
    ("regex without a literal", new GrepTool(), new { pattern = @"\b[a-z]\w{14,18}\(\)" }, ["-i", "-n", "-c", @"\b[a-z]\w{14,18}\(\)"]),
    ("glob, a fifth of all files", new GlobTool(), new { pattern = "**/f1?.ts" }, ["--files", "--hidden", "--iglob", "f1?.ts"]),
    ("glob, all files", new GlobTool(), new { pattern = "**/*" }, ["--files", "--hidden"]),
];
foreach (var (name, tool, arguments, ripgrep) in cases)
{
    var own = new List<double>();
    var theirs = new List<double>();
    for (var round = -1; round < rounds; round++)
    {
        var watch = Stopwatch.StartNew();
        var result = await tool.Prepare(new ToolArguments(JsonSerializer.SerializeToElement(arguments)), context).ExecuteAsync(CancellationToken.None);
        var mine = watch.Elapsed.TotalMilliseconds;
        watch.Restart();
        var other = Ripgrep(ripgrep, args[0]) ? watch.Elapsed.TotalMilliseconds : double.NaN;
        if (round >= 0)
        {
            own.Add(mine);
            theirs.Add(other);
        }
        else
        {
            Console.Write($"{name,-28} {((TextDisplay)result.Display!).Text,-36}");
        }
    }

    Console.WriteLine($"{Median(own),8:F1} ms   rg {Median(theirs),8:F1} ms   ratio {Median([.. own.Zip(theirs, static (a, b) => a / b)]):F2}");
}

Console.WriteLine($"peak {Process.GetCurrentProcess().PeakWorkingSet64 / (1024 * 1024)} MiB");

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

static bool Ripgrep(string[] arguments, string directory)
{
    try
    {
        using var process = Process.Start(new ProcessStartInfo("rg", [.. arguments, directory]) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return true;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return false;
    }
}
