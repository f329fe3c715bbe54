using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>The tasks of one session in the order they were started, ended ones too.</summary>
internal sealed class TaskList
{
    private readonly Lock _gate = new();
    private readonly List<TaskEntry> _entries = [];

    /// <summary>Adds a task at the end.</summary>
    public void Add(TaskEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
        }
    }

    /// <summary>Returns the ids of all tasks.</summary>
    public IReadOnlyList<string> Ids()
    {
        lock (_gate)
        {
            return _entries.ConvertAll(static entry => entry.Id);
        }
    }

    /// <summary>Returns the announced tasks as they stand, in the order they were started.</summary>
    public IReadOnlyList<TaskSnapshot> Snapshots()
    {
        TaskEntry[] entries;
        lock (_gate)
        {
            entries = [.. _entries];
        }

        return [.. entries.Where(static entry => entry.IsAnnounced).Select(static entry => entry.Snapshot)];
    }
}
