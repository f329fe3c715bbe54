using QwenCode.Permissions;

namespace QwenCode.Kernel.Agents;

/// <summary>The approval mode of an agent that another starts.</summary>
public static class ChildApprovalMode
{
    /// <summary>Resolves it. A definition can widen its parent's mode only in a trusted folder.</summary>
    /// <param name="parent">The parent's mode.</param>
    /// <param name="definition">The mode the definition asks for, if any.</param>
    /// <param name="isTrusted">Whether the folder is trusted; unknown counts as trusted.</param>
    public static ApprovalMode Resolve(ApprovalMode parent, ApprovalMode? definition, bool isTrusted) => (parent, definition) switch
    {
        (ApprovalMode.Yolo or ApprovalMode.AutoEdit, _) => parent,
        (_, ApprovalMode.Plan or ApprovalMode.Default) => definition.Value,
        (_, { } wider) => isTrusted ? wider : parent,
        (ApprovalMode.Default, null) when isTrusted => ApprovalMode.AutoEdit,
        _ => parent,
    };
}
