using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>Who started tasks and is told of their ends: an agent, seen from the registry.</summary>
internal sealed class TaskOwner(AgentId id, Inbox inbox, TaskOwner? parent)
{
    private readonly Lock _gate = new();
    private HashSet<TaskEntry>? _unfinished;

    public AgentId Id { get; } = id;

    /// <summary>Gets whether a task is out whose end has not reached an inbox yet.</summary>
    public bool HasUnfinished
    {
        get
        {
            lock (_gate)
            {
                return _unfinished is { Count: > 0 };
            }
        }
    }

    public TaskEntry[] Unfinished()
    {
        lock (_gate)
        {
            return _unfinished is null ? [] : [.. _unfinished];
        }
    }

    public void Add(TaskEntry entry)
    {
        lock (_gate)
        {
            (_unfinished ??= []).Add(entry);
        }
    }

    /// <summary>
    /// Puts the end of a task into the inbox, and only then takes the task off the list: who sees an empty list therefore
    /// finds every end in the inbox. An owner that is gone passes the news to its own owner.
    /// </summary>
    public void Deliver(TaskEntry entry, TaskSnapshot ended)
    {
        for (var owner = this; owner is not null && !owner.TryAccept(ended); owner = owner.Parent)
        {
        }

        lock (_gate)
        {
            _unfinished?.Remove(entry);
        }
    }

    private TaskOwner? Parent { get; } = parent;

    private bool TryAccept(TaskSnapshot ended) => inbox.TryAdd(new NotificationItem(ended));
}
