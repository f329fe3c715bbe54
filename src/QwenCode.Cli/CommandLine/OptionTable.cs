namespace QwenCode.Cli.CommandLine;

/// <summary>The options that do something, in the order of the help, and the search for any option.</summary>
internal static class OptionTable
{
    /// <summary>Gets the options that do something.</summary>
    public static IReadOnlyList<OptionSpec> Working { get; } =
    [
        new("prompt", OptionKind.Text, "Prompt, appended to standard input. Plain words are a prompt, too.") { Alias = 'p' },
        new("prompt-interactive", OptionKind.Text, "Run the prompt, then stay in interactive mode.") { Alias = 'i' },
        new("model", OptionKind.Text, "Model.") { Alias = 'm' },
        new("fallback-model", OptionKind.List, "Models that take over, at most three, when one is overloaded or out of reach."),
        new("unattended", OptionKind.Flag, "Wait until the provider's limits reset, however long that takes."),
        new("auth-type", OptionKind.Text, "Protocol of the model.")
        {
            Choices = ["openai", "anthropic", "qwen-oauth", "gemini", "vertex-ai", "sk-openai"],
                NewerChoices = [("openai-responses", "openai")],
        },
        new("openai-api-key", OptionKind.Text, "API key of the selected protocol."),
        new("openai-base-url", OptionKind.Text, "Base URL of the selected protocol."),
        new("openai-logging", OptionKind.Flag, "Write each request to the model and its answer to a file, without keys."),
        new("openai-logging-dir", OptionKind.Text, "Directory of those files. The default is logs/openai."),
        new("model-cassette", OptionKind.Text, "record:FILE keeps what a model is asked and answers; replay:FILE and strict:FILE use it."),
        new("proxy", OptionKind.Text, "Proxy for requests to the model, such as http://host:port."),
        new("insecure", OptionKind.Flag, "Do not check the certificates of model servers. Only for a network that you trust."),
        new("input-format", OptionKind.Text, "Format of standard input.") { Choices = ["text", "stream-json"] },
        new("output-format", OptionKind.Text, "Format of standard output.") { Alias = 'o', Choices = ["text", "json", "stream-json"] },
        new("json-schema", OptionKind.Text, "JSON schema of the result, or @FILE: the answer is one JSON object that fits it."),
        new("include-partial-messages", OptionKind.Flag, "Print answers as they arrive (with --output-format stream-json)."),
        new("json-fd", OptionKind.Number, "Write the events of a conversation in the terminal to this open file, too (3 or more)."),
        new("json-file", OptionKind.Text, "Write the events of a conversation in the terminal to this file or named pipe, too."),
        new("input-file", OptionKind.Text, "Take prompts and decisions about calls from the lines that others append to this file, too."),
        new("acp", OptionKind.Flag, "Serve an editor by the Agent Client Protocol.") { OtherName = "experimental-acp" },
        new("continue", OptionKind.Flag, "Continue the latest session of this project.") { Alias = 'c' },
        new("resume", OptionKind.Text, "Continue the session with this id, or whose id begins so.") { Alias = 'r' },
        new("fork-session", OptionKind.Flag, "Begin a new session where the old one ends (with --resume or --continue)."),
        new("session-id", OptionKind.Text, "Id of the new session (a UUID)."),
        new("max-session-turns", OptionKind.Number, "Limit of requests to the model; -1 is no limit."),
        new("max-tool-calls", OptionKind.Number, "Limit of tool calls; those of agents are not counted. Exit code 55 at the limit."),
        new("max-subagent-depth", OptionKind.Number, "How deep agents may launch agents, 1 to 100; 1 is agents that launch none."),
        new("max-wall-time", OptionKind.Text, "Limit of time, such as 90, 30s, 5m or 1.5h. Exit code 55 at the limit."),
        new("system-prompt", OptionKind.Text, "Replace the system prompt."),
        new("append-system-prompt", OptionKind.Text, "Append to the system prompt."),
        new("yolo", OptionKind.Flag, "Run every tool without asking.") { Alias = 'y' },
        new("approval-mode", OptionKind.Text, "What runs without asking.")
        {
            Choices = ["plan", "default", "auto-edit", "yolo"], NewerChoices = [("auto", "default")],
        },
        new("allowed-tools", OptionKind.List, "Permission rules that allow."),
        new("exclude-tools", OptionKind.List, "Permission rules that deny."),
        new("rules", OptionKind.Text, "File of the rules to judge by (with permissions replay)."),
        new("core-tools", OptionKind.List, "The only core tools to offer."),
        new("mcp-config", OptionKind.Text, "MCP servers of this run: a file, or JSON like mcpServers."),
        new("allowed-mcp-server-names", OptionKind.List, "The only MCP servers to connect."),
        new("http", OptionKind.Text, "Serve over HTTP on [HOST:]PORT (with mcp serve)."),
        new("http-token-file", OptionKind.Text, "File of the token that clients over HTTP send; or set QWEN_MCP_TOKEN."),
        new("include-directories", OptionKind.List, "Additional workspace directories.") { OtherName = "add-dir" },
        new("plugin-dir", OptionKind.List, "Additional plugin directories."),
        new("safe-mode", OptionKind.Flag, "Leave out context files, hooks, agents, plugins, MCP servers and allowing rules of settings."),
        new("bare", OptionKind.Flag, "As --safe-mode, and with the tools for files and commands alone, unless --core-tools says more."),
        new("disabled-slash-commands", OptionKind.List, "Commands that a prompt may not begin with."),
        new("chat-recording", OptionKind.Flag, "Keep the session on disk."),
        new("checkpointing", OptionKind.Flag, "Keep the files that calls change, for qwen undo."),
        new("dry-run", OptionKind.Flag, "Say what would be done and do nothing (with undo)."),
        new("force", OptionKind.Flag, "Overwrite files that others have changed since (with undo)."),
        new("redo", OptionKind.Flag, "Take back the last undo (with undo)."),
        new("experimental-lsp", OptionKind.Flag, "Offer the lsp tool."),
        new("sandbox", OptionKind.Flag, "Run shell commands in a sandbox (bubblewrap).") { Alias = 's' },
        new("json", OptionKind.Flag, "Print JSON (with tasks audit, and sessions list, show and search)."),
        new("startup-profile", OptionKind.Flag, "Print the time of each start-up phase.") { IsHidden = true },
        new("debug", OptionKind.Flag, "Log to standard error, with the stacks of failures.") { Alias = 'd' },
        new("version", OptionKind.Flag, "Print the version.") { Alias = 'v' },
        new("help", OptionKind.Flag, "Print this help.") { Alias = 'h' },
    ];

