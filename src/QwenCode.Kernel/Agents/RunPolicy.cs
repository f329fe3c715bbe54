using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Turns;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Agents;

/// <summary>Where the main agent and the agents below it differ in how they run. Everything else is <see cref="AgentRun"/>.</summary>
internal abstract class RunPolicy
{
    /// <summary>Gets how often stop hooks may send the agent on in a row.</summary>
    public abstract int MaxStopHooks { get; }

    /// <summary>Gets whether stop hooks run after each turn, and not only once nothing more can come.</summary>
    public abstract bool RunsStopHooksAfterEachTurn { get; }

    /// <summary>Returns whether an item may be taken now; the others wait in the inbox.</summary>
    public abstract bool MayBeNext(InboxItem item, TaskEndReason last);

    /// <summary>Returns whether something may come although no task is out.</summary>
    public abstract bool ExpectsMore(TaskEndReason last);

    /// <summary>Returns whether the run goes on after a turn that ended this way.</summary>
    public abstract bool GoesOnAfter(TaskEndReason end);

    /// <summary>Returns why the model may not be asked again; <c>null</c> if it may.</summary>
    public abstract TaskEndReason? MayAsk();

    /// <summary>Handles an item that leads to no turn.</summary>
    /// <returns>Whether it is done with.</returns>
    public abstract bool TryHandle(InboxItem item);

    /// <summary>Takes an item into the conversation.</summary>
    /// <returns>How the turn ends without a request to the model; <c>null</c> if the model is to be asked.</returns>
    public abstract ValueTask<TurnOutcome?> AcceptAsync(InboxItem item, CancellationToken cancellationToken);

    /// <summary>Runs stop hooks on a final answer.</summary>
    /// <param name="outcome">How the turn ended.</param>
    /// <param name="earlier">The reasons for which hooks have sent the agent on so far.</param>
    /// <param name="cancellationToken">Cancels the hooks.</param>
    /// <returns>The text that the agent goes on with; <c>null</c> if it may stop.</returns>
    public abstract ValueTask<string?> RunStopHooksAsync(
        TurnOutcome outcome, IReadOnlyList<string> earlier, CancellationToken cancellationToken);

    /// <summary>Takes the reason of a stop hook into the conversation.</summary>
    public abstract void Continue(string reason);

    /// <summary>Returns which of two outcomes counts: that of the run so far, or that of a further turn.</summary>
    public virtual TurnOutcome Choose(TurnOutcome soFar, TurnOutcome next) => next;

    /// <summary>Returns which of two outcomes counts: the one a stop hook did not accept, or the one it led to.</summary>
    /// <param name="rejected">What the hook did not accept.</param>
    /// <param name="next">What the agent answered after that.</param>
    /// <param name="times">How often hooks have sent the agent on by now.</param>
    public virtual TurnOutcome ChooseAfterHook(TurnOutcome rejected, TurnOutcome next, int times) => next;

    /// <summary>Reports a turn that failed, and returns the outcome with what the user is shown.</summary>
    public abstract TurnOutcome Report(TurnOutcome outcome);

    /// <summary>Ends the run unless something has come meanwhile.</summary>
    public abstract bool TryFinish();
}
