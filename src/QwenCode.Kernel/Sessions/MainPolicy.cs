using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Hooks;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Turns;
using QwenCode.Models;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Sessions;

/// <summary>
/// How the main agent runs for one prompt, schedule or notification: until nothing of it is out, if a run lasts that long.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="tally">What is counted for the run.</param>
/// <param name="beginAsync">Runs once, inside the first turn: prepares tools and announces the run.</param>
internal sealed class MainPolicy(
    SessionContext session, RunTally tally, Func<CancellationToken, ValueTask> beginAsync) : RunPolicy
{
    private bool _hasBegun;

    /// <summary>Gets the bound of the reference: a hook that never lets the agent stop would run up the user's bill.</summary>
    public override int MaxStopHooks => 100;

    public override bool RunsStopHooksAfterEachTurn => true;

    // A run that has failed still takes the ends of its tasks, but no schedules: one that fires for ever would keep the failure
    // from being reported.
    public override bool MayBeNext(InboxItem item, TaskEndReason last) =>
        item is not (UserItem or CompleteItem) && !(item is CronItem && last is not TaskEndReason.Goal);

    public override bool ExpectsMore(TaskEndReason last) => last is TaskEndReason.Goal && session.Cron is { HasJobs: true };

    public override bool GoesOnAfter(TaskEndReason end) =>
        session.Options.Boundary is RunBoundary.Whole && end is TaskEndReason.Goal or TaskEndReason.Error or TaskEndReason.LoopDetected;

    public override TaskEndReason? MayAsk()
    {
        var max = session.Options.MaxTurns;
        if (max >= 0 && session.Main.Turns >= max)
        {
            return TaskEndReason.MaxTurns;
        }

        tally.CountRequest();
        return null;
    }

    public override bool TryHandle(InboxItem item) => SessionItems.TryHandle(session, item);

    public override async ValueTask<TurnOutcome?> AcceptAsync(InboxItem item, CancellationToken cancellationToken)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            await beginAsync(cancellationToken).ConfigureAwait(false);
        }

        var refused = item switch
        {
            PromptItem prompt => await AcceptAsync(prompt, cancellationToken).ConfigureAwait(false),
            NotificationItem notification => await AcceptAsync(notification, CancellationToken.None).ConfigureAwait(false),
            CronItem cron => Accept(cron),
            ContinueItem => await AcceptAsync(cancellationToken).ConfigureAwait(false),
            DescribeContextItem describe => Describe(describe),
            CompactItem compact => await CompactAsync(compact.Input, cancellationToken).ConfigureAwait(false),
            RewindItem rewind => await Rewinding.RunAsync(session, rewind.Input, cancellationToken).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"The main agent takes no {item.GetType().Name} as a turn."),
        };
        session.Main.Loops?.Reset();
        return refused;
    }

    public override async ValueTask<string?> RunStopHooksAsync(
        TurnOutcome outcome, IReadOnlyList<string> earlier, CancellationToken cancellationToken)
    {
        if (outcome.End is not TaskEndReason.Goal
            || await TurnHooks.RunStopHooksAsync(session, outcome.Text, cancellationToken).ConfigureAwait(false) is not { } reason)
        {
            return null;
        }

        var times = earlier.Count + 1;
        if (times > 1)
        {
            session.Tasks.Notice(string.Create(
                CultureInfo.InvariantCulture,
                $"Stop hooks have sent the agent on {times} times in a row: {string.Join("; ", earlier.Append(reason).Distinct())}"));
        }

        if (times == MaxStopHooks)
        {
            session.Tasks.Notice(
                string.Create(CultureInfo.InvariantCulture, $"They are not asked again: {MaxStopHooks} times is the most."));
        }

        return reason;
    }

    public override void Continue(string reason) => session.Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, reason)));

    // An error stays the outcome of the run although later turns may have gone well.
    public override TurnOutcome Choose(TurnOutcome soFar, TurnOutcome next) =>
        soFar.End is TaskEndReason.Error or TaskEndReason.LoopDetected && next.End is TaskEndReason.Goal ? soFar : next;

    public override TurnOutcome Report(TurnOutcome outcome)
    {
        switch (outcome.End)
        {
            case TaskEndReason.Error:
                var failure = $"[API Error: {outcome.Error?.Message}]";
                var fault = outcome.Error as ModelException;
                session.Events.Raise(new TurnFailed(session.Main.Id, failure, fault?.Advice ?? string.Empty)
                {
                    Cause = outcome.Error?.Message ?? failure, Fault = fault?.Fault,
                });
                HookNotifications.TurnFailed(session.Options.Hooks, outcome.Error, failure);
                return outcome with { Text = failure };
            case TaskEndReason.LoopDetected:
                var stopped = $"The turn was stopped: {outcome.Error!.Message}.";
                session.Events.Raise(new TurnFailed(session.Main.Id, stopped,
                    "Say what to do differently, or switch this check off with \"model.skipLoopDetection\": true."));
                return outcome with { Text = stopped };
            default:
                return outcome;
        }
    }

    public override bool TryFinish() => true;

    /// <summary>Returns whether the last turn of an agent came to its end.</summary>
    public static TurnInterruption InterruptionOf(Agent agent) => agent.History.Last switch
    {
        not null when agent.IsAnswerCut => TurnInterruption.Turn,
        { } last when last.Role == ChatRole.Tool || last.Contents.Any(static part => part is FunctionCallContent) => TurnInterruption.Turn,
        { } last when last.Role == ChatRole.User => TurnInterruption.Prompt,
        _ => TurnInterruption.None,
    };

    private async ValueTask<TurnOutcome?> AcceptAsync(PromptItem prompt, CancellationToken cancellationToken)
    {
        if (await TurnHooks.RunPromptHooksAsync(session, prompt, cancellationToken).ConfigureAwait(false) is not { } content)
        {
            return RunTally.Block("A UserPromptSubmit hook refused the prompt.");
        }

        if (cancellationToken.IsCancellationRequested && session.Options.Hooks.Handles(HookEvent.UserPromptSubmit))
        {
            // A guard that was cut short has not agreed, and what is in the history would be sent with the next prompt.
            return TurnOutcome.Cancelled;
        }

        await AcceptRecoveredAsync(cancellationToken).ConfigureAwait(false);
        session.Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, content)));
        session.Options.Checkpoints?.BeginPrompt(prompt.Content);
        return null;
    }

    private async ValueTask<TurnOutcome?> AcceptAsync(NotificationItem notification, CancellationToken cancellationToken)
    {
        tally.CountItem();
        await TaskEnds.AcceptAsync(session.Main, notification.Task, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<TurnOutcome?> AcceptAsync(CancellationToken cancellationToken)
    {
        if (InterruptionOf(session.Main) is TurnInterruption.None)
        {
            return new TurnOutcome(TaskEndReason.Goal, string.Empty);
        }

        if (session.Main.IsAnswerCut)
        {
            // The model would take what it has said for the whole of it.
            Continue("Your answer was cut off. Go on where it ends.");
        }

        await AcceptRecoveredAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<TurnOutcome?> CompactAsync(CompactInput input, CancellationToken cancellationToken)
    {
        var request = new CompactionRequest(IsAutomatic: false, input.Instructions, input.UsesModel);
        var compacted = await Compactor.RunAsync(session.Main, request, cancellationToken).ConfigureAwait(false);
        if (compacted is not null)
        {
            return new TurnOutcome(TaskEndReason.Goal, compacted.Text);
        }

        const string nothing = "The context was not compressed: nothing would be gained.";
        if (session.Options.IsConversation)
        {
            session.Tasks.Notice(nothing);
        }

        return new TurnOutcome(TaskEndReason.Goal, nothing);
    }

    private TurnOutcome Describe(DescribeContextItem item)
    {
        var report = WindowReport.Of(session.Main);
        var text = WindowReport.Text(report, item.IsDetailed);
        session.Events.Raise(new ContextDescribed(session.Main.Id, report, text));
        return new TurnOutcome(TaskEndReason.Goal, text);
    }

    private TurnOutcome? Accept(CronItem cron)
    {
        tally.CountItem();
        var shown = $"Cron: {TextCut.Head(cron.Prompt, 40)}";
        session.Events.Raise(new CronFired(session.Main.Id, shown));
        var content = UserTurnReminders.Add(session, [new TextContent(session.Options.ExpandPrompt(cron.Prompt))]);
        session.Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, content), UserEntryOrigin.Cron, shown));
        return null;
    }

    // If they are held, and if a run lasts until its tasks are done, ends that an earlier process left undelivered are reported with the
    // next prompt. Later ones lead to turns of their own.
    private async ValueTask AcceptRecoveredAsync(CancellationToken cancellationToken)
    {
        var isHeld = session.HoldsEnds;
        session.HoldsEnds = false;
        while ((session.Options.Boundary is RunBoundary.Whole || isHeld)
            && session.Main.Inbox.TryTake(static item => item is NotificationItem) is NotificationItem left)
        {
            if (!TaskEnds.TryPass(session.Main, left))
            {
                await TaskEnds.AcceptAsync(session.Main, left.Task, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
