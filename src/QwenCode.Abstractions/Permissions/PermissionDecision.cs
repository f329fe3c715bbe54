namespace QwenCode.Permissions;

/// <summary>Decisions about a call.</summary>
public enum PermissionDecision
{
    /// <summary>The call runs. While planning, a call that changes something is blocked even if a rule allows it.</summary>
    Allow,

    /// <summary>The approval mode decides, or the user is asked.</summary>
    Ask,

    /// <summary>The call does not run, in any mode.</summary>
    Deny,
}
