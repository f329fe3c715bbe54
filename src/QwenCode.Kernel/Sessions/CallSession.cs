using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Telemetry;
using QwenCode.Kernel.Tools;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Sessions;

/// <summary>
/// Runs the calls of a program as those of a main agent that has no model. Ends of tasks are shown, recorded and noted as delivered; no
/// turn answers them.
/// </summary>
internal sealed class CallSession : ICallSession
{
    private readonly SessionContext _context;
    private readonly CancellationTokenSource _shutdown = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly SemaphoreSlim _alone = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Task _pump;
    private Task? _end;

    /// <param name="context">The session's parts. The session owns them from here on.</param>
    public CallSession(SessionContext context)
    {
        _context = context;
        _pump = PumpAsync(_shutdown.Token);
    }

    /// <inheritdoc/>
    public SessionId Id => _context.Id;

    /// <inheritdoc/>
    public ToolSet Tools => Main.OfferedTools();

    private Agent Main => _context.Main;

    /// <inheritdoc/>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => SessionTools.PrepareAsync(_context, cancellationToken);

    /// <inheritdoc/>
    public void Answer(PermissionInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _context.Permissions.Settle(input.RequestId, input.Answer);
    }

    /// <inheritdoc/>
    public async ValueTask<CallReply> CallAsync(string callId, string tool, JsonElement arguments, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(callId);
        ArgumentException.ThrowIfNullOrEmpty(tool);
        Task<CallReply> work;
        lock (_gate)
        {
            if (_end is not null)
            {
                throw new OperationCanceledException("The session has ended.");
            }

            work = RunAsync(callId, tool, arguments, cancellationToken);
            _running.TryAdd(work, 0);
        }

        try
        {
            return await work.ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(work, out _);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_end ??= EndAsync(CancellationToken.None));
        }
    }

    private async Task<CallReply> RunAsync(string callId, string tool, JsonElement arguments, CancellationToken cancellationToken)
    {
        // Whoever calls gets on with other calls; the lock is not held while a tool works.
        await Task.Yield();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutdown.Token);
        var isAlone = Main.OfferedTools().Find(tool) is { } found and not KernelTool
            && !found.Declaration.Traits.HasFlag(ToolTraits.Parallel);
        if (isAlone)
        {
            await _alone.WaitAsync(stop.Token).ConfigureAwait(false);
        }

        try
        {
            return await RunCoreAsync(callId, tool, arguments, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            if (isAlone)
            {
                _alone.Release();
            }
        }
    }

    private async ValueTask<CallReply> RunCoreAsync(
        string callId, string tool, JsonElement arguments, CancellationToken cancellationToken)
    {
        var content = new FunctionCallContent(callId, tool)
        {
            RawRepresentation = new ToolCallArguments(arguments.GetRawText(), arguments, false),
        };
        var started = Main.Session.Time.GetTimestamp();
        using var span = KernelSpans.StartTool(Main, tool, callId);
        var call = await CallAdmission.PrepareAsync(Main, content, reading: null, new CallPlace(0, 0, 1), isTruncated: false,
            isOutOfTime: false, cancellationToken).ConfigureAwait(false);
        var outcome = await _context.Calls.ExecuteAsync(Main, call, cancellationToken).ConfigureAwait(false);
        var duration = Main.Session.Time.GetElapsedTime(started);
        KernelSpans.EndTool(span, Main, tool, outcome, duration);
        Report(call, outcome, duration);
        cancellationToken.ThrowIfCancellationRequested();
        return ReplyOf(outcome);
    }

    // The call and its result together: overlapping calls would otherwise stand between each other's. Neither is kept in memory, because
    // nothing is ever asked with them.
    private void Report(PendingCall call, CallOutcome outcome, TimeSpan duration)
    {
        var completed = new ToolCallCompleted(Main.Id, call.Info, outcome.Status, outcome.Result, outcome.ModelText, duration)
        {
            ErrorType = outcome.ErrorType,
        };
        Main.CountToolUse();
        _context.Statistics.Called(completed, call.AcceptedByUser);
        var status = outcome.Status switch { ToolCallStatus.Success => "success", ToolCallStatus.Cancelled => "cancelled", _ => "error" };
        lock (_gate)
        {
            Main.Transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, [call.Call]), Main.Model.Id, null));
            Main.Transcript.Append(
                new ToolResultEntry(call.Info.Id, call.Info.Name, status, outcome.ModelText, outcome.Result, duration));
        }

        Main.Raise(completed);
    }

    private static CallReply ReplyOf(CallOutcome outcome)
    {
        var content = outcome.Result is { Error: null } result ? result.Content : ToolContent.Empty;

        // What hooks have added stands behind the text, so the parts of the tool are not all there is to say.
        IReadOnlyList<AIContent> parts = content.ToText() == outcome.ModelText && content.Parts.Count > 0
            ? content.Parts : [new TextContent(outcome.ModelText), .. outcome.Media];
        return new CallReply(parts)
        {
            Error = outcome.Status is ToolCallStatus.Success ? null
                : outcome.Result?.Error ?? new ToolError(outcome.ErrorType ?? ToolError.ExecutionDenied, outcome.ModelText),
            Result = outcome.Result,
        };
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var item = await Main.Inbox.TakeAsync(static _ => true, cancellationToken).ConfigureAwait(false);
                if (item is NotificationItem end && !TaskEnds.TryPass(Main, item))
                {
                    await AcceptAsync(end.Task, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the session takes what is left.
        }
        catch (Exception exception)
        {
            // A fault of ours: the front end learns of it, and calls go on.
            _context.Tasks.Notice($"Ends of tasks are not reported any more: {exception.Message}");
        }
    }

    private async ValueTask AcceptAsync(TaskSnapshot task, CancellationToken cancellationToken)
    {
        var line = TaskNotification.DisplayLine(task);
        var text = TaskNotification.Envelope(task, _context.Kernel.MaxNotificationCharacters);
        _context.Events.Raise(new TaskFinished(task.Owner, task, line));
        lock (_gate)
        {
            Main.Transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, text), UserEntryOrigin.Notification, line));
        }

        await TaskEnds.NoteAsync(Main, task, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await _shutdown.CancelAsync().ConfigureAwait(false);
        try
        {
            foreach (var call in _running.Keys)
            {
                await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await _pump.ConfigureAwait(false);
            await _context.Registry.StopAllAsync(Main.Tasks, "It was stopped because the session ended.", cancellationToken)
                .ConfigureAwait(false);
            while (await SessionTools.NextEndAsync(_context, cancellationToken).ConfigureAwait(false) is { } left)
            {
                if (!TaskEnds.TryPass(Main, left))
                {
                    await AcceptAsync(left.Task, cancellationToken).ConfigureAwait(false);
                }
            }

            await SessionTools.CloseAsync(_context).ConfigureAwait(false);
        }
        finally
        {
            _context.Registry.Forget(Id);
            _context.Events.Raise(new SessionEnded(Main.Id));
            _shutdown.Dispose();
        }
    }
}
