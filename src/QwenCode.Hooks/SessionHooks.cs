namespace QwenCode.Hooks;

/// <summary>The hooks that skills and hosts register at run time. They run after all others. Safe on any thread.</summary>
/// <remarks>
/// Their matchers differ from those of settings: <c>*</c> matches everything, <c>a|b</c> lists names, anything else has to match the
/// whole name. An empty matcher matches only events that are not about tools.
/// </remarks>
public sealed class SessionHooks
{
    private readonly Lock _gate = new();
    private HookEntry[] _entries = [];

    /// <summary>Gets the hooks registered now.</summary>
    public IReadOnlyList<HookEntry> Entries => Volatile.Read(ref _entries);

    /// <summary>Registers a hook.</summary>
    /// <param name="hookEvent">The event.</param>
    /// <param name="matcher">The pattern that the subject has to match.</param>
    /// <param name="definition">The hook.</param>
    /// <returns>An object that removes the hook when it is disposed.</returns>
    public IDisposable Add(HookEvent hookEvent, string matcher, HookDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(matcher);
        ArgumentNullException.ThrowIfNull(definition);
        var entry = new HookEntry(hookEvent, HookSource.Session, matcher, false, definition);
        lock (_gate)
        {
            Volatile.Write(ref _entries, [.. _entries, entry]);
        }

        return new Registration(this, entry);
    }

    private void Remove(HookEntry entry)
    {
        lock (_gate)
        {
            Volatile.Write(ref _entries, Array.FindAll(_entries, other => !ReferenceEquals(other, entry)));
        }
    }

    private sealed class Registration(SessionHooks hooks, HookEntry entry) : IDisposable
    {
        public void Dispose() => hooks.Remove(entry);
    }
}
