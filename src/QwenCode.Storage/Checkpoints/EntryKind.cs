namespace QwenCode.Storage.Checkpoints;

/// <summary>What a path names.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A pipe, socket or device: not kept.</summary>
    Other,
}
