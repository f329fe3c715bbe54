namespace QwenCode.Hooks;

/// <summary>Where hooks run and what they may reach.</summary>
public sealed record HookRunnerOptions
{
    /// <summary>Gets the directory commands run in: the workspace's root.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the variables commands get and requests may use; <c>null</c>, the default, is the process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Gets the patterns of URLs that may be called; empty, the default, leaves it to the checks of addresses.</summary>
    public IReadOnlyList<string> AllowedUrls { get; init; } = [];

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
