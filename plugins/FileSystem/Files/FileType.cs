namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>What a path leads to.</summary>
internal enum FileType
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file with content.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A pipe, a socket or a device: reading it may block or never end.</summary>
    Special,
}
