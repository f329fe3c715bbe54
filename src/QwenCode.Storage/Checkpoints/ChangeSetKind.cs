namespace QwenCode.Storage.Checkpoints;

/// <summary>What changed files.</summary>
internal enum ChangeSetKind
{
    /// <summary>A call of a tool.</summary>
    Call,

    /// <summary>An undo.</summary>
    Undo,

    /// <summary>An undo was taken back.</summary>
    Redo,
}
