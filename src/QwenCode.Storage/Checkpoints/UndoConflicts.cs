namespace QwenCode.Storage.Checkpoints;

/// <summary>What becomes of files that somebody else has changed since.</summary>
public enum UndoConflicts
{
    /// <summary>Nothing is undone.</summary>
    Refuse,

    /// <summary>They are overwritten; what they hold now is kept, and a redo brings it back.</summary>
    Overwrite,
}
