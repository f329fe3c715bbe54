using System.Text;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Hosting.Discovery;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal if one ended it, <c>null</c> if it was not started.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it printed to its error output.</param>
/// <param name="Problem">Why it could not be started or read, or <c>null</c>.</param>
internal sealed record ProgramExit(int? Code, string Output, string Error, string? Problem = null);

/// <summary>Runs a program of the settings without a shell, in the project's root and with the user's environment.</summary>
internal static class ExternalProgram
{
    // What a model could still use is far below; a program that prints for ever must not fill the memory.
    private const int MaxOutput = 10 * 1024 * 1024;
    private const int SignalBase = 128;

    /// <exception cref="OperationCanceledException">The program was stopped with all it had started.</exception>
    public static async Task<ProgramExit> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input,
        WorkspaceServices project,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(project.ChildEnvironment) { ["QWEN_CODE"] = "1" };
        var start = new ProcessStart(program, project.Workspace.Root)
        {
            Arguments = arguments,
            Environment = environment,
            Owner = new ProcessOwner(project.Workspace.ProjectDirectory, "tool"),
        };
        var options = new ProcessRunOptions { Input = Encoding.UTF8.GetBytes(input ?? string.Empty), MaxOutput = MaxOutput };
        try
        {
            var result = await ProcessRun.RunAsync(start, options, time, cancellationToken).ConfigureAwait(false);
            return new ProgramExit(
                result.Exit?.Code ?? (result.Exit?.Signal + SignalBase),
                result.Output,
                result.Error,
                result.IsOutputCut ? $"It printed more than {MaxOutput / (1024 * 1024)} MiB; the rest is missing." : null);
        }
        catch (ProcessStartException exception)
        {
            return new ProgramExit(null, string.Empty, string.Empty, $"{program} could not be started: {exception.Message}");
        }
    }
}
