using QwenCode.Tasks;

namespace QwenCode.Kernel.Turns;

/// <summary>How a turn ended.</summary>
/// <param name="End">Why.</param>
/// <param name="Text">The final text, trimmed; empty unless the goal was reached.</param>
/// <param name="Error">What went wrong, for <see cref="TaskEndReason.Error"/>.</param>
internal sealed record TurnOutcome(TaskEndReason End, string Text = "", Exception? Error = null)
{
    /// <summary>Gets whether a call ended the whole run: nothing that is still out is waited for.</summary>
    public bool EndsRun { get; init; }

    /// <summary>Gets the outcome of a turn that was interrupted.</summary>
    public static TurnOutcome Cancelled { get; } = new(TaskEndReason.Cancelled);
}
