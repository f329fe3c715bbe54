namespace QwenCode.Definitions.Agents;

/// <summary>Where agent definitions are looked for.</summary>
public sealed record AgentCatalogOptions
{
    /// <summary>
    /// Gets the project's root; its <c>.qwen/agents</c> and then its <c>.claude/agents</c> are read. <c>null</c> reads neither.
    /// </summary>
    public string? ProjectRoot { get; init; }

    /// <summary>Gets the user's home; its <c>.qwen/agents</c> is read. <c>null</c> reads none.</summary>
    public string? HomeDirectory { get; init; }

    /// <summary>Gets the folder with the definitions that are shipped with the program. <c>null</c> reads none.</summary>
    public string? ShippedDirectory { get; init; }

    /// <summary>
    /// Gets what finds the fault of a permission rule; it returns <c>null</c> for a valid one. The default knows none: the rules are
    /// checked when an agent is launched.
    /// </summary>
    public Func<string, string?> FindRuleFault { get; init; } = static _ => null;

    /// <summary>Gets the folders of active extensions; <c>agents</c> in each is read.</summary>
    public IReadOnlyList<string> ExtensionDirectories { get; init; } = [];
}
