using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Telemetry;
using QwenCode.Kernel.Turns;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Sessions;

/// <summary>
/// One conversation with its front end. It has one inbox and one pump: prompts, ends of tasks and schedules all come through it,
/// in order, one turn at a time.
/// </summary>
internal sealed class Session : ISession
{
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _shutdown = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TurnInterrupt _interrupt = new();
    private readonly List<TaskSnapshot> _stopped = [];
    private bool _hasFailed;

    /// <param name="context">The session's parts. The session owns them from here on, and begins to work.</param>
    public Session(SessionContext context)
    {
        _context = context;
        _ = PumpAsync(_shutdown.Token);
    }

    /// <inheritdoc/>
    public SessionId Id => _context.Id;

    /// <inheritdoc/>
    public SessionInfo Info => Describe();

    /// <inheritdoc/>
    public Task Completion => _ended.Task;

    /// <inheritdoc/>
    public TurnInterruption Interruption => MainPolicy.InterruptionOf(Main);

    private Agent Main => _context.Main;

    /// <inheritdoc/>
    public void Send(SessionInput input)
    {
        switch (input)
        {
            case PromptInput prompt:
                _interrupt.Expect();
                Main.Inbox.TryAdd(new PromptItem(prompt.Content));
                break;
            case ContinueInput:
                _interrupt.Expect();
                Main.Inbox.TryAdd(new ContinueItem());
                break;
            case CompactInput compact:
                _interrupt.Expect();
                Main.Inbox.TryAdd(new CompactItem(compact));
                break;
            case DescribeContextInput describe:
                _interrupt.Expect();
                Main.Inbox.TryAdd(new DescribeContextItem(describe.IsDetailed));
                break;
            case RewindInput or RestoreInput:
                _interrupt.Expect();
                Main.Inbox.TryAdd(new RewindItem(input));
                break;
            case CompleteInput:
                Main.Inbox.TryAdd(new CompleteItem());
                break;
            case InterruptInput interrupt:
                _interrupt.Cancel(interrupt.IncludesWaiting);
                break;
            case SetApprovalModeInput mode:
                _context.SetMode(mode.Mode);
                break;
            case SetEffortInput effort:
                Main.Effort = effort.Effort;
                break;
            case SetModelInput model:
                SetModel(model.Selector);
                break;
            case PermissionInput permission:
                _context.Permissions.Settle(permission.RequestId, permission.Answer);
                break;
            case ResumeTaskInput resume:
                // What goes on has not failed.
                var end = Main.Inbox.TryTake(item => item is NotificationItem notification && notification.Task.Id == resume.Task.Id);
                Main.Inbox.TryAdd(new ResumeItem(resume.Task, end as NotificationItem));
                break;
            case ShutdownInput:
                // Not on the caller's thread: cancelling runs what waits on the token, and the caller may be a signal handler.
                _ = Task.Run(_shutdown.Cancel);
                break;
        }
    }

