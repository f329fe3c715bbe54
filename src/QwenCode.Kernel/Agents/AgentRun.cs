using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Turns;

namespace QwenCode.Kernel.Agents;

/// <summary>
/// The driver of every agent, main, foreground, background, forked and resumed: a turn for what comes first, a turn for everything that
/// comes after it, stop hooks, and an end once nothing can come any more.
/// </summary>
internal sealed class AgentRun(Agent agent, TurnLoop turns, RunPolicy policy)
{
    private readonly List<string> _reasons = [];
    private bool _mayStop;

    /// <summary>Runs the agent until nothing more can come.</summary>
    /// <param name="first">What the run begins with.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled while it waited.</exception>
    public async Task<TurnOutcome> RunAsync(InboxItem first, CancellationToken cancellationToken)
    {
        var outcome = await TurnAsync(first, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            outcome = await SettleAsync(outcome, cancellationToken).ConfigureAwait(false);
            if (outcome.EndsRun)
            {
                return outcome;
            }

            if (!policy.RunsStopHooksAfterEachTurn && await SendOnAsync(outcome, cancellationToken).ConfigureAwait(false))
            {
                var further = await SettleAsync(await AskAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                outcome = policy.ChooseAfterHook(outcome, further, _reasons.Count);
                continue;
            }

            // What came while hooks ran, such as a message of the parent, was promised to be read.
            if (!policy.GoesOnAfter(outcome.End) || policy.TryFinish())
            {
                return outcome;
            }
        }
    }

    /// <summary>Takes what is next from an agent's inbox, or waits for it; <c>null</c> if nothing can come.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="fits">Which items may be taken.</param>
    /// <param name="expectsMore">Whether something may come although no task is out.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async ValueTask<InboxItem?> NextAsync(
        Agent agent, Func<InboxItem, bool> fits, bool expectsMore, CancellationToken cancellationToken)
    {
        // The order matters: an end is put into the inbox before its task leaves the list.
        var mayCome = agent.Tasks.HasUnfinished || expectsMore;
        cancellationToken.ThrowIfCancellationRequested();
        if (agent.Inbox.TryTake(fits) is { } item)
        {
            return item;
        }

        if (!mayCome)
        {
            return null;
        }

        var wait = () => agent.Inbox.TakeAsync(fits, cancellationToken);
        agent.Task?.BeginWait();
        try
        {
            // An agent that waits for its children lends its slot, so that they can start.
            return agent.Task?.Slot is { } slot
                ? await slot.LendWhileAsync(wait, cancellationToken).ConfigureAwait(false) : await wait().ConfigureAwait(false);
        }
        finally
        {
            agent.Task?.EndWait(agent.Session.Time.GetTimestamp());
        }
    }

    private async Task<TurnOutcome> SettleAsync(TurnOutcome outcome, CancellationToken cancellationToken)
    {
        while (!outcome.EndsRun && policy.GoesOnAfter(outcome.End))
        {
            var last = outcome.End;
            if (await NextAsync(agent, item => policy.MayBeNext(item, last), policy.ExpectsMore(last), cancellationToken)
                .ConfigureAwait(false) is not { } item)
            {
                break;
            }

            if (!policy.TryHandle(item))
            {
                var next = await TurnAsync(item, cancellationToken).ConfigureAwait(false);
                outcome = policy.Choose(outcome, next) with { EndsRun = next.EndsRun };
            }
        }

        return outcome;
    }

    private async Task<TurnOutcome> TurnAsync(InboxItem item, CancellationToken cancellationToken)
    {
        if (await policy.AcceptAsync(item, cancellationToken).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        var outcome = await AskAsync(cancellationToken).ConfigureAwait(false);
        if (policy.RunsStopHooksAfterEachTurn && !outcome.EndsRun)
        {
            _reasons.Clear();
            _mayStop = false;
            while (await SendOnAsync(outcome, cancellationToken).ConfigureAwait(false))
            {
                outcome = await AskAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return policy.Report(outcome);
    }

    private Task<TurnOutcome> AskAsync(CancellationToken cancellationToken) => turns.RunAsync(agent, policy.MayAsk, cancellationToken);

    /// <summary>Asks stop hooks, and takes their reason into the conversation if they want the agent to go on.</summary>
    private async ValueTask<bool> SendOnAsync(TurnOutcome outcome, CancellationToken cancellationToken)
    {
        if (_mayStop || _reasons.Count >= policy.MaxStopHooks
            || await policy.RunStopHooksAsync(outcome, _reasons, cancellationToken).ConfigureAwait(false) is not { } reason)
        {
            _mayStop = true;
            return false;
        }

        _reasons.Add(reason);
        policy.Continue(reason);
        return true;
    }
}
