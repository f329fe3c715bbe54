using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QwenCode.Kernel.Telemetry;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>
/// Every task of the process: agents, forks, commands. It starts them when a slot is free, ends each exactly once, and sees to it
/// that the end is in the journal before it is in the owner's inbox. All operations are O(1) in the number of tasks.
/// </summary>
public sealed partial class TaskRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(SessionId Session, string Id), TaskEntry> _entries = new();
    private readonly ConcurrentDictionary<SessionId, TaskList> _lists = new();
    private readonly ConcurrentDictionary<TaskEntry, byte> _running = new();
    private readonly KernelOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SlotGate _slots;
    private readonly ITimer? _watchdog;

    /// <param name="options">How many agents run at once, and when silence is reported.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    internal TaskRegistry(KernelOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _slots = new SlotGate(options.MaxConcurrentAgents);
        if (options.StallWarning > TimeSpan.Zero || options.StallLimit > TimeSpan.Zero)
        {
            var shortest = options.StallWarning <= TimeSpan.Zero ? options.StallLimit
                : options.StallLimit <= TimeSpan.Zero || options.StallWarning < options.StallLimit ? options.StallWarning
                : options.StallLimit;
            _watchdog = time.CreateTimer(static state => ((TaskRegistry)state!).LookForStalled(), this, shortest / 2, shortest / 2);
        }
    }

    /// <summary>Returns a task as it stands, or <c>null</c>.</summary>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="id">Its id.</param>
    public TaskSnapshot? Find(SessionId session, string id) => Announced(session, id)?.Snapshot;

    /// <summary>Returns the tasks of a session, ended ones too, in the order they were started.</summary>
    /// <param name="session">The session.</param>
    public IReadOnlyList<TaskSnapshot> List(SessionId session) => _lists.TryGetValue(session, out var list) ? list.Snapshots() : [];

    /// <summary>Stops a task and everything below it. Its owner is notified at once; the work gets the grace period to end.</summary>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The task as it stood before, or <c>null</c> if there is none; one that had ended is left alone.</returns>
    public TaskSnapshot? Stop(SessionId session, string id)
    {
        if (Announced(session, id) is not { } entry)
        {
            return null;
        }

        var before = entry.Snapshot;
        Cancel(entry);
        return before;
    }

    /// <summary>Hands a message to a running task.</summary>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="message">The message.</param>
    /// <param name="isTaken">Whether the task will get it; a task that has ended, or is just ending, does not.</param>
    /// <returns>The task as it stands, or <c>null</c> if there is none.</returns>
    public TaskSnapshot? SendMessage(SessionId session, string id, string message, out bool isTaken)
    {
        isTaken = false;
        if (Announced(session, id) is not { } entry)
        {
            return null;
        }

        isTaken = !entry.Snapshot.HasEnded && entry.Body?.TrySend(message) is true;
        return entry.Snapshot;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_watchdog is not null)
        {
            await _watchdog.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var entry in _entries.Values)
        {
            Cancel(entry);
        }

        await AwaitWorkAsync(_running.Keys, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Journals and announces a task, and starts it as soon as it has a slot.</summary>
    /// <returns>The task; it may have ended already if its owner is being stopped.</returns>
    internal TaskEntry Start(SessionTasks session, TaskStart start)
    {
        var entry = Add(session, start);
        session.Started(entry.Snapshot);
        session.Raise(new TaskStarted(start.Owner.Id, entry.Snapshot) { ParentCallId = start.ParentCallId });
        var isWanted = start.Owner.Add(entry);
        entry.IsAnnounced = true;
        if (!isWanted)
        {
            // The owner was stopped while it launched this, and has stopped what it had until then.
            Cancel(entry);
        }
        else if (start.NeedsSlot)
        {
            entry.Request = _slots.Request(lease => Begin(entry, lease));
            Forget(entry);
        }
        else
        {
            Begin(entry, null);
        }

        return entry;
    }

    /// <summary>Stops the tasks of an owner and everything below them, and waits for the work to end within the grace period.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="reason">Why, for the notifications; <c>null</c> if whoever is notified knows.</param>
    /// <param name="cancellationToken">Ends the waiting; what was stopped stays stopped.</param>
    internal ValueTask StopAllAsync(TaskOwner owner, string? reason, CancellationToken cancellationToken) =>
        StopAllAsync(owner.Unfinished(), reason, cancellationToken);

    /// <summary>
    /// The same for an owner that ends: ends of its tasks that it has not seen go to its own owner. So do its commands, which go on: the
    /// model was promised their ends.
    /// </summary>
    /// <param name="owner">The owner.</param>
    /// <param name="end">How it ended. Cancelled, it leaves nothing behind.</param>
    /// <param name="cancellationToken">Ends the waiting; what was stopped stays stopped.</param>
    internal ValueTask RetireAsync(TaskOwner owner, TaskEndReason end, CancellationToken cancellationToken) =>
        StopAllAsync(Leftovers(owner, end), null, cancellationToken);

    /// <summary>Forgets the tasks of a session that is closed; what still runs of them has been cancelled.</summary>
    /// <param name="session">The session.</param>
    internal void Forget(SessionId session)
    {
        if (_lists.TryRemove(session, out var list))
        {
            foreach (var id in list.Ids())
            {
                _entries.TryRemove((session, id), out _);
            }
        }
    }

    /// <summary>Cancels a task and everything below it, at once; the work has its grace period. Does nothing if it has ended.</summary>
    /// <param name="entry">The task.</param>
    /// <param name="reason">Why, for the notification; <c>null</c> if whoever is notified knows.</param>
    internal void Cancel(TaskEntry entry, string? reason = null)
    {
        var wasQueued = false;
        var children = entry.Body?.Children;
        var isMine = entry.TryEnd(
            snapshot =>
            {
                wasQueued = snapshot.State is TaskState.Queued;
                return snapshot with
                {
                    State = TaskState.Cancelled, EndReason = TaskEndReason.Cancelled, Error = reason, EndedAt = _time.GetUtcNow(),
                };
            },
            out var ended);
        if (!isMine)
        {
            return;
        }

        CancelWork(entry);
        Retire(children, TaskEndReason.Cancelled);
        if (wasQueued)
        {
            entry.Running = entry.Body?.DisposeAsync().AsTask() ?? Task.CompletedTask;
            Forget(entry);
        }

        Deliver(entry, ended);
    }

    // A place in the queue is given up as soon as it is not wanted, and not when its turn would have come.
    private void Forget(TaskEntry entry)
    {
        if (entry.Snapshot.HasEnded && entry is { Slot: null, Request: { } request })
        {
            _slots.Withdraw(request);
            entry.Release();
        }
    }

    private async ValueTask StopAllAsync(IReadOnlyList<TaskEntry> entries, string? reason, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            Cancel(entry, reason);
        }

        await AwaitWorkAsync(entries, cancellationToken).ConfigureAwait(false);
    }

    private void Retire(TaskOwner? owner, TaskEndReason end)
    {
        foreach (var child in owner is null ? [] : Leftovers(owner, end))
        {
            Cancel(child);
        }
    }

    // What an owner that ends leaves to be stopped. Commands of one that was not cancelled outlive it.
    private static List<TaskEntry> Leftovers(TaskOwner owner, TaskEndReason end)
    {
        var stopped = new List<TaskEntry>();
        foreach (var entry in owner.Retire())
        {
            if (entry.HoldsRun || end is TaskEndReason.Cancelled)
            {
                entry.IsStoppedWithOwner = true;
                stopped.Add(entry);
            }
        }

        return stopped;
    }

    private void CancelWork(TaskEntry entry)
    {
        try
        {
            entry.CancelWork();
        }
        catch (AggregateException exception)
        {
            // A cancellation callback threw; the task is over all the same, and its end must be delivered.
            LogCancelFailed(entry.Id, exception);
        }
    }

    private TaskEntry? Announced(SessionId session, string id) =>
        _entries.TryGetValue((session, id), out var entry) && entry.IsAnnounced ? entry : null;

    private TaskEntry Add(SessionTasks session, TaskStart start)
    {
        // Some providers number calls anew in every answer, so that two launches may ask for one id; both must be kept.
        for (var ordinal = 1; ; ordinal++)
        {
            var id = ordinal == 1 ? start.Task.Id : $"{start.Task.Id}-{ordinal}";
            var task = start.Task with { Id = id, State = TaskState.Queued, StartedAt = _time.GetUtcNow() };
            var entry = new TaskEntry(session, start, task) { Launcher = KernelSpans.Current };
            if (_entries.TryAdd((session.Id, id), entry))
            {
                _lists.GetOrAdd(session.Id, static _ => new TaskList()).Add(entry);
                return entry;
            }
        }
    }

    private bool Begin(TaskEntry entry, SlotLease? lease)
    {
        if (!entry.TryBegin())
        {
            entry.Release();
            return false;
        }

        entry.Slot = lease;
        entry.Touch(_time.GetTimestamp());
        _running.TryAdd(entry, 0);

        // The work starts in a context of its own: not in that of the task that freed the slot.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            entry.Running = Task.Run(() => RunAsync(entry, entry.Token));
        }

        return true;
    }

    private async Task RunAsync(TaskEntry entry, CancellationToken cancellationToken)
    {
        TaskResult result;
        var kind = entry.Snapshot.Kind;
        var isCounted = KernelMeters.TaskBegan(kind);
        var span = KernelSpans.StartTask(entry, _time);
        try
        {
            result = await entry.Body!.RunAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            result = new TaskResult(TaskEndReason.Cancelled, null, null, TaskStats.Zero);
        }
        catch (Exception exception)
        {
            // Whatever a task throws ends that task, is reported to its owner, and ends nothing else.
            result = new TaskResult(TaskEndReason.Error, null, exception.Message, entry.Body?.Stats ?? TaskStats.Zero);
        }

        try
        {
            // Before its owner can go on, and end: what is recorded of a run must not miss the tasks it waited for.
            span.SetEnd(result.Reason);
            span.Dispose();
            if (isCounted)
            {
                KernelMeters.TaskEnded(kind);
            }

            End(entry, result);
        }
        finally
        {
            entry.Slot?.Dispose();
            _running.TryRemove(entry, out _);
            entry.Release();
        }
    }

    /// <summary>Returns the state that an end leads to.</summary>
    internal static TaskState StateOf(TaskEndReason end) => end switch
    {
        TaskEndReason.Goal => TaskState.Completed,
        TaskEndReason.Cancelled => TaskState.Cancelled,
        _ => TaskState.Failed,
    };

    private void End(TaskEntry entry, TaskResult result)
    {
        var state = StateOf(result.Reason);
        var children = entry.Body?.Children;
        var mine = entry.TryEnd(
            snapshot => snapshot with
            {
                State = state,
                EndReason = result.Reason,
                Result = state is TaskState.Completed ? result.Text : null,
                Error = state is TaskState.Failed ? result.Explain() : null,
                Stats = result.Stats,
                EndedAt = _time.GetUtcNow(),
            },
            out var ended);
        if (mine)
        {
            Retire(children, result.Reason);
            Deliver(entry, ended);
        }
    }

    // Journal first, inbox second: a crash between the two is made good at the next start, a crash before the first finds the
    // task still running and reports it as interrupted. Either way the owner gets it once.
    private static void Deliver(TaskEntry entry, TaskSnapshot ended)
    {
        entry.Session.Ended(ended);
        entry.Owner.Deliver(entry, ended);
    }

    private async ValueTask AwaitWorkAsync(IEnumerable<TaskEntry> entries, CancellationToken cancellationToken)
    {
        var work = entries.Select(static entry => entry.Running).Where(static running => !running.IsCompleted).ToArray();
        if (work.Length == 0)
        {
            return;
        }

        try
        {
            await Task.WhenAll(work).WaitAsync(_options.StopGracePeriod, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogWorkLeft(work.Count(static running => !running.IsCompleted));
        }
    }
}
