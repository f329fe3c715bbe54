namespace QwenCode.Storage.Checkpoints;

/// <summary>What an undo or redo would do.</summary>
/// <param name="Files">The files, in the order of their paths; none if everything is as it was.</param>
public sealed record UndoPlan(IReadOnlyList<UndoFile> Files)
{
    /// <summary>Gets the files that somebody else has changed since.</summary>
    public IEnumerable<UndoFile> Conflicts => Files.Where(static file => file.IsConflict);

    internal ChangeSetKind Kind { get; init; }

    /// <summary>Gets the change sets that are undone.</summary>
    internal IReadOnlyList<string> Of { get; init; } = [];
}
