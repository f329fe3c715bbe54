using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Hooks;
using QwenCode.Kernel.Turns;
using QwenCode.Models;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Sessions;

/// <summary>
/// One conversation with its front end. It has one inbox and one pump: prompts, ends of tasks and schedules all come through it,
/// in order, one turn at a time.
/// </summary>
internal sealed class Session : ISession
{
    // A hook that never lets the agent stop would run up the person's bill; the number is the reference's.
    private const int MaxStopHooks = 100;

    private readonly SessionContext _context;
    private readonly TurnLoop _turns;
    private readonly CancellationTokenSource _shutdown = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _turn;
    private bool _hasFailed;

    public Session(SessionContext context, TurnLoop turns)
    {
        (_context, _turns) = (context, turns);
        _ = PumpAsync();
    }

    public SessionId Id => _context.Id;

    public SessionInfo Info => Describe();

    public Task Completion => _ended.Task;

    private Agent Main => _context.Main;

    public void Send(SessionInput input)
    {
        switch (input)
        {
            case PromptInput prompt:
                Main.Inbox.TryAdd(new PromptItem(prompt.Content));
                break;
            case CompleteInput:
                Main.Inbox.TryAdd(new CompleteItem());
                break;
            case InterruptInput:
                lock (_gate)
                {
                    _turn?.Cancel();
                }

                break;
            case SetApprovalModeInput mode:
                _context.SetMode(mode.Mode);
                break;
            case SetModelInput model:
                SetModel(model.Selector);
                break;
            case PermissionInput permission:
                _context.Permissions.Settle(permission.RequestId, permission.Answer);
                break;
            case ResumeTaskInput resume:
                Resume(resume.Task);
                break;
            case ShutdownInput:
                // Not on the caller's thread: cancelling runs what waits on the token, and the caller may be a signal handler.
                _ = Task.Run(_shutdown.Cancel);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Completion.IsCompleted)
        {
            Send(new ShutdownInput());
        }

        await Completion.ConfigureAwait(false);
        _shutdown.Dispose();
    }

