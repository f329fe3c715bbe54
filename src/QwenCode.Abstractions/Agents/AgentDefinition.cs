using QwenCode.Permissions;

namespace QwenCode.Agents;

/// <summary>A kind of agent, as a markdown file or a host describes it. Immutable; an agent keeps the one it was started with.</summary>
public sealed record AgentDefinition
{
    /// <summary>Gets the name that <c>subagent_type</c> selects, compared without regard to case.</summary>
    public required string Name { get; init; }

    /// <summary>Gets when to use the agent, for the model that delegates.</summary>
    public required string Description { get; init; }

    /// <summary>Gets the system prompt, before <c>${…}</c> is filled in.</summary>
    public required string SystemPrompt { get; init; }

    /// <summary>Gets where the definition comes from.</summary>
    public AgentLevel Level { get; init; }

    /// <summary>Gets the file, or a stand-in such as <c>&lt;builtin:Explore&gt;</c>.</summary>
    public string FilePath { get; init; } = string.Empty;

    /// <summary>Gets the tools the agent may have, by name or display name; <c>null</c>, empty or <c>*</c> is all its parent has.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>
    /// Gets the tools the agent must not have, applied last: names, <c>mcp__SERVER</c>, <c>mcp__SERVER__TOOL</c>, a trailing
    /// <c>*</c>.
    /// </summary>
    public IReadOnlyList<string> DisallowedTools { get; init; } = [];

    /// <summary>Gets the model selector: <c>null</c> or <c>inherit</c>, <c>MODEL</c>, or <c>PROTOCOL:MODEL</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the approval mode asked for; what the agent gets also depends on its parent and on trust.</summary>
    public ApprovalMode? ApprovalMode { get; init; }

    /// <summary>Gets the agent's own permission rules; <c>null</c> is none. They only narrow what its parent may do.</summary>
    public AgentPermissions? Permissions { get; init; }

    /// <summary>Gets the MCP servers of the agent; <c>null</c>, the default, is all that its parent has.</summary>
    public AgentServers? Servers { get; init; }

    /// <summary>Gets whether the agent always runs in the background.</summary>
    public bool Background { get; init; }

    /// <summary>Gets the colour front ends draw it in; <c>null</c> is automatic.</summary>
    public string? Color { get; init; }

    /// <summary>Gets what ends the agent early.</summary>
    public AgentBudget Budget { get; init; } = AgentBudget.None;

    /// <summary>Gets the keys of its file that are not supported and have no effect.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> IgnoredKeys { get; init; } = [];

    /// <summary>Gets remarks that did not make the definition unusable.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
