namespace QwenCode.Definitions.Context;

/// <summary>Where context files are looked for and how they are read.</summary>
public sealed record ContextFileOptions
{
    /// <summary>Gets the directory the program runs in.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the user's home.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>Gets the names, in their order. The default is <c>QWEN.md</c>, <c>AGENTS.md</c>.</summary>
    public IReadOnlyList<string> FileNames { get; init; } = ["QWEN.md", "AGENTS.md"];

    /// <summary>Gets whether the project's files count; else only the home directory's do. The default is true.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>Gets further directories whose files are read first. The default is none.</summary>
    public IReadOnlyList<string> IncludeDirectories { get; init; } = [];

    /// <summary>Gets context files that extensions bring along. The default is none.</summary>
    public IReadOnlyList<string> ExtensionFiles { get; init; } = [];

    /// <summary>Gets whether imported files are listed behind one another instead of put in place. The default is false.</summary>
    public bool UseFlatImports { get; init; }
}
