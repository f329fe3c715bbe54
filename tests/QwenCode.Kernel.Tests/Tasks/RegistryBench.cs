using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tests.Tasks;

/// <summary>A registry with an owner, whose tasks do what the test says.</summary>
internal sealed class RegistryBench : IAsyncDisposable
{
    private readonly List<AgentEvent> _events = [];

    public RegistryBench(KernelOptions? options = null)
    {
        Registry = new TaskRegistry(options ?? new KernelOptions(), Clock, NullLogger.Instance);
        Owner = new TaskOwner(AgentId.Main, Inbox, null);
        Session = new SessionTasks(new SessionId("s"), Journal, Notices.Add, Raise);
    }

    public TestClock Clock { get; } = new();

    public TestJournal Journal { get; } = new();

    public Inbox Inbox { get; } = new();

    public TaskOwner Owner { get; }

    public TaskRegistry Registry { get; }

    public SessionTasks Session { get; }

    public List<string> Notices { get; } = [];

    public TaskEntry Start(string id, Func<TaskEntry, CancellationToken, Task<TaskResult>> work, TaskOwner? owner = null, TaskOwner? children = null) =>
        Registry.Start(Session, new TaskStart(owner ?? Owner, Snapshot(id, owner ?? Owner), new Body(work, children)));

    public static TaskSnapshot Snapshot(string id, TaskOwner owner) => new()
    {
        Id = id, Kind = TaskKind.Agent, Owner = owner.Id, Description = id, Type = "t", State = TaskState.Queued,
    };

    public static TaskResult Goal(string text = "done") => new(TaskEndReason.Goal, text, null, TaskStats.Zero);

    public static async Task<TaskResult> UntilCancelled(TaskEntry entry, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return Goal();
    }

    /// <summary>Takes the next end out of the inbox.</summary>
    public async Task<TaskSnapshot> NextAsync() =>
        ((NotificationItem)await Inbox.TakeAsync(static _ => true, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20))).Task;

    public IReadOnlyList<TaskSnapshot> Told()
    {
        var told = new List<TaskSnapshot>();
        while (Inbox.TryTake(static _ => true) is NotificationItem item)
        {
            told.Add(item.Task);
        }

        return told;
    }

    public ValueTask DisposeAsync() => Registry.DisposeAsync();

    private void Raise(AgentEvent raised)
    {
        lock (_events)
        {
            _events.Add(raised);
        }
    }

    private sealed class Body(Func<TaskEntry, CancellationToken, Task<TaskResult>> work, TaskOwner? children) : ITaskBody
    {
        public TaskStats Stats => TaskStats.Zero;

        public TaskOwner? Children => children;

        public Task<TaskResult> RunAsync(TaskEntry task, CancellationToken cancellationToken) => work(task, cancellationToken);

        public bool TrySend(string message) => false;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
