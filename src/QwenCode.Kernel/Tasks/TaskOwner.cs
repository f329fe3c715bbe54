using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>
/// Who started tasks and is notified of their ends: an agent, seen from the registry. All owners of a session share one lock, so that
/// a task is at every moment on one owner's list or its end is in one owner's inbox, also while an owner goes.
/// </summary>
internal sealed class TaskOwner(AgentId id, Inbox inbox, TaskOwner? parent)
{
    private readonly Lock _tree = parent?._tree ?? new Lock();
    private HashSet<TaskEntry>? _unfinished;
    private int _holding;
    private bool _isGone;

    /// <summary>Gets the agent.</summary>
    public AgentId Id { get; } = id;

    /// <summary>Gets whether a task is out that is waited for and whose end has not reached the inbox yet.</summary>
    public bool HasUnfinished
    {
        get
        {
            lock (_tree)
            {
                return _holding > 0;
            }
        }
    }

    private Inbox Inbox { get; } = inbox;

    private TaskOwner? Parent { get; } = parent;

    private TaskOwner Living
    {
        get
        {
            var owner = this;
            while (owner is { _isGone: true, Parent: { } next })
            {
                owner = next;
            }

            return owner;
        }
    }

    private void Take(TaskEntry entry)
    {
        if ((_unfinished ??= []).Add(entry) && entry.HoldsRun)
        {
            _holding++;
        }
    }

    /// <summary>Returns the tasks that have not ended.</summary>
    public TaskEntry[] Unfinished()
    {
        lock (_tree)
        {
            return _unfinished is null ? [] : [.. _unfinished];
        }
    }

    /// <summary>Puts a task on the list. Returns false if the owner is gone: the task is not wanted any more.</summary>
    public bool Add(TaskEntry entry)
    {
        lock (_tree)
        {
            if (!entry.IsDelivered)
            {
                Living.Take(entry);
            }

            return !_isGone;
        }
    }

    /// <summary>Moves a task from the list into the inbox, both at once. The news of an owner that is gone goes to its own owner.</summary>
    public void Deliver(TaskEntry entry, TaskSnapshot ended)
    {
        lock (_tree)
        {
            var owner = Living;
            owner.Inbox.TryAdd(new NotificationItem(ended) { IsSilent = entry.IsStoppedWithOwner });
            if (owner._unfinished?.Remove(entry) is true && entry.HoldsRun)
            {
                owner._holding--;
            }

            entry.IsDelivered = true;
        }
    }

    /// <summary>Ends the ownership if nothing waits and nothing is waited for; afterwards nothing can be added any more.</summary>
    public bool TryRetire()
    {
        lock (_tree)
        {
            return _isGone || (_holding == 0 && Inbox.TryClose() && (_isGone = true));
        }
    }

    /// <summary>Ends the ownership. What it has not been notified of, and what is still out, is its own owner's from now on.</summary>
    /// <returns>The tasks that are still out and not needed any more.</returns>
    public IReadOnlyList<TaskEntry> Retire()
    {
        lock (_tree)
        {
            if (Parent is null || (_isGone && _unfinished is null))
            {
                return [];
            }

            _isGone = true;
            var heir = Living;
            foreach (var item in Inbox.Close())
            {
                if (item is NotificationItem)
                {
                    heir.Inbox.TryAdd(item);
                }
            }

            TaskEntry[] left = _unfinished is null ? [] : [.. _unfinished];
            (_unfinished, _holding) = (null, 0);
            foreach (var entry in left)
            {
                heir.Take(entry);
            }

            return left;
        }
    }
}
