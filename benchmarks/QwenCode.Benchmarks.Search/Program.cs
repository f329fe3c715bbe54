// Measures the search and file tools on a tree it makes itself; see benchmarks/README.md.
using System.Globalization;
using QwenCode.Benchmarks.Search;

var parent = Option("--directory") ?? Path.GetTempPath();
var files = Number("--files", 100_000);
var megabytes = Number("--megabytes", 1_024);
var rounds = Number("--rounds", 7);
var tree = Option("--tree") ?? SourceTree.Make(parent, files, megabytes * 1024L * 1024L);
Console.WriteLine($"Tree: {tree}\n");
Console.WriteLine(Row.Head);
await SearchCases.RunAsync(tree, rounds, Option("--only")).ConfigureAwait(false);
if (Option("--only") is null or "files")
{
    await FileCases.RunAsync(parent, rounds).ConfigureAwait(false);
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nPeak memory: {Environment.WorkingSet / (1024 * 1024)} MiB now, {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / (1024 * 1024)} MiB at most."));

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

int Number(string name, int usual) => Option(name) is { } text
    ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
    : usual;
