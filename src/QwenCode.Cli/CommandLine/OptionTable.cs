namespace QwenCode.Cli.CommandLine;

/// <summary>What an option takes.</summary>
internal enum OptionKind
{
    Flag,
    Text,
    Number,
    List,
}

/// <summary>One option of the default command.</summary>
internal sealed record OptionSpec(string Name, OptionKind Kind, string Description)
{
    public char? Alias { get; init; }

    public string? OtherName { get; init; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Gets whether the value may be left out.</summary>
    public bool HasOptionalValue { get; init; }

    public bool IsHidden { get; init; }
}

/// <summary>Every option there is, in the order of the help.</summary>
internal static class OptionTable
{
    private static readonly string[] Formats = ["text", "json", "stream-json"];

    public static IReadOnlyList<OptionSpec> All { get; } =
    [
        new("prompt", OptionKind.Text, "Prompt; appended to what is piped in. A prompt can also be given as plain words.") { Alias = 'p' },
        new("prompt-interactive", OptionKind.Text, "Run the prompt, then stay in interactive mode.") { Alias = 'i' },
        new("model", OptionKind.Text, "Model.") { Alias = 'm' },
        new("auth-type", OptionKind.Text, "Protocol of the model.") { Choices = ["openai", "anthropic", "qwen-oauth", "gemini", "vertex-ai"] },
        new("openai-api-key", OptionKind.Text, "API key of the selected protocol."),
        new("openai-base-url", OptionKind.Text, "Base URL of the selected protocol."),
        new("openai-logging", OptionKind.Flag, "Log requests and answers of the model."),
        new("openai-logging-dir", OptionKind.Text, "Folder of those logs."),
        new("proxy", OptionKind.Text, "Proxy, such as http://host:port."),
        new("input-format", OptionKind.Text, "How standard input is read.") { Choices = ["text", "stream-json"] },
        new("output-format", OptionKind.Text, "What is printed.") { Alias = 'o', Choices = Formats },
        new("include-partial-messages", OptionKind.Flag, "Print answers piece by piece (with --output-format stream-json)."),
        new("continue", OptionKind.Flag, "Go on with the latest session of this project.") { Alias = 'c' },
        new("resume", OptionKind.Text, "Go on with a session by its id.") { Alias = 'r', HasOptionalValue = true },
        new("session-id", OptionKind.Text, "Id of the new session (a UUID)."),
        new("max-session-turns", OptionKind.Number, "How many requests to the model a run may make; -1 is no limit."),
        new("system-prompt", OptionKind.Text, "Replaces the system prompt."),
        new("append-system-prompt", OptionKind.Text, "Is appended to the system prompt."),
        new("yolo", OptionKind.Flag, "Run every tool without asking.") { Alias = 'y' },
        new("approval-mode", OptionKind.Text, "What runs without asking.") { Choices = ["plan", "default", "auto-edit", "yolo"] },
        new("allowed-tools", OptionKind.List, "Permission rules that allow."),
        new("exclude-tools", OptionKind.List, "Permission rules that deny."),
        new("core-tools", OptionKind.List, "The only tools to have, of the core set."),
        new("allowed-mcp-server-names", OptionKind.List, "The only MCP servers to connect."),
        new("include-directories", OptionKind.List, "Further workspace directories.") { OtherName = "add-dir" },
        new("plugin-dir", OptionKind.List, "Further plugin folders."),
        new("extensions", OptionKind.List, "The only extensions to use; 'none' for none.") { Alias = 'e' },
        new("list-extensions", OptionKind.Flag, "List extensions and exit.") { Alias = 'l' },
        new("chat-recording", OptionKind.Flag, "Keep the session on disk."),
        new("channel", OptionKind.Text, "Who calls.") { Choices = ["VSCode", "ACP", "SDK", "CI"] },
        new("acp", OptionKind.Flag, "Serve the Agent Client Protocol on standard input and output."),
        new("experimental-acp", OptionKind.Flag, "Former name of --acp.") { IsHidden = true },
        new("experimental-skills", OptionKind.Flag, "Accepted and ignored.") { IsHidden = true },
        new("experimental-lsp", OptionKind.Flag, "Offer the lsp tool."),
        new("sandbox", OptionKind.Flag, "Run shell commands in a sandbox (bubblewrap).") { Alias = 's' },
        new("sandbox-image", OptionKind.Text, "Image of the sandbox."),
        new("checkpointing", OptionKind.Flag, "Take snapshots before edits."),
        new("screen-reader", OptionKind.Flag, "Draw for screen readers."),
        new("tavily-api-key", OptionKind.Text, "Key for web search by Tavily."),
        new("google-api-key", OptionKind.Text, "Key for web search by Google."),
        new("google-search-engine-id", OptionKind.Text, "Engine for web search by Google."),
        new("web-search-default", OptionKind.Text, "Default web search provider."),
        new("json-fd", OptionKind.Number, "Descriptor for dual output.") { IsHidden = true },
        new("json-file", OptionKind.Text, "File for dual output.") { IsHidden = true },
        new("input-file", OptionKind.Text, "File to take commands from.") { IsHidden = true },
        new("telemetry", OptionKind.Flag, "Send telemetry.") { IsHidden = true },
        new("telemetry-target", OptionKind.Text, "Where to.") { IsHidden = true, Choices = ["local", "gcp"] },
        new("telemetry-otlp-endpoint", OptionKind.Text, "Endpoint.") { IsHidden = true },
        new("telemetry-otlp-protocol", OptionKind.Text, "Protocol.") { IsHidden = true, Choices = ["grpc", "http"] },
        new("telemetry-log-prompts", OptionKind.Flag, "Include prompts.") { IsHidden = true },
        new("telemetry-outfile", OptionKind.Text, "File.") { IsHidden = true },
        new("startup-profile", OptionKind.Flag, "Print what the start-up spends.") { IsHidden = true },
        new("debug", OptionKind.Flag, "Print details on standard error.") { Alias = 'd' },
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

        foreach (var option in All)
        {
            if (kebab[..length].SequenceEqual(option.Name) || kebab[..length].SequenceEqual(option.OtherName))
            {
                return option;
            }
        }

        return null;
    }

    public static OptionSpec? Find(char alias)
    {
        foreach (var option in All)
        {
            if (option.Alias == alias)
            {
                return option;
            }
        }

        return null;
    }
}
