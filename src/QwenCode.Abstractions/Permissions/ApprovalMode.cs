namespace QwenCode.Permissions;

/// <summary>Which calls run without approval.</summary>
public enum ApprovalMode
{
    /// <summary>Only calls that change nothing run; all others are blocked until the user approves a plan.</summary>
    Plan,

    /// <summary>Every call that changes something needs approval.</summary>
    Default,

    /// <summary>Edits inside the workspace run; commands need approval.</summary>
    AutoEdit,

    /// <summary>Every call runs, unless a rule forbids it.</summary>
    Yolo,
}
