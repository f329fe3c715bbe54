namespace QwenCode.Storage.Checkpoints;

/// <summary>A path as it was or is to be: enough to tell it from another state, and often enough to bring it back.</summary>
internal sealed record FileState(EntryKind Kind)
{
    /// <summary>Gets the state of a path that names nothing.</summary>
    public static FileState None { get; } = new(EntryKind.None);

    /// <summary>Gets the permission bits; 0 on Windows.</summary>
    public int Mode { get; init; }

    /// <summary>Gets the size of a file in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Gets when a file whose content was not read was last changed.</summary>
    public long Modified { get; init; }

    /// <summary>Gets the name of a file's content; <c>null</c> if it was not read.</summary>
    public ContentHash? Hash { get; init; }

    /// <summary>Gets where the content lies in the images of the change; <c>null</c> if it does not.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets what a link leads to.</summary>
    public string? Target { get; init; }

    /// <summary>Gets why a file's content was not kept, in words that follow the path; <c>null</c> if it was.</summary>
    public string? Lost { get; init; }

    /// <summary>Returns whether a path in this state looks the same as in another one.</summary>
    public bool IsSame(FileState other) => Kind == other.Kind && Target == other.Target && (Kind is not EntryKind.File || IsSameFile(other))
        && (Kind is EntryKind.Link || Mode == other.Mode);

    private bool IsSameFile(FileState other) =>
        Size == other.Size && (Hash is not null && other.Hash is not null ? Hash == other.Hash : Modified == other.Modified);
}
