using QwenCode.Sessions;

namespace QwenCode.Cli.Running;

/// <summary>How a run of the session ends for the caller of the program.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Message">The sentence for standard error, if there is one.</param>
internal sealed record Verdict(int Code, string? Message = null)
{
    private static readonly Verdict Success = new(ExitCodes.Success);
    private static readonly Verdict Cancelled = new(ExitCodes.Cancelled, "Operation cancelled.");

    /// <summary>Judges a run.</summary>
    /// <param name="outcome">How the last run of the session ended; <c>null</c> if none did.</param>
    /// <param name="reason">Why the program stopped it.</param>
    public static Verdict Of(RunOutcome? outcome, StopReason reason) => outcome switch
    {
        _ when reason is StopReason.Signal => Cancelled,
        _ when reason is StopReason.OutOfTime => new(ExitCodes.Budget, "The limit of time (--max-wall-time) was reached."),
        { End: RunEnd.Budget } => new(ExitCodes.Budget, "The limit of tool calls (--max-tool-calls) was reached."),

        // As for any program in a pipe: the reader has what it wanted.
        null or { End: RunEnd.Cancelled } when reason is StopReason.OutputClosed => Success,
        null or { End: RunEnd.Cancelled } => Cancelled,
        { End: RunEnd.MaxTurns } => new(
            ExitCodes.TurnLimit,
            "Reached max session turns for this session. Increase the number of turns by specifying maxSessionTurns in settings.json or "
            + "--max-session-turns."),
        { End: RunEnd.Error } => new(ExitCodes.Failure),
        _ => Success,
    };
}
