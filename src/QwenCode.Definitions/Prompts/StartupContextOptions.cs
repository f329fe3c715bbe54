namespace QwenCode.Definitions.Prompts;

/// <summary>What the first message of a conversation is made of.</summary>
public sealed record StartupContextOptions
{
    /// <summary>Gets the workspace's directories, the working directory first.</summary>
    public required IReadOnlyList<string> Directories { get; init; }

    /// <summary>Gets the clock. The default is the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gets whether a path is ignored by the project's rules; the second argument says whether it is a directory. The default
    /// knows no rules.
    /// </summary>
    public Func<string, bool, bool>? IsIgnored { get; init; }

    /// <summary>Gets how many entries the tree shows. The default is 20.</summary>
    public int MaxEntries { get; init; } = 20;
}
