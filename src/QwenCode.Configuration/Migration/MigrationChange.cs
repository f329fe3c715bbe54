namespace QwenCode.Configuration.Migration;

/// <summary>What bringing a file up to date did to it.</summary>
internal enum MigrationChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Only the version was added, which can be done without disturbing the rest of the text.</summary>
    VersionOnly,

    /// <summary>Values moved; the file has to be written anew.</summary>
    Rewritten,
}