    /// <summary>Launches an agent without a word of the main one.</summary>
    public async ValueTask<ToolResult> LaunchAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        await PrepareToolsAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await _context.Launcher.LaunchAsync(Main, request, string.Empty, cancellationToken).ConfigureAwait(false);
    }

    private void Resume(TaskSnapshot task)
    {
        if (_context.Transcripts.LoadAgent(Id, new AgentId(task.Id)) is not { } conversation)
        {
            _context.Tasks.Notice($"Task {task.Id} cannot be resumed: it has no transcript.");
            return;
        }

        try
        {
            _context.Launcher.Resume(task, conversation.Messages);
        }
        catch (QwenCodeException exception)
        {
            _context.Tasks.Notice($"Task {task.Id} cannot be resumed: {exception.Message}");
        }
    }

    private void SetModel(string selector)
    {
        try
        {
            Main.Model = _context.Models.Resolve(selector, Main.Model);
            _context.Events.Raise(new ModelChanged(Main.Id, Main.Model.Id));
        }
        catch (ModelException exception)
        {
            _context.Tasks.Notice($"The model '{selector}' cannot be used: {exception.Message} {exception.Advice}".TrimEnd());
        }
    }

    private async Task PumpAsync()
    {
        // The caller of the constructor gets its session before anything happens in it.
        await Task.Yield();
        try
        {
            if (_context.Options.IsConversation)
            {
                HookPosts.SessionBegan(_context);
            }

            while (!_shutdown.IsCancellationRequested)
            {
                var item = await Main.Inbox.TakeAsync(IsNext, _shutdown.Token).ConfigureAwait(false);
                if (item is CompleteItem)
                {
                    await FinishAsync().ConfigureAwait(false);
                    break;
                }

                if (item is not WakeItem && !AgentWork.TryPass(Main, item))
                {
                    await RunAsync(item).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            // The way a session ends that nobody completed.
        }
        catch (Exception exception)
        {
            // A fault of ours: the front end learns of it instead of waiting for ever.
            _context.Events.Raise(new TurnFailed(Main.Id, $"Internal error: {exception.Message}", string.Empty));
            _context.Events.Raise(new RunCompleted(Main.Id, new RunOutcome(RunEnd.Error, exception.Message, 0, TimeSpan.Zero, TimeSpan.Zero)));
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    // Where a run lasts until its tasks are done, ends that an earlier process left undelivered wait for the next prompt and are told with it.
    private bool IsNext(InboxItem item) => item is not NotificationItem || _context.Options.Boundary is RunBoundary.Turn;

    // A schedule that fires for ever would hold the session for ever, although no turn is left for it.
    private bool IsOutOfTurns => _context.Options.MaxTurns >= 0 && Main.Turns >= _context.Options.MaxTurns;

    private async Task FinishAsync()
    {
        while (!(IsOutOfTurns && !Main.Tasks.HasUnfinished) && await NextAsync(static item => item is not PromptItem, _hasFailed, _shutdown.Token).ConfigureAwait(false) is { } item)
        {
            if (item is NotificationItem or CronItem && !AgentWork.TryPass(Main, item)
                && await RunAsync(item).ConfigureAwait(false) is TaskEndReason.MaxTurns)
            {
                break;
            }
        }
    }

    private async Task<TaskEndReason> RunAsync(InboxItem first)
    {
        var run = new RunTally(_context, Main);
        Main.ModelOverride = null;
        var outcome = await WorkAsync(run, first, isFirst: true).ConfigureAwait(false);
        while (_context.Options.Boundary is RunBoundary.Whole && outcome.End is TaskEndReason.Goal or TaskEndReason.Error or TaskEndReason.LoopDetected)
        {
            InboxItem? item;
            try
            {
                item = await NextAsync(static item => item is not (PromptItem or CompleteItem), outcome.End is not TaskEndReason.Goal, _shutdown.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                outcome = TurnOutcome.Cancelled;
                break;
            }

            if (item is null)
            {
                break;
            }

            if (item is not WakeItem && !AgentWork.TryPass(Main, item))
            {
                var next = await WorkAsync(run, item, isFirst: false).ConfigureAwait(false);

                // An error stays the outcome of the run although later turns may have gone well.
                outcome = outcome.End is TaskEndReason.Error or TaskEndReason.LoopDetected && next.End is TaskEndReason.Goal ? outcome : next;
            }
        }

        if (outcome.End is TaskEndReason.MaxTurns)
        {
            await _context.Registry.StopAllAsync(Main.Tasks).ConfigureAwait(false);
            await FlushNotificationsAsync().ConfigureAwait(false);
        }
        else if (_shutdown.IsCancellationRequested)
        {
            outcome = TurnOutcome.Cancelled;
            await _context.Registry.StopAllAsync(Main.Tasks).ConfigureAwait(false);
            await FlushNotificationsAsync().ConfigureAwait(false);
        }

        _hasFailed = outcome.End is TaskEndReason.Error or TaskEndReason.LoopDetected;
        _context.Events.Raise(new RunCompleted(Main.Id, run.Outcome(outcome)));
        return outcome.End;
    }

    private async Task<TurnOutcome> WorkAsync(RunTally run, InboxItem item, bool isFirst)
    {
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token);
        lock (_gate)
        {
            _turn = turn;
        }

        try
        {
            if (isFirst)
            {
                await PrepareToolsAsync(turn.Token).ConfigureAwait(false);
                _context.Events.Raise(new RunStarted(Main.Id, Describe()));
            }

            return await WorkAsync(run, item, turn.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _turn = null;
            }
        }
    }

    // Tools that come late, such as those of servers, are waited for here: the run's first word already lists them.
    private async ValueTask PrepareToolsAsync(CancellationToken cancellationToken)
    {
        foreach (var source in _context.ToolSources)
        {
            try
            {
                foreach (var notice in await source.PrepareAsync(cancellationToken).ConfigureAwait(false))
                {
                    _context.Tasks.Notice(notice);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The turn is interrupted; it ends the way all interrupted turns do.
                return;
            }
            catch (Exception exception)
            {
                // A source that fails is no reason for the conversation to end: it goes on with the tools there are.
                _context.Tasks.Notice($"Tools could not be prepared: {exception.Message}");
            }
        }
    }

    private async Task<TurnOutcome> WorkAsync(RunTally run, InboxItem item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case PromptItem prompt:
                if (await TurnHooks.HearPromptAsync(_context, prompt, cancellationToken).ConfigureAwait(false) is not { } content)
                {
                    return RunTally.Block("A UserPromptSubmit hook refused the prompt.");
                }

                if (cancellationToken.IsCancellationRequested && _context.Options.Hooks.Handles(HookEvent.UserPromptSubmit))
                {
                    // A guard that was cut short has not agreed, and what is in the history would be sent with the next prompt.
                    return TurnOutcome.Cancelled;
                }

                await TellRecoveredAsync(cancellationToken).ConfigureAwait(false);
                Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, content)));
                break;
            case NotificationItem notification:
                run.CountItem();
                await AgentWork.AcceptAsync(Main, notification.Task, CancellationToken.None).ConfigureAwait(false);
                break;
            case CronItem cron:
                run.CountItem();
                var shown = $"Cron: {TextCut.Head(cron.Prompt, 40)}";
                _context.Events.Raise(new CronFired(Main.Id, shown));
                Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, UserTurnReminders.Add(_context, [new TextContent(_context.Options.ExpandPrompt(cron.Prompt))])), UserEntryOrigin.Cron, shown));
                break;
        }

        Main.Loops?.Reset();
        var outcome = await _turns.RunAsync(Main, () => MayAsk(run), cancellationToken).ConfigureAwait(false);
        var reasons = new List<string>();
        while (outcome.End is TaskEndReason.Goal && reasons.Count < MaxStopHooks)
        {
            if (await TurnHooks.HearStopAsync(_context, outcome.Text, cancellationToken).ConfigureAwait(false) is not { } reason)
            {
                break;
            }

            reasons.Add(reason);
            if (reasons.Count > 1)
            {
                _context.Tasks.Notice(string.Create(CultureInfo.InvariantCulture, $"Stop hooks have sent the agent on {reasons.Count} times in a row: {string.Join("; ", reasons.Distinct())}"));
            }

            if (reasons.Count == MaxStopHooks)
            {
                _context.Tasks.Notice(string.Create(CultureInfo.InvariantCulture, $"They are not asked again: {MaxStopHooks} times is the most."));
            }

            Main.Accept(new UserEntry(new HistoryMessage(ChatRole.User, reason)));
            outcome = await _turns.RunAsync(Main, () => MayAsk(run), cancellationToken).ConfigureAwait(false);
        }

        if (outcome.End is TaskEndReason.Error)
        {
            var message = $"[API Error: {outcome.Error?.Message}]";
            _context.Events.Raise(new TurnFailed(Main.Id, message, outcome.Error is ModelException { Advice: var advice } ? advice : string.Empty));
            HookPosts.TurnFailed(_context.Options.Hooks, outcome.Error, message);
            return outcome with { Text = message };
        }

        if (outcome.End is TaskEndReason.LoopDetected)
        {
            var message = $"The turn was stopped: {outcome.Error!.Message}.";
            _context.Events.Raise(new TurnFailed(Main.Id, message, "Say what to do differently, or switch this check off with \"model.skipLoopDetection\": true."));
            return outcome with { Text = message };
        }

        return outcome;
    }

    private TaskEndReason? MayAsk(RunTally run)
    {
        var max = _context.Options.MaxTurns;
        if (max >= 0 && Main.Turns >= max)
        {
            return TaskEndReason.MaxTurns;
        }

        run.CountRequest();
        return null;
    }

    private async ValueTask TellRecoveredAsync(CancellationToken cancellationToken)
    {
        while (_context.Options.Boundary is RunBoundary.Whole && Main.Inbox.TryTake(static item => item is NotificationItem) is NotificationItem left)
        {
            if (!AgentWork.TryPass(Main, left))
            {
                await AgentWork.AcceptAsync(Main, left.Task, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Gives what leads to the next turn, or <c>null</c> once the session is at rest: nothing waits and nothing is out. A run that
    /// has failed still hears of its tasks, but no longer waits for schedules: one that fires for ever would keep the failure from ever being told.
    /// </summary>
    private async ValueTask<InboxItem?> NextAsync(Func<InboxItem, bool> fits, bool hasFailed, CancellationToken cancellationToken)
    {
        bool IsNext(InboxItem item) => fits(item) && !(hasFailed && item is CronItem);

        // The order matters: what has left the list of tasks, or of schedules, is already in the inbox.
        var mayCome = Main.Tasks.HasUnfinished || (!hasFailed && _context.Cron is { HasJobs: true });
        cancellationToken.ThrowIfCancellationRequested();
        return Main.Inbox.TryTake(IsNext) is { } item ? item
            : mayCome ? await Main.Inbox.TakeAsync(IsNext, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private SessionInfo Describe() => new(
        Id,
        _context.Options.Workspace.Root,
        Main.Model.Id,
        Main.Mode,
        [.. Main.OfferedTools().Names],
        [.. _context.Agents.List().Select(static definition => definition.Name)],
        _context.Options.McpServers());

    private async ValueTask EndAsync()
    {
        try
        {
            _context.Cron?.Dispose();
            await _context.Registry.StopAllAsync(Main.Tasks).ConfigureAwait(false);
            await FlushNotificationsAsync().ConfigureAwait(false);
            if (_context.Options.IsConversation)
            {
                await HookPosts.SessionEndedAsync(_context).ConfigureAwait(false);
            }

            await _context.Options.Hooks.CloseAsync().ConfigureAwait(false);
            Main.Inbox.Close();
            await Main.Transcript.DisposeAsync().ConfigureAwait(false);
            if (_context.Options.Journal is { } journal)
            {
                await journal.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _context.Events.Raise(new SessionEnded(Main.Id));
            _ended.TrySetResult();
        }
    }

    // Nobody will answer these any more, but they are shown, recorded, and known to whoever resumes the session.
    private async ValueTask FlushNotificationsAsync()
    {
        while (true)
        {
            // A task that ended by itself just before it was stopped may still be on its way here.
            var mayCome = Main.Tasks.HasUnfinished;
            var item = Main.Inbox.TryTake(static item => item is NotificationItem)
                ?? (mayCome ? await Main.Inbox.TakeAsync(static item => item is NotificationItem, CancellationToken.None).ConfigureAwait(false) : null);
            if (item is not NotificationItem left)
            {
                return;
            }

            if (!AgentWork.TryPass(Main, left))
            {
                await AgentWork.AcceptAsync(Main, left.Task, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
