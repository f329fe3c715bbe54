using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Turns;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Sessions;

/// <summary>What is counted for one prompt: its run's turns, time and tokens.</summary>
internal sealed class RunTally(SessionContext context, Agent main)
{
    private readonly long _started = context.Time.GetTimestamp();
    private readonly TimeSpan _modelTime = main.ModelTime;
    private int _requests;
    private int _items;

    // Rounds of tool results within a notification's turn are not counted apart: clients of the protocol expect one for each.
    public void CountRequest() => _requests += _items == 0 ? 1 : 0;

    /// <summary>Counts a notification or schedule that led to a turn.</summary>
    public void CountItem() => _items++;

    /// <summary>Returns the outcome of a prompt that a hook refused.</summary>
    public static TurnOutcome Block(string message) =>
        new(TaskEndReason.Error, Text: message, Error: new InvalidOperationException(message));

    /// <summary>Returns what the front end gets of the run.</summary>
    /// <param name="outcome">How the last turn ended.</param>
    public RunOutcome Outcome(TurnOutcome outcome)
    {
        var (usage, denials) = context.Statistics.Snapshot();
        var end = outcome.End switch
        {
            TaskEndReason.Goal => RunEnd.Success,
            TaskEndReason.MaxTurns => RunEnd.MaxTurns,
            TaskEndReason.MaxToolCalls => RunEnd.Budget,
            TaskEndReason.Cancelled => RunEnd.Cancelled,
            _ => RunEnd.Error,
        };
        return new RunOutcome(end, outcome.Text, _requests + _items, context.Time.GetElapsedTime(_started),
            main.ModelTime - _modelTime) { Usage = usage, Denials = denials };
    }
}
