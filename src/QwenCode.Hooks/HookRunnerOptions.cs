namespace QwenCode.Hooks;

/// <summary>Configures where hooks run and which URLs they may call.</summary>
public sealed record HookRunnerOptions
{
    /// <summary>Gets the directory commands run in: the root of the workspace.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the environment of commands and requests. The default, <c>null</c>, is the environment of this process.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>
    /// Gets the patterns of URLs that may be called. The default, an empty list, allows every address that is not blocked.
    /// </summary>
    public IReadOnlyList<string> AllowedUrls { get; init; } = [];

    /// <summary>
    /// Gets the directory that the program keeps for the project. Commands are noted below it, so that the next run ends what a killed
    /// one left behind. The default, <c>null</c>, notes nothing.
    /// </summary>
    public string? ProjectDirectory { get; init; }

    /// <summary>Gets the clock. The default is the system clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
