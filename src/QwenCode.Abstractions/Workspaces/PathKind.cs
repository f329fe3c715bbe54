namespace QwenCode.Workspaces;

/// <summary>What a path names.</summary>
public enum PathKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,
}
