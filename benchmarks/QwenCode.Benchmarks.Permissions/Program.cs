// Measures how long judging a call takes, over the everyday commands of the counter-table; see benchmarks/README.md.
using System.Diagnostics;
using System.Globalization;
using QwenCode.Permissions;
using QwenCode.Tools;
using QwenCode.Workspaces;

const double Target = 1;
var rounds = args is [var given, ..] ? int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture) : 7;
string[] commands =
[
    .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "everyday.tsv"))
        .Where(static line => line.Length > 0 && line[0] is not '#').Select(static line => line.Split('\t')[1]),
];
var tool = new ToolDeclaration
{
    Name = "run_shell_command", Description = string.Empty, Parameters = ToolArguments.None.Json, Kind = ToolKind.Execute,
};
var policy = new PermissionPolicy(new PermissionPolicyOptions
{
    Workspace = new Workspace(Environment.CurrentDirectory),
    Allow = Rules("Bash(git *)", "Bash(npm run *)", "Bash(dotnet test *)", "Edit(src/**)"),
    Ask = Rules("Bash(git push *)"),
    Deny = Rules("Bash(rm *)", "Bash(sudo *)", "Read(.env)", "Read(**/*.pem)", "WebFetch(internal.example.com)"),
});
var times = new double[commands.Length];
Console.WriteLine("| round | ms per call, median | 99th percentile | slowest | which |");
Console.WriteLine("| --- | ---: | ---: | ---: | --- |");
var isMissed = false;
for (var round = 1; round <= rounds; round++)
{
    for (var i = 0; i < commands.Length; i++)
    {
        var call = ToolArguments.From([new("command", commands[i])]);
        var started = Stopwatch.GetTimestamp();
        _ = policy.Judge(tool, call, ToolConsent.Ask);
        times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    var slowest = Array.IndexOf(times, times.Max());
    var sorted = times.Order().ToArray();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {round} | {sorted[sorted.Length / 2]:0.000} | {sorted[sorted.Length * 99 / 100]:0.000} | {sorted[^1]:0.0} | `{commands[slowest]}` |"));
    isMissed = sorted[sorted.Length / 2] > Target;
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"\n{commands.Length} commands. Target: a median of {Target} ms{(isMissed ? ", missed" : string.Empty)}."));
return isMissed ? 1 : 0;

static PermissionRuleText[] Rules(params string[] rules) => [.. rules.Select(static rule => new PermissionRuleText(rule, "benchmark"))];
