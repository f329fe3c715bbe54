using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>One task of the registry. Its state moves forward only, by compare-and-set; the first to end it wins.</summary>
[SuppressMessage("Design", "CA1001",
    Justification = "The token source has no timer and no wait handle: nothing to dispose, and disposing would race with a stop.")]
internal sealed class TaskEntry
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancellation = new();
    private TaskSnapshot _snapshot;
    private long _lastSign;
    private int _waiting;
    private bool _stallReported;
    private bool _isAnnounced;

    /// <param name="session">The session that the task belongs to.</param>
    /// <param name="start">What is started.</param>
    /// <param name="snapshot">The task as it begins, with its final id.</param>
    public TaskEntry(SessionTasks session, TaskStart start, TaskSnapshot snapshot)
    {
        Session = session;
        Owner = start.Owner;
        Body = start.Body;
        HoldsRun = start.HoldsRun;
        _snapshot = snapshot;
    }

    /// <summary>Gets the session's side of the task.</summary>
    public SessionTasks Session { get; }

    /// <summary>Gets the id, unique in the session.</summary>
    public string Id => _snapshot.Id;

    /// <summary>Gets whether a run, or an agent, waits for the task before it ends.</summary>
    public bool HoldsRun { get; }

    /// <summary>Gets who is notified of the end. It never changes; a retired owner passes the end on.</summary>
    public TaskOwner Owner { get; }

    /// <summary>Gets the work; <c>null</c> once the task has ended.</summary>
    public ITaskBody? Body { get; private set; }

    /// <summary>Gets or sets whether the user and the owner know of the task; before that it cannot be found.</summary>
    public bool IsAnnounced { get => Volatile.Read(ref _isAnnounced); set => Volatile.Write(ref _isAnnounced, value); }

    /// <summary>Gets or sets whether the task is stopped because the agent that owned it ended.</summary>
    public bool IsStoppedWithOwner { get; set; }

    /// <summary>Gets or sets whether the end is in an inbox. Guarded by the owners' lock.</summary>
    public bool IsDelivered { get; set; }

    /// <summary>Gets the span of what started the task, for telemetry; <c>default</c> if nothing recorded it.</summary>
    public ActivityContext Launcher { get; init; }

    /// <summary>Gets or sets the wish for a slot.</summary>
    public SlotRequest? Request { get; set; }

    /// <summary>Gets or sets the slot that the task runs in.</summary>
    public SlotLease? Slot { get; set; }

    /// <summary>Gets or sets the work that runs, for who must await it.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Gets what stops the work; a token that never cancels once the task has ended.</summary>
    public CancellationToken Token => _cancellation?.Token ?? CancellationToken.None;

    /// <summary>Gets the state; it only moves forward.</summary>
    public TaskState State => Volatile.Read(ref _snapshot).State;

    /// <summary>Gets the task as it stands, with what it has spent until now.</summary>
    public TaskSnapshot Snapshot
    {
        get
        {
            var snapshot = Volatile.Read(ref _snapshot);
            return snapshot.State is TaskState.Running && Body is { } body ? snapshot with { Stats = body.Stats } : snapshot;
        }
    }

    /// <summary>Notes a sign of life.</summary>
    public void Touch(long timestamp)
    {
        Volatile.Write(ref _lastSign, timestamp);
        _stallReported = false;
    }

    /// <summary>Notes that the task waits for something that has an end of its own, such as its children or the user.</summary>
    public void BeginWait() => Interlocked.Increment(ref _waiting);

    /// <summary>Ends a wait that <see cref="BeginWait"/> began; silence counts from here on.</summary>
    public void EndWait(long timestamp)
    {
        Touch(timestamp);
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Returns how long there was no sign of life; zero for a task that waits or does not run.</summary>
    public TimeSpan Silence(TimeProvider time) =>
        State is TaskState.Running && Volatile.Read(ref _waiting) == 0
            ? time.GetElapsedTime(Volatile.Read(ref _lastSign))
            : TimeSpan.Zero;

    /// <summary>Returns whether a silence is to be reported, once for each.</summary>
    public bool ShouldReportStall() => !_stallReported && (_stallReported = true);

    /// <summary>Moves a queued task to running; false if it has ended meanwhile.</summary>
    public bool TryBegin() =>
        TryMove(static state => state is TaskState.Queued, static snapshot => snapshot with { State = TaskState.Running }, out _);

    /// <summary>Ends the task; false if it has ended already.</summary>
    public bool TryEnd(Func<TaskSnapshot, TaskSnapshot> end, out TaskSnapshot ended) =>
        TryMove(static state => state is TaskState.Queued or TaskState.Running, end, out ended);

    /// <summary>Cancels the work's token. Does nothing once the task has ended.</summary>
    public void CancelWork() => Volatile.Read(ref _cancellation)?.Cancel();

    /// <summary>Lets go of what only a running task needs; what stays is its snapshot.</summary>
    public void Release()
    {
        Body = null;
        Request = null;
        Slot = null;
        Volatile.Write(ref _cancellation, null);
    }

    private bool TryMove(Func<TaskState, bool> from, Func<TaskSnapshot, TaskSnapshot> change, out TaskSnapshot moved)
    {
        lock (_gate)
        {
            moved = _snapshot;
            if (!from(moved.State))
            {
                return false;
            }

            moved = change(moved);
            Volatile.Write(ref _snapshot, moved);
            return true;
        }
    }
}

/// <summary>What a task came to.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Text">Its final text, if it has one.</param>
/// <param name="Error">What went wrong, if something did.</param>
/// <param name="Stats">What it spent.</param>
internal sealed record TaskResult(TaskEndReason Reason, string? Text, string? Error, TaskStats Stats)
{
    /// <summary>Returns why the task failed: what it said last, else what went wrong, else the reason's word.</summary>
    public string Explain() =>
        !string.IsNullOrWhiteSpace(Text) ? Text
        : !string.IsNullOrWhiteSpace(Error) ? Error : $"Agent terminated with mode: {Reason.ToWire()}";
}

/// <summary>What is needed to start a task.</summary>
/// <param name="Owner">Who starts it, and is notified of its end.</param>
/// <param name="Task">The task as it is announced.</param>
/// <param name="Body">The work, which is already constructed.</param>
internal sealed record TaskStart(TaskOwner Owner, TaskSnapshot Task, ITaskBody Body)
{
    /// <summary>Gets whether the task takes one of the agents' slots.</summary>
    public bool NeedsSlot { get; init; } = true;

    /// <summary>
    /// Gets whether a run waits for the task. A command in the background may be a server that never ends; it ends with its
    /// session.
    /// </summary>
    public bool HoldsRun { get; init; } = true;

    /// <summary>Gets the call below which the start is shown; <c>null</c> at the top.</summary>
    public string? ParentCallId { get; init; }
}
