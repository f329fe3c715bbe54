namespace QwenCode.Hooks;

/// <summary>The hooks from settings and extensions, by event. Immutable.</summary>
public sealed class HookSet
{
    private static readonly int Events = Enum.GetValues<HookEvent>().Length;
    private readonly HookEntry[]?[] _entries = new HookEntry[Events][];

    /// <summary>Initializes the set, with hooks in the order they run.</summary>
    /// <param name="entries">The hooks; duplicates of one source are dropped.</param>
    public HookSet(IEnumerable<HookEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var seen = new HashSet<(HookEvent, HookSource, string, string, bool)>();
        foreach (var group in entries
            .Where(entry => seen.Add((entry.Event, entry.Source, entry.Definition.Key, entry.Matcher, entry.IsSequential)))
            .GroupBy(static entry => entry.Event))
        {
            _entries[(int)group.Key] = [.. group.OrderBy(static entry => entry.Source)];
        }
    }

    /// <summary>Gets the empty set.</summary>
    public static HookSet Empty { get; } = new([]);

    /// <summary>Gets whether the set is empty.</summary>
    public bool IsEmpty => Array.TrueForAll(_entries, static entries => entries is null);

    /// <summary>Gets the hooks of an event, in order.</summary>
    /// <param name="hookEvent">The event.</param>
    public IReadOnlyList<HookEntry> this[HookEvent hookEvent] => _entries[(int)hookEvent] ?? [];
}
