using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text;
using QwenCode.Diagnostics;

namespace QwenCode.Cli.Headless;

/// <summary>What <c>--startup-profile</c> prints.</summary>
internal static class StartupReport
{
    /// <summary>Makes the table.</summary>
    /// <param name="phases">The phases, in order.</param>
    /// <param name="startedAt">The timestamp at which the process started.</param>
    public static string Render(IReadOnlyList<StartupPhase> phases, long startedAt)
    {
        var text = new StringBuilder("Start-up, in ms since the process began:\n");
        var before = startedAt;
        foreach (var phase in phases)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {phase.Name,-18}{Ms(startedAt, phase.EndedAt),8:0.0}{Ms(before, phase.EndedAt),9:+0.0;-0.0}\n");
            before = phase.EndedAt;
        }

        text.Append(CultureInfo.InvariantCulture, $"  compiled at run time: {JitInfo.GetCompiledMethodCount()} methods, "
            + $"{JitInfo.GetCompilationTime().TotalMilliseconds:0.0} ms\n");
        return text.ToString();
    }

    /// <summary>Returns the timestamp at which this process started, to a hundredth of a second.</summary>
    public static long ProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        var age = TimeProvider.System.GetLocalNow().DateTime - process.StartTime;
        return TimeProvider.System.GetTimestamp() - (long)(age.TotalSeconds * TimeProvider.System.TimestampFrequency);
    }

    private static double Ms(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;
}
