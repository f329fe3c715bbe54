using System.Globalization;
using Xunit.Abstractions;

namespace QwenCode.Cli.Tests.Crash;

/// <summary>
/// The program is killed at random instants while background agents work, and started again: every task that was announced is told
/// to the model once, over all the processes of the session. <c>QWEN_CRASH_RUNS</c> says how often (25), <c>QWEN_CRASH_SEED</c> from which seed.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Category", "Crash")]
    public async Task A_killed_session_tells_every_task_once()
    {
        var runs = Number("QWEN_CRASH_RUNS", 25);
        var seed = Number("QWEN_CRASH_SEED", 20260417);
        var totals = new CrashTotals();
        var faults = new List<string>();
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (run, _) =>
        {
            await using var crash = new CrashRun(seed + run);
            var found = await crash.RunAsync(totals);
            lock (faults)
            {
                faults.AddRange(found.Select(fault => $"seed {seed + run}: {fault}"));
            }
        });

        output.WriteLine($"{runs} runs: {totals}");
        faults.ShouldBeEmpty();
        totals.Kills.ShouldBeGreaterThan(0);
        totals.Announced.ShouldBeGreaterThan(0);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
