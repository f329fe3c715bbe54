using System.Globalization;
using System.Text;

namespace QwenCode.Plugin.Shell.Processes;

/// <summary>All processes of one command: its group, its session, their descendants, and what carries its mark.</summary>
/// <remarks>
/// A process that leaves the session and loses its parents (a daemon) is found only by the mark in its environment. That, and the walk
/// itself, needs <c>/proc</c>; elsewhere signals reach the group.
/// </remarks>
/// <param name="root">The process that leads the session.</param>
/// <param name="mark">What the environment of each process of the command contains.</param>
internal sealed class ProcessTree(int root, string mark)
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);

    // Also those whose tie to the root was cut when the process between them died.
    private readonly Dictionary<int, ulong> _known = [];

    /// <summary>Sends a signal to every process that lives.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Signal(int signal)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Libc.Kill(-root, signal) == 0;
        }

        var members = Find();
        if (members.Exists(member => member.Group == root))
        {
            _ = Libc.Kill(-root, signal);
        }

        foreach (var member in members)
        {
            // The number may have been given to a stranger since we looked.
            if (member.Group != root && Read(member.Id) is { } now && now.StartedAt == member.StartedAt)
            {
                _ = Libc.Kill(member.Id, signal);
            }
        }

        return members.Count > 0;
    }

    /// <summary>Says whether any process of the command lives.</summary>
    public bool IsAlive() => OperatingSystem.IsLinux() ? Find().Count > 0 : Libc.Kill(-root, 0) == 0;

    /// <summary>Gives the processes that live.</summary>
    public IReadOnlyList<int> Survivors() => OperatingSystem.IsLinux() ? Find().ConvertAll(static member => member.Id) : [root];

    private static Entry? Read(int id)
    {
        try
        {
            // "12 (a name) with ) in it) S 1 12 12 …": the name may hold anything, so we count from its last parenthesis.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new Entry(
                    id,
                    int.Parse(fields[1], CultureInfo.InvariantCulture),
                    int.Parse(fields[2], CultureInfo.InvariantCulture),
                    int.Parse(fields[3], CultureInfo.InvariantCulture),
                    ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private List<Entry> Find()
    {
        var others = new List<Entry>();
        var members = new List<Entry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && id != Environment.ProcessId
                && Read(id) is { } entry)
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

    private bool IsOurs(Entry entry) =>
        entry.Id == root || entry.Group == root || entry.Session == root
        || (_known.TryGetValue(entry.Id, out var startedAt) && startedAt == entry.StartedAt)
        || CarriesMark(entry.Id);

    private bool CarriesMark(int id)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return false;
        }
    }

    private sealed record Entry(int Id, int Parent, int Group, int Session, ulong StartedAt);
}