    /// <summary>Finds an option by its name, in kebab-case or camelCase.</summary>
    public static OptionSpec? Find(ReadOnlySpan<char> name)
    {
        Span<char> kebab = stackalloc char[Math.Min(name.Length * 2, 128)];
        if (kebab.Length < name.Length * 2)
        {
            return null;
        }

        var length = 0;
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                kebab[length++] = '-';
            }

            kebab[length++] = char.ToLowerInvariant(letter);
        }

        return Find(Working, kebab[..length]) ?? Find(AcceptedOptions.All, kebab[..length]) ?? Find(RefusedOptions.All, kebab[..length]);
    }

    /// <summary>Finds an option by its letter.</summary>
    public static OptionSpec? Find(char alias) => Find(Working, alias) ?? Find(RefusedOptions.All, alias);

    private static OptionSpec? Find(IReadOnlyList<OptionSpec> options, ReadOnlySpan<char> name)
    {
        foreach (var option in options)
        {
            if (name.SequenceEqual(option.Name) || (option.OtherName is { } other && name.SequenceEqual(other)))
            {
                return option;
            }
        }

        return null;
    }

    private static OptionSpec? Find(IReadOnlyList<OptionSpec> options, char alias)
    {
        foreach (var option in options)
        {
            if (option.Alias == alias)
            {
                return option;
            }
        }

        return null;
    }
}