    /// <inheritdoc/>
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
        await SessionTools.PrepareAsync(_context, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await _context.Launcher.LaunchAsync(Main, request, string.Empty, cancellationToken).ConfigureAwait(false);
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

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        // The caller of the constructor gets its session before anything happens in it.
        await Task.Yield();
        try
        {
            if (_context.Options.IsConversation)
            {
                HookNotifications.SessionBegan(_context);
            }

            while (!cancellationToken.IsCancellationRequested)
            {
                var item = await Main.Inbox.TakeAsync(IsNext, cancellationToken).ConfigureAwait(false);
                if (item is CompleteItem)
                {
                    await FinishAsync(cancellationToken).ConfigureAwait(false);
                    break;
                }

                if (!SessionItems.TryHandle(_context, item))
                {
                    await RunAsync(item, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A session that was not completed ends this way.
        }
        catch (Exception exception)
        {
            // A fault of ours: the front end learns of it instead of waiting for ever.
            _context.Events.Raise(new TurnFailed(Main.Id, $"Internal error: {exception.Message}", string.Empty));
            _context.Events.Raise(
                new RunCompleted(Main.Id, new RunOutcome(RunEnd.Error, exception.Message, 0, TimeSpan.Zero, TimeSpan.Zero)));
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    // If a run lasts until its tasks are done, ends that an earlier process left undelivered wait for the next prompt and are
    // reported with it.
    private bool IsNext(InboxItem item) => item is not NotificationItem
        || (_context.Options.Boundary is RunBoundary.Turn && !_context.HoldsEnds);

    // A schedule that fires for ever would hold the session for ever, although no turn is left for it.
    private bool IsOutOfTurns => _context.Options.MaxTurns >= 0 && Main.Turns >= _context.Options.MaxTurns;

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        while (!(IsOutOfTurns && !Main.Tasks.HasUnfinished) && await AgentRun.NextAsync(
            Main, item => item is not UserItem && !(_hasFailed && item is CronItem),
            !_hasFailed && _context.Cron is { HasJobs: true }, cancellationToken).ConfigureAwait(false) is { } item)
        {
            if (item is not CompleteItem && !SessionItems.TryHandle(_context, item)
                && await RunAsync(item, cancellationToken).ConfigureAwait(false) is TaskEndReason.MaxTurns)
            {
                break;
            }
        }
    }

    private async Task<TaskEndReason> RunAsync(InboxItem first, CancellationToken cancellationToken)
    {
        var tally = new RunTally(_context, Main);
        Main.ModelOverride = null;
        Main.FallbacksTried = 0;
        using var span = KernelSpans.StartAgent(Main);
        TurnOutcome outcome;
        bool isInterrupted;
        using (var run = _interrupt.Begin(first is UserItem, cancellationToken))
        {
            try
            {
                var policy = new MainPolicy(_context, tally, BeginRunAsync);
                outcome = await new AgentRun(Main, _context.Turns, policy).RunAsync(first, run.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (run.Token.IsCancellationRequested)
            {
                outcome = TurnOutcome.Cancelled;
            }

            isInterrupted = run.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
        }

        outcome = cancellationToken.IsCancellationRequested && outcome.End is not TaskEndReason.MaxTurns ? TurnOutcome.Cancelled : outcome;
        if (outcome.End is TaskEndReason.MaxTurns || outcome.EndsRun || cancellationToken.IsCancellationRequested || IsLast())
        {
            await StopTasksAsync(CancellationToken.None).ConfigureAwait(false);
        }

        span.SetEnd(outcome.End, outcome.Error);
        _hasFailed = outcome.End is TaskEndReason.Error or TaskEndReason.LoopDetected;
        _context.Events.Raise(new RunCompleted(Main.Id, tally.Outcome(outcome) with
        {
            Stopped = [.. _stopped], IsInterrupted = isInterrupted && outcome.End is TaskEndReason.Cancelled,
        })
        {
            Trigger = first is UserItem ? RunTrigger.Prompt : RunTrigger.Event,
        });
        _stopped.Clear();
        return outcome.End;
    }

    // Nothing can come any more but the ends of commands, which nobody waits for: the result says that they are stopped.
    private bool IsLast() => !Main.Tasks.HasUnfinished && _context.Cron is not { HasJobs: true }
        && Main.Inbox.Has(static item => item is CompleteItem) && !Main.Inbox.Has(static item => item is not CompleteItem);

    private async ValueTask StopTasksAsync(CancellationToken cancellationToken)
    {
        await _context.Registry.StopAllAsync(Main.Tasks, "It was stopped because the session ended.", cancellationToken)
            .ConfigureAwait(false);

        // No turn answers these any more, but they are shown, recorded, and known when the session is resumed.
        while (await SessionTools.NextEndAsync(_context, cancellationToken).ConfigureAwait(false) is { } left)
        {
            if (left.Task is { State: TaskState.Cancelled, Error: not null })
            {
                _stopped.Add(left.Task);
            }

            if (!TaskEnds.TryPass(Main, left))
            {
                await TaskEnds.AcceptAsync(Main, left.Task, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask BeginRunAsync(CancellationToken cancellationToken)
    {
        await SessionTools.PrepareAsync(_context, cancellationToken).ConfigureAwait(false);
        _context.Events.Raise(new RunStarted(Main.Id, Describe()));
    }

    private SessionInfo Describe() => new(
        Id,
        _context.Options.Workspace.Root,
        Main.Model.Id,
        Main.Mode,
        [.. Main.OfferedTools().Names],
        [.. _context.Agents.List().Select(static definition => definition.Name)],
        _context.Options.McpServers());

    /// <inheritdoc/>
    public ContextShares MeasureContext()
    {
        var memory = _context.Options.MemoryText.Length;
        return new(
            Math.Max(0, _context.Options.SystemPrompt.Length - memory)
                + _context.Options.StartupMessages.Sum(static message => message.Text.Length),
            memory,
            [
                .. Main.OfferedTools().Tools.Select(static tool => new ToolShare(
                    tool.Name, tool.Name.Length + tool.Declaration.Description.Length + tool.Declaration.Parameters.GetRawText().Length)),
            ]);
    }

    private async ValueTask EndAsync()
    {
        try
        {
            _context.Cron?.Dispose();
            await StopTasksAsync(CancellationToken.None).ConfigureAwait(false);
            if (_context.Options.IsConversation)
            {
                await HookNotifications.SessionEndedAsync(_context, CancellationToken.None).ConfigureAwait(false);
            }

            await SessionTools.CloseAsync(_context).ConfigureAwait(false);
        }
        finally
        {
            _context.Registry.Forget(Id);
            _context.Events.Raise(new SessionEnded(Main.Id));
            _ended.TrySetResult();
        }
    }
}
