using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>A hook: what it runs, and for how long.</summary>
/// <param name="Identity">The command, URL or id that identifies it.</param>
/// <param name="Timeout">The timeout.</param>
public abstract record HookDefinition(string Identity, TimeSpan Timeout)
{
    /// <summary>Gets the name from the settings, if any.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the description from the settings, if any.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the name of its kind in settings.</summary>
    public abstract string Kind { get; }

    /// <summary>Gets the label that notices use.</summary>
    public string Label => Name ?? (Identity.Length > 80 ? Identity[..80] + "…" : Identity);

    // Hooks of one event with equal keys are one hook, whatever file they are in. The key includes how the hook runs: a copy in a
    // project must not disable a hook of the user by running in the background or with a tiny timeout.
    internal string Key => $"{Kind}:{Name}:{Identity}:{Timeout.Ticks}:{Manner}";

    private protected virtual string Manner => string.Empty;
}

/// <summary>A hook that runs a shell command.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Timeout">The timeout.</param>
public sealed record CommandHook(string Command, TimeSpan Timeout) : HookDefinition(Command, Timeout)
{
    /// <inheritdoc/>
    public override string Kind => "command";

    /// <summary>Gets additional environment variables. The default is none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets whether it runs in the background. The default is <c>false</c>.</summary>
    public bool IsAsync { get; init; }

    /// <summary>Gets whether PowerShell runs it instead of bash. The default is <c>false</c>.</summary>
    public bool UsesPowerShell { get; init; }

    private protected override string Manner =>
        $"{IsAsync}:{UsesPowerShell}:{string.Join('\0', Environment.OrderBy(static pair => pair.Key, StringComparer.Ordinal))}";
}

/// <summary>A hook that sends a request to a web server.</summary>
/// <param name="Url">The URL, with variables not yet substituted.</param>
/// <param name="Timeout">The timeout.</param>
public sealed record HttpHook(string Url, TimeSpan Timeout) : HookDefinition(Url, Timeout)
{
    /// <inheritdoc/>
    public override string Kind => "http";

    /// <summary>Gets the headers, with variables not yet substituted. The default is none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the variables that may be substituted; all others become empty. The default is none.</summary>
    public IReadOnlyList<string> AllowedVariables { get; init; } = [];

    /// <summary>Gets whether it is called only once for each event. The default is <c>false</c>.</summary>
    public bool IsOnce { get; init; }

    private protected override string Manner =>
        $"{IsOnce}:{string.Join('\0', Headers.OrderBy(static pair => pair.Key, StringComparer.Ordinal))}:"
        + string.Join('\0', AllowedVariables);
}

/// <summary>A hook that calls a function of the host.</summary>
/// <param name="Id">The id of the hook.</param>
/// <param name="Callback">Takes the input and returns the output object as JSON, or <c>null</c>.</param>
/// <param name="Timeout">The timeout.</param>
public sealed record FunctionHook(string Id, Func<JsonElement, CancellationToken, ValueTask<string?>> Callback, TimeSpan Timeout)
    : HookDefinition(Id, Timeout)
{
    /// <summary>Gets the default timeout of a function.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Kind => "function";

    /// <summary>Gets the message to show if it fails. The default, <c>null</c>, shows the error.</summary>
    public string? ErrorMessage { get; init; }
}

/// <summary>A hook and the event it runs for.</summary>
/// <param name="Event">The event.</param>
/// <param name="Source">The origin of the hook.</param>
/// <param name="Matcher">The pattern that the subject has to match.</param>
/// <param name="IsSequential">Whether this hook makes all hooks of the event run one after the other.</param>
/// <param name="Definition">The hook.</param>
public sealed record HookEntry(HookEvent Event, HookSource Source, string Matcher, bool IsSequential, HookDefinition Definition);
