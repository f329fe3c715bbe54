namespace QwenCode.Storage.Checkpoints;

/// <summary>A path that an undo is about.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Act">What is to be done with it.</param>
public sealed record UndoFile(string Path, UndoAct Act)
{
    /// <summary>Gets whether somebody else has changed it since.</summary>
    public bool IsConflict { get; init; }

    /// <summary>Gets why it cannot be brought back, in words that follow the path; <c>null</c> if it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets whether it is a folder.</summary>
    public bool IsFolder => (Target.Kind is EntryKind.None ? Current.Kind : Target.Kind) is EntryKind.Directory;

    internal FileState Target { get; init; } = FileState.None;

    internal FileState Current { get; init; } = FileState.None;

    /// <summary>Gets the file that holds the content.</summary>
    internal string Images { get; init; } = string.Empty;
}
