using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>What a hook does.</summary>
/// <param name="Identity">The command, URL or id that tells it from others.</param>
/// <param name="Timeout">How long it may take.</param>
public abstract record HookDefinition(string Identity, TimeSpan Timeout)
{
    /// <summary>Gets the name given to it, if any.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what it is for, in its owner's words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the word for its kind in the settings.</summary>
    public abstract string Kind { get; }

    /// <summary>Gets what notices call it.</summary>
    public string Label => Name ?? (Identity.Length > 80 ? Identity[..80] + "…" : Identity);

    // Two hooks of one event that share a key are the same one, wherever they were written. How it runs belongs to it: the copy in
    // a project must not take the say from a person's hook by being asynchronous or by giving it no time.
    internal string Key => $"{Kind}:{Name}:{Identity}:{Timeout.Ticks}:{Manner}";

    private protected virtual string Manner => string.Empty;
}

/// <summary>A command for a shell.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record CommandHook(string Command, TimeSpan Timeout) : HookDefinition(Command, Timeout)
{
    /// <inheritdoc/>
    public override string Kind => "command";

    /// <summary>Gets variables of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether the event does not wait for it.</summary>
    public bool IsAsync { get; init; }

    /// <summary>Gets whether it is run by PowerShell instead of bash.</summary>
    public bool UsesPowerShell { get; init; }

    private protected override string Manner => $"{IsAsync}:{UsesPowerShell}:{string.Join('\0', Environment.OrderBy(static pair => pair.Key, StringComparer.Ordinal))}";
}

/// <summary>A request to a web server.</summary>
/// <param name="Url">The URL, variables not filled in.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record HttpHook(string Url, TimeSpan Timeout) : HookDefinition(Url, Timeout)
{
    /// <inheritdoc/>
    public override string Kind => "http";

    /// <summary>Gets the headers, variables not filled in.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the only variables that are filled in; others become empty.</summary>
    public IReadOnlyList<string> AllowedVariables { get; init; } = [];

    /// <summary>Gets whether it is called once for each event, and then no more.</summary>
    public bool IsOnce { get; init; }

    private protected override string Manner =>
        $"{IsOnce}:{string.Join('\0', Headers.OrderBy(static pair => pair.Key, StringComparer.Ordinal))}:{string.Join('\0', AllowedVariables)}";
}

/// <summary>A function of the host.</summary>
/// <param name="Id">What tells it from others.</param>
/// <param name="Callback">Gets the input and gives the output object as JSON, or <c>null</c>.</param>
/// <param name="Timeout">How long it may take.</param>
public sealed record FunctionHook(string Id, Func<JsonElement, CancellationToken, ValueTask<string?>> Callback, TimeSpan Timeout) : HookDefinition(Id, Timeout)
{
    /// <summary>Gets how long a function may take where nothing else is said.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Kind => "function";

    /// <summary>Gets what people are told where it fails; <c>null</c> tells them the error.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>A hook with the moment it belongs to.</summary>
/// <param name="Event">The moment.</param>
/// <param name="Source">Whose it is.</param>
/// <param name="Matcher">What its subject has to match.</param>
/// <param name="IsSequential">Whether all hooks of the moment run one after the other because of it.</param>
/// <param name="Definition">What it does.</param>
public sealed record HookEntry(HookEvent Event, HookSource Source, string Matcher, bool IsSequential, HookDefinition Definition);
