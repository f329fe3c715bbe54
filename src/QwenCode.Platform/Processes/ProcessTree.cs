using System.Text;

namespace QwenCode.Platform.Processes;

/// <summary>All processes of one program: its group, its session, their descendants, and what carries its mark.</summary>
/// <remarks>
/// A process that leaves the session and loses its parents (a daemon) is found only by the mark in its environment. That, and the walk
/// itself, needs a table that can be listed; elsewhere signals reach the group. Every number is checked against the start time that was
/// seen with it before it is signalled, because the system gives the numbers of dead processes away again.
/// </remarks>
/// <param name="root">The process that leads the session. Its number is ours until <see cref="ReleaseRoot"/>.</param>
/// <param name="mark">What the environment of each process of the program contains.</param>
/// <param name="table">The processes of the system.</param>
internal sealed class ProcessTree(int root, string mark, IProcessTable table)
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);
    private readonly Lock _gate = new();

    // Also those whose tie to the root was cut when the process between them died.
    private readonly Dictionary<int, ulong> _known = [];
    private volatile bool _isRootOurs = true;

    /// <summary>Describes what another program has started and left behind: what carries the mark, and what descends from it.</summary>
    /// <param name="mark">What the environment of each process of the program contains.</param>
    /// <param name="table">The processes of the system.</param>
    public ProcessTree(string mark, IProcessTable table)
        : this(0, mark, table) => _isRootOurs = false;

    /// <summary>
    /// Says that the root is waited for: from now on its number, and the group and session of that number, may be another
    /// program's.
    /// </summary>
    public void ReleaseRoot() => _isRootOurs = false;

    /// <summary>Looks who belongs to the program now, so that it can be found when the root is gone.</summary>
    public void Remember()
    {
        if (table.CanList)
        {
            Find();
        }
    }

    /// <summary>Sends a signal to every process that lives.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Signal(int signal)
    {
        if (!table.CanList)
        {
            return _isRootOurs && table.Signal(-root, signal);
        }

        var members = Find();
        var isGroupOurs = _isRootOurs && members.Exists(member => member.Group == root);
        if (isGroupOurs)
        {
            table.Signal(-root, signal);
        }

        foreach (var member in members)
        {
            // The number may belong to another program since the table was read.
            if (!(isGroupOurs && member.Group == root) && table.Find(member.Id) is { } now && now.StartedAt == member.StartedAt)
            {
                table.Signal(member.Id, signal);
            }
        }

        return members.Count > 0;
    }

    /// <summary>Returns whether any process of the program lives.</summary>
    public bool IsAlive() => table.CanList ? Find().Count > 0 : _isRootOurs && table.Signal(-root, 0);

    /// <summary>Gets the processes that live.</summary>
    public IReadOnlyList<int> Survivors() => table.CanList ? Find().ConvertAll(static member => member.Id) : IsAlive() ? [root] : [];

    private List<ProcessEntry> Find()
    {
        lock (_gate)
        {
            var others = new List<ProcessEntry>();
            var members = new List<ProcessEntry>();
            foreach (var id in table.List())
            {
                if (table.Find(id) is { } entry)
                {
                    (IsOurs(entry) ? members : others).Add(entry);
                }
            }

            // Each round finds the children of what the round before found.
            for (var found = true; found;)
            {
                var parents = members.Select(static member => member.Id).ToHashSet();
                var children = others.FindAll(entry => parents.Contains(entry.Parent));
                others.RemoveAll(children.Contains);
                members.AddRange(children);
                found = children.Count > 0;
            }

            foreach (var member in members)
            {
                _known[member.Id] = member.StartedAt;
            }

            return members;
        }
    }

    private bool IsOurs(ProcessEntry entry) =>
        (_isRootOurs && (entry.Id == root || entry.Group == root || entry.Session == root))
        || (_known.TryGetValue(entry.Id, out var startedAt) && startedAt == entry.StartedAt)
        || table.Carries(entry.Id, _mark);
}
