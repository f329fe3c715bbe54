using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Configures a <see cref="PermissionPolicy"/>.</summary>
public sealed record PermissionPolicyOptions
{
    /// <summary>Gets the workspace that relative paths in rules and commands start from.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Gets the rules that allow calls. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Allow { get; init; } = [];

    /// <summary>Gets the rules that force a question. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Ask { get; init; } = [];

    /// <summary>Gets the rules that forbid calls. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Deny { get; init; } = [];

    /// <summary>
    /// Gets the core tools to offer, by name or alias. The default, an empty list, offers all. Other tools are not affected.
    /// </summary>
    public IReadOnlyList<string> CoreTools { get; init; } = [];

    /// <summary>
    /// Gets the function that writes lasting rules to the settings of a scope; it throws <see cref="IOException"/> if it cannot. The
    /// default keeps rules for the session only.
    /// </summary>
    public Action<IReadOnlyList<string>, PermissionScope> Persist { get; init; } = static (_, _) => { };
}
