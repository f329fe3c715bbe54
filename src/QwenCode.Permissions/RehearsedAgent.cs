using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>The agent that made calls which are judged again.</summary>
/// <param name="Mode">The approval mode it worked in.</param>
public sealed record RehearsedAgent(ApprovalMode Mode)
{
    /// <summary>Gets its rules and those of the agents above it. The default is none.</summary>
    public IReadOnlyList<AgentPermissions> Narrowing { get; init; } = [];

    /// <summary>Gets which tools it has. The default is all.</summary>
    public Func<ToolDeclaration, bool> Has { get; init; } = static _ => true;
}
