namespace QwenCode.Cli.Headless;

/// <summary>Commands that a prompt may begin with.</summary>
internal static class SlashCommands
{
    // Commands of the terminal interface; without it they cannot do anything.
    private static readonly HashSet<string> TerminalOnly = new(StringComparer.Ordinal)
    {
        "about", "status", "agents", "approval-mode", "arena", "auth", "login", "clear", "reset", "new", "copy", "docs", "directory", "dir", "dream",
        "editor", "export", "extensions", "forget", "help", "?", "hooks", "ide", "insight", "language", "mcp", "memory", "model", "permissions", "plan",
        "quit", "exit", "remember", "restore", "resume", "settings", "setup-github", "skills", "stats", "usage", "statusline", "terminal-setup", "theme",
        "tools", "trust", "vim", "init", "summary", "compress", "summarize", "btw", "bug", "context",
    };

    /// <summary>Gets the commands that can be used without a terminal.</summary>
    public static IReadOnlyList<string> Headless { get; } = [];

    /// <summary>Gives the refusal of a command that needs the terminal; <c>null</c> for anything else, which goes to the model as it is.</summary>
    public static string? Refuse(string prompt)
    {
        if (!prompt.StartsWith('/'))
        {
            return null;
        }

        var end = prompt.AsSpan(1).IndexOfAny(" \t\r\n");
        var name = end < 0 ? prompt[1..] : prompt.Substring(1, end);
        return TerminalOnly.Contains(name.Trim()) ? $"The command \"/{name.Trim()}\" is not supported in non-interactive mode." : null;
    }
}
