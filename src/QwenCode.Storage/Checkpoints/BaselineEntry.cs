namespace QwenCode.Storage.Checkpoints;

/// <summary>One path of the workspace as it was last seen.</summary>
internal sealed class BaselineEntry
{
    /// <summary>Gets or sets what the file system said of it.</summary>
    public FileStamp Stamp { get; set; }

    /// <summary>Gets or sets the name of a file's content.</summary>
    public ContentHash? Hash { get; set; }

    /// <summary>Gets or sets where the content lies in the pack; -1 if it does not.</summary>
    public long Offset { get; set; } = -1;

    /// <summary>Gets or sets how many bytes of it the pack holds.</summary>
    public int Length { get; set; }

    /// <summary>Gets or sets what a link leads to, or why a file's content is not kept.</summary>
    public string? Text { get; set; }

    /// <summary>Gets or sets whether it may have changed again within the same tick of the file system's clock.</summary>
    public bool IsRecent { get; set; }

    /// <summary>Gets or sets the number of the look at the workspace that saw it last. Not kept on disk.</summary>
    public int SeenBy { get; set; }

    /// <summary>Returns the state, without a place for its content.</summary>
    public FileState ToState() => Stamp.Kind switch
    {
        EntryKind.File => new FileState(EntryKind.File)
        {
            Mode = Stamp.Mode, Size = Stamp.Size, Modified = Stamp.Modified, Hash = Hash, Lost = Offset < 0 ? Text ?? "was not kept" : null,
        },
        EntryKind.Link => new FileState(EntryKind.Link) { Target = Text },
        var kind => new FileState(kind) { Mode = Stamp.Mode },
    };
}
