namespace QwenCode.Permissions;

/// <summary>What runs without being asked about.</summary>
public enum ApprovalMode
{
    /// <summary>Look, do not touch: what would change something is refused until a plan is approved.</summary>
    Plan,

    /// <summary>Everything that changes something is asked about.</summary>
    Default,

    /// <summary>Edits run; commands are asked about.</summary>
    AutoEdit,

    /// <summary>Everything runs.</summary>
    Yolo,
}
