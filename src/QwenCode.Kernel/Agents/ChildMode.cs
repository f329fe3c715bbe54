using QwenCode.Permissions;

namespace QwenCode.Kernel.Agents;

/// <summary>The approval mode of an agent that another launches.</summary>
internal static class ChildMode
{
    /// <summary>
    /// A privileged parent passes its mode on. Otherwise a definition gets what it asks for, privileges only in a trusted folder;
    /// one that asks for nothing stays in plan mode if its parent is, and may edit the workspace in a trusted folder.
    /// </summary>
    public static ApprovalMode Resolve(ApprovalMode parent, ApprovalMode? wanted, bool isTrusted)
    {
        if (parent is ApprovalMode.Yolo or ApprovalMode.AutoEdit)
        {
            return parent;
        }

        if (wanted is { } mode)
        {
            return isTrusted || mode is ApprovalMode.Plan or ApprovalMode.Default ? mode : parent;
        }

        return parent is ApprovalMode.Default && isTrusted ? ApprovalMode.AutoEdit : parent;
    }
}
