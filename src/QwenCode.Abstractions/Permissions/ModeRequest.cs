using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>What the decision of the approval mode depends on, besides the call itself.</summary>
/// <param name="Mode">The approval mode of the agent.</param>
/// <param name="Verdict">The verdict of the rules.</param>
/// <param name="Workspace">The workspace of the agent.</param>
/// <param name="Locations">The files the tool says the call is about.</param>
/// <param name="Confirmation">What the user would be asked; <c>null</c> until it is prepared.</param>
public sealed record ModeRequest(
    ApprovalMode Mode,
    PermissionVerdict Verdict,
    Workspace Workspace,
    IReadOnlyList<ToolLocation> Locations,
    ToolConfirmation? Confirmation = null);
