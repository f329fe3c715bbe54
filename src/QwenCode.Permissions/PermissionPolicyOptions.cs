using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>What a <see cref="PermissionPolicy"/> is made of.</summary>
public sealed record PermissionPolicyOptions
{
    /// <summary>Gets where relative path rules begin and relative paths of commands are resolved.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Gets rules that let calls run. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Allow { get; init; } = [];

    /// <summary>Gets rules that force a question. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Ask { get; init; } = [];

    /// <summary>Gets rules that forbid calls. The default is none.</summary>
    public IReadOnlyList<PermissionRuleText> Deny { get; init; } = [];

    /// <summary>Gets the core tools that exist, aliases welcome; none means all. Tools outside the core set are not concerned.</summary>
    public IReadOnlyList<string> CoreTools { get; init; } = [];

    /// <summary>Gets what writes lasting rules to the settings of a scope; throws <see cref="IOException"/> where it cannot. The default keeps them for the session only.</summary>
    public Action<IReadOnlyList<string>, PermissionScope> Persist { get; init; } = static (_, _) => { };
}

/// <summary>A rule as it was found.</summary>
/// <param name="Text">The rule.</param>
/// <param name="Origin">Where it stands, such as <c>settings.json: permissions.deny[2]</c> or <c>--allowed-tools</c>.</param>
public sealed record PermissionRuleText(string Text, string Origin);
