using System.Globalization;
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>Commands that a prompt may begin with.</summary>
/// <param name="project">The project, whose settings may disable some.</param>
internal sealed class SlashCommands(WorkspaceServices project)
{
    // Commands of the terminal interface, which do nothing without it.
    private static readonly HashSet<string> TerminalOnly = new(StringComparer.Ordinal)
    {
        "about", "status", "agents", "approval-mode", "arena", "auth", "login", "clear", "reset", "new", "copy", "docs", "directory",
            "dir", "dream",
        "editor", "export", "extensions", "forget", "help", "?", "hooks", "ide", "insight", "language", "mcp", "memory", "model",
        "permissions", "plan",
        "quit", "exit", "remember", "resume", "settings", "setup-github", "skills", "stats", "usage", "statusline",
        "terminal-setup", "theme",
        "tools", "trust", "vim", "btw", "bug",
    };

    private static readonly string[] Own = ["compress", "compress-fast", "context", "init", "restore", "rewind", "summary"];

    private const string InitPrompt =
        """
        Get to know this project and write QWEN.md in its root: the file that is read at the start of every session here.
        Look at the directory, the readme, the build and configuration files and a handful of telling source files before you write.
        Say what the project is for, how its parts fit together, how it is built, run and tested, and which conventions its code keeps.
        Write only what you have seen; where something matters and cannot be seen, say so. If QWEN.md exists with text in it,
        improve it and lose nothing that still holds.
        """;

    private const string SummaryPrompt =
        """
        Write a summary of this conversation to .qwen/PROJECT_SUMMARY.md in the project's root, for a reader who continues the
        work without having seen it.
        Use four sections: the overall goal; what was learned about the project; what was done and with which result; and the
        plan, each step marked as done, in progress or to do.
        Replace what the file holds. Then say in one sentence what you wrote.
        """;

    /// <summary>Gets the commands that can be used without a terminal.</summary>
    public IReadOnlyList<string> Headless => Enabled(Own);

    /// <summary>Returns whether a name is a command of the program, here or in the terminal.</summary>
    public bool IsTaken(string name) => TerminalOnly.Contains(name) || name == "summarize" || Own.Contains(name) || IsDisabled(name);

    /// <summary>Returns whether a command is disabled (<c>slashCommands.disabled</c>).</summary>
    /// <param name="name">The command, without its slash.</param>
    public bool IsDisabled(string name) => name.Length > 0 && project.DisabledCommands.Contains(name);

    /// <summary>Gets the same commands with what each does, for clients that show a list.</summary>
    public IReadOnlyList<(string Name, string Description)> Described => [.. All.Where(one => !IsDisabled(one.Name))];

    private static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("init", "Get to know the project and write QWEN.md."),
        ("summary", "Write a summary of the conversation to .qwen/PROJECT_SUMMARY.md."),
        ("compress", "Compress the conversation to make room; what you add is heeded by the notes."),
        ("context", "Say what fills the model's window; with detail, every tool and file."),
        ("compress-fast", "Compress the conversation at once, without asking the model for notes."),
        ("restore", "Bring back the files that the last prompts changed: /restore [N] [force]; without a number, list the prompts."),
        ("rewind", "Take the last prompts out of the conversation: /rewind [N] [files] [force]; without a number, list them."),
    ];

    /// <summary>Returns the prompt that a command stands for; any other prompt unchanged.</summary>
    public string Expand(string prompt) => Split(prompt) switch
    {
        (var name, _) when IsDisabled(name) => prompt,
        ("init", var extra) => InitPrompt + Extra(extra),
        ("summary", var extra) => SummaryPrompt + Extra(extra),
        _ => prompt,
    };

    /// <summary>Returns why a command that needs the terminal is refused; <c>null</c> for anything else, which goes to the model.</summary>
    public string? Refuse(string prompt)
    {
        var (name, _) = Split(prompt);
        return IsDisabled(name) ? $"The command \"/{name}\" is disabled by the settings or the command line."
            : TerminalOnly.Contains(name) ? $"The command \"/{name}\" is not supported in non-interactive mode."
            : null;
    }

    /// <summary>Returns what goes to the session for the content of a prompt, read: a command to it, or the prompt.</summary>
    public static SessionInput ToInput(IReadOnlyList<AIContent> content) =>
        content is [TextContent { Text: var text }] && Split(text) is var (name, extra)
            ? name switch
            {
                "compress" or "summarize" => new CompactInput(extra),
                "context" => new DescribeContextInput(extra is "detail"),
                "compress-fast" => new CompactInput(extra, UsesModel: false),
                "restore" => new RestoreInput(NumberIn(extra, "force"), Has(extra, "force")),
                "rewind" => new RewindInput(NumberIn(extra, "files", "force"), Has(extra, "files"), Has(extra, "force")),
                _ => new PromptInput(content),
            }
            : new PromptInput(content);

    /// <summary>Splits a prompt that begins with a slash.</summary>
    public static (string Name, string Extra) Split(string prompt)
    {
        if (!prompt.StartsWith('/'))
        {
            return (string.Empty, string.Empty);
        }

        var end = prompt.AsSpan(1).IndexOfAny(" \t\r\n");
        return end < 0 ? (prompt[1..], string.Empty) : (prompt.Substring(1, end), prompt[(end + 2)..].Trim());
    }

    private static bool Has(string extra, string word) => extra.Split(' ').Contains(word, StringComparer.Ordinal);

    // Null without any word; 0, which no command takes, for words that it does not know.
    private static int? NumberIn(string extra, params string[] known)
    {
        var words = extra.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var others = words.Except(known, StringComparer.Ordinal).ToArray();
        return words.Length == 0 ? null
            : others.Length == 1 && int.TryParse(others[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private string[] Enabled(string[] names) =>
        project.DisabledCommands.Count == 0 ? names : [.. names.Where(name => !IsDisabled(name))];

    private static string Extra(string text) => text.Length == 0 ? string.Empty : $"\n\nThe user adds: {text}";
}
