using QwenCode.Permissions;

namespace QwenCode.Kernel.Agents;

/// <summary>The approval mode of an agent that another starts.</summary>
public static class ChildApprovalMode
{
    /// <summary>Resolves it. A definition can narrow its parent's mode, but a child never has more rights than its parent.</summary>
    /// <param name="parent">The parent's mode.</param>
    /// <param name="definition">The mode the definition asks for, if any.</param>
    public static ApprovalMode Resolve(ApprovalMode parent, ApprovalMode? definition) => (parent, definition) switch
    {
        // The user chose not to be asked; a definition that asks would only make its agent fail in the background.
        (ApprovalMode.Yolo or ApprovalMode.AutoEdit, _) => parent,
        (_, ApprovalMode.Plan) => ApprovalMode.Plan,
        _ => parent,
    };
}
