namespace QwenCode.Definitions.Prompts;

/// <summary>What a system prompt is made of.</summary>
public sealed record SystemPromptOptions
{
    /// <summary>Gets the directory the program runs in; <c>.qwen/system.md</c> is looked for there.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the user's home, for paths that begin with <c>~</c>.</summary>
    public string? HomeDirectory { get; init; }

    /// <summary>Gets <c>--system-prompt</c>, which replaces the built-in text.</summary>
    public string? Override { get; init; }

    /// <summary>Gets <c>--append-system-prompt</c>.</summary>
    public string? Append { get; init; }

    /// <summary>
    /// Gets <c>QWEN_SYSTEM_MD</c>: <c>1</c> or <c>true</c> for <c>.qwen/system.md</c>, <c>0</c> or <c>false</c> for nothing, else
    /// a path.
    /// </summary>
    public string? SystemFileVariable { get; init; }

    /// <summary>Gets the context files' text, as <see cref="Context.ContextFiles"/> returns it.</summary>
    public string? Memory { get; init; }

    /// <summary>Gets whether the working directory lies in a git repository.</summary>
    public bool IsGitRepository { get; init; }

    /// <summary>Gets what keeps commands from reaching the machine.</summary>
    public SandboxState Sandbox { get; init; }

    /// <summary>Gets the tools that are offered; advice on others is left out. <c>null</c> is all.</summary>
    public IReadOnlyCollection<string>? Tools { get; init; }
}
