using QwenCode.Models.Cassettes;
using QwenCode.Permissions;

namespace QwenCode.Cli.CommandLine;

/// <summary>A command line, as the program reads it: complete, checked, and never changed.</summary>
/// <remarks>
/// Tests fail on an option of the help that sets no property here, and on a property that the rest of the program does not read.
/// </remarks>
internal sealed partial record CliOptions
{
    private const string ExampleId = "Must be a valid UUID (e.g., \"123e4567-e89b-12d3-a456-426614174000\").";

    private CliOptions()
    {
    }

    /// <summary>Gets the family of the command, such as <c>plugins</c>; <c>null</c> for the default command.</summary>
    public string? Command { get; init; }

    /// <summary>Gets the verb of the command, such as <c>list</c>; <c>null</c> if it has none.</summary>
    public string? Verb { get; init; }

    /// <summary>Gets what the command is applied to.</summary>
    public IReadOnlyList<string> CommandWords { get; init; } = [];

    /// <summary>Gets the prompt: that of <c>--prompt</c>, else the words.</summary>
    public string? Prompt { get; init; }

    /// <summary>Gets the prompt that a conversation in the terminal starts with; <c>null</c> if none was asked for.</summary>
    public string? InteractivePrompt { get; init; }

    public string? Model { get; init; }

    public string? AuthType { get; init; }

    /// <summary>Gets whether a provider's limits are waited out, however long that takes.</summary>
    public bool IsUnattended { get; init; }

    /// <summary>Gets the models that take over when one is overloaded or cannot be reached.</summary>
    public IReadOnlyList<string> FallbackModels { get; init; } = [];

    /// <summary>Gets the JSON schema of the result, or <c>@</c> and the file that holds it; <c>null</c> leaves the result free.</summary>
    public string? ResultSchema { get; init; }

    /// <summary>Gets the API key. Never printed.</summary>
    public string? ApiKey { get; init; }

    public string? BaseUrl { get; init; }

    /// <summary>Gets whether requests to the model are written to files; <c>null</c> leaves it to the settings.</summary>
    public bool? LogModelRequests { get; init; }

    public string? ModelLogDirectory { get; init; }

    /// <summary>Gets the file that requests to the model are recorded to or answered from; <c>null</c> for none.</summary>
    public ModelCassette? ModelCassette { get; init; }

    public Uri? Proxy { get; init; }

    public bool IsStreamJsonInput { get; init; }

    /// <summary>Gets the number of the open file that the events of a conversation in the terminal go to, too.</summary>
    public int? EventDescriptor { get; init; }

    /// <summary>Gets the file that the events of a conversation in the terminal go to, too.</summary>
    public string? EventFile { get; init; }

    /// <summary>Gets the file that a conversation in the terminal takes prompts and decisions from, too.</summary>
    public string? RemoteInputFile { get; init; }

    /// <summary>Gets whether an editor drives the program by the Agent Client Protocol.</summary>
    public bool IsAcp { get; init; }

    /// <summary>Gets whether other programs are served by the Model Context Protocol.</summary>
    public bool IsServing => (Command, Verb) is ("mcp", "serve");

    /// <summary>Gets where other programs are served over HTTP; <c>null</c> serves on standard input and output.</summary>
    public HttpPlace? Http { get; init; }

    /// <summary>Gets the file of the token that they have to send.</summary>
    public string? HttpTokenFile { get; init; }

    /// <summary>Gets the format of standard output; <c>null</c> leaves it to the settings.</summary>
    public OutputFormat? Format { get; init; }

    public bool IncludePartialMessages { get; init; }

    /// <summary>Gets whether the latest session is continued.</summary>
    public bool Continue { get; init; }

    /// <summary>Gets the id of the session to continue.</summary>
    public string? Resume { get; init; }

    /// <summary>Gets whether the session to continue stays as it is, and a new one goes on from its end.</summary>
    public bool ForkSession { get; init; }

    /// <summary>Gets the id of the new session.</summary>
    public string? SessionId { get; init; }

    public int? MaxSessionTurns { get; init; }

    /// <summary>Gets how many calls the main agent may make; <c>null</c> is no limit.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Gets how long the run may take; <c>null</c> is no limit.</summary>
    public TimeSpan? MaxWallTime { get; init; }

    /// <summary>Gets how deep agents may launch agents; <c>null</c> leaves it to the settings.</summary>
    public int? MaxAgentDepth { get; init; }

    /// <summary>Gets whether what the user and the project customize is left out.</summary>
    public bool IsSafeMode { get; init; }

    /// <summary>Gets whether the tools are those for files and commands alone, unless others are named.</summary>
    public bool IsBare { get; init; }

    /// <summary>Gets whether the certificates of model servers are not checked.</summary>
    public bool AcceptsAnyCertificate { get; init; }

    /// <summary>Gets the commands that a prompt may not begin with, beside those of the settings.</summary>
    public IReadOnlyList<string> DisabledCommands { get; init; } = [];

    public string? SystemPrompt { get; init; }

    public string? AppendSystemPrompt { get; init; }

    /// <summary>Gets the approval mode; <c>null</c> leaves it to the settings.</summary>
    public ApprovalMode? Mode { get; init; }

    public IReadOnlyList<string> AllowedTools { get; init; } = [];

    public IReadOnlyList<string> ExcludedTools { get; init; } = [];

    public IReadOnlyList<string> CoreTools { get; init; } = [];

    /// <summary>Gets the file of the rules that recorded calls are judged by; <c>null</c> judges by those in force.</summary>
    public string? RulesFile { get; init; }

    /// <summary>Gets the MCP servers of this run: JSON or a file; <c>null</c> for none.</summary>
    public string? McpServers { get; init; }

    public IReadOnlyList<string> AllowedMcpServers { get; init; } = [];

    public IReadOnlyList<string> IncludeDirectories { get; init; } = [];

    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    /// <summary>Gets whether the session is kept on disk; <c>null</c> leaves it to the settings.</summary>
    public bool? RecordSession { get; init; }

    /// <summary>Gets whether the files that calls change are kept; <c>null</c> leaves it to the settings.</summary>
    public bool? EnableCheckpoints { get; init; }

    /// <summary>Gets whether a command only says what it would do.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Gets whether an undo overwrites what others have changed since.</summary>
    public bool Overwrites { get; init; }

    /// <summary>Gets whether the last undo is taken back.</summary>
    public bool Redo { get; init; }

    public bool EnableLanguageServers { get; init; }

    /// <summary>Gets whether shell commands run in a sandbox; <c>null</c> leaves it to the settings.</summary>
    public bool? Sandbox { get; init; }

    /// <summary>Gets whether a command prints JSON.</summary>
    public bool PrintJson { get; init; }

    public bool ShowStartupProfile { get; init; }

    public bool IsDebugging { get; init; }

    public bool ShowVersion { get; init; }

    public bool ShowHelp { get; init; }

    /// <summary>Gets what was understood in another sense than it has elsewhere, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Returns whether this starts a conversation: one was asked for, or there is no prompt and a user at the terminal.</summary>
    /// <param name="isTerminal">Whether standard input is a terminal.</param>
    public bool IsInteractive(bool isTerminal) => InteractivePrompt is not null || (Prompt is null && isTerminal);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="UsageException">It makes no sense.</exception>
    /// <exception cref="RefusedException">It asks for something that does not exist here.</exception>
    public static CliOptions Parse(ReadOnlySpan<string> args)
    {
        CommandFamily.RefuseMissing(args);
        if (CommandFamily.WithOwnOptions(args) is { } own)
        {
            return new CliOptions { Command = own.Word, Verb = args[1], CommandWords = [.. args[2..]] };
        }

        var given = ParsedArguments.Parse(args);
        string[] words = [.. given.Words];
        var format = ToFormat(given.Text("output-format"));
        var prompt = given.Text("prompt") ?? (words.Length > 0 ? string.Join(' ', words) : null);
        var command = CommandFamily.Of(words.AsSpan(0, given.PlainWords))?.Word;
        var options = new CliOptions
        {
            Command = command,
            Verb = command is not null && given.PlainWords > 1 ? words[1] : null,
            CommandWords = command is null ? [] : words[Math.Min(words.Length, 2)..],
            Prompt = prompt,
            InteractivePrompt = given.Text("prompt-interactive") is { Length: > 0 } text ? prompt ?? text : null,
            Model = given.Text("model"),
            AuthType = given.Text("auth-type"),
            FallbackModels = given.List("fallback-model"),
            IsUnattended = given.Flag("unattended") is true,
            ResultSchema = given.Text("json-schema"),
            ApiKey = given.Text("openai-api-key"),
            BaseUrl = given.Text("openai-base-url"),
            LogModelRequests = given.Flag("openai-logging"),
            ModelLogDirectory = given.Text("openai-logging-dir"),
            ModelCassette = given.Text("model-cassette") is { } cassette ? ToCassette(cassette) : null,
            Proxy = given.Text("proxy") is { } proxy ? ToProxy(proxy) : null,
            IsStreamJsonInput = given.Text("input-format") == "stream-json",
            EventDescriptor = given.Text("json-fd") is null ? null
                : given.Number("json-fd")
                    ?? throw new UsageException("Invalid --json-fd: it must be the number of an open file, 3 or more."),
            EventFile = given.Text("json-file"),
            RemoteInputFile = given.Text("input-file"),
            IsAcp = given.Flag("acp") is true,
            Http = given.Text("http") is { } place ? HttpPlace.Parse(place) : null,
            HttpTokenFile = given.Text("http-token-file"),
            Format = format,
            IncludePartialMessages = given.Flag("include-partial-messages") is true,
            Continue = given.Flag("continue") is true,
            Resume = given.Text("resume"),
            ForkSession = given.Flag("fork-session") is true,
            SessionId = given.Text("session-id"),
            MaxSessionTurns = given.Number("max-session-turns"),
            MaxToolCalls = given.Text("max-tool-calls") is null ? null
                : given.Number("max-tool-calls") is >= 0 and var calls ? calls
                : throw new UsageException("Invalid --max-tool-calls: it must be a number that is not negative."),
            MaxWallTime = given.Text("max-wall-time") is { } time ? ToTime(time) : null,
            MaxAgentDepth = given.Text("max-subagent-depth") is null ? null
                : given.Number("max-subagent-depth") is >= 1 and <= 100 and var depth ? depth
                : throw new UsageException("Invalid --max-subagent-depth: it must be a number from 1 to 100."),
            IsSafeMode = given.Flag("safe-mode") is true || given.Flag("bare") is true,
            IsBare = given.Flag("bare") is true,
            AcceptsAnyCertificate = given.Flag("insecure") is true,
            DisabledCommands = given.List("disabled-slash-commands"),
            SystemPrompt = given.Text("system-prompt"),
            AppendSystemPrompt = given.Text("append-system-prompt"),
            Mode = ApprovalModes.TryParse(given.Text("approval-mode"), out var mode) ? mode
                : given.Flag("yolo") is true ? ApprovalMode.Yolo
                : null,
            AllowedTools = given.List("allowed-tools"),
            ExcludedTools = given.List("exclude-tools"),
            CoreTools = given.List("core-tools"),
            RulesFile = given.Text("rules"),
            McpServers = given.Text("mcp-config"),
            AllowedMcpServers = given.List("allowed-mcp-server-names"),
            IncludeDirectories = given.List("include-directories"),
            PluginDirectories = given.List("plugin-dir"),
            RecordSession = given.Flag("chat-recording"),
            EnableCheckpoints = given.Flag("checkpointing"),
            IsDryRun = given.Flag("dry-run") is true,
            Overwrites = given.Flag("force") is true,
            Redo = given.Flag("redo") is true,
            EnableLanguageServers = given.Flag("experimental-lsp") is true,
            Sandbox = given.Flag("sandbox"),
            PrintJson = given.Flag("json") is true,
            ShowStartupProfile = given.Flag("startup-profile") is true,
            IsDebugging = given.Flag("debug") is true,
            ShowVersion = given.Flag("version") is true,
            ShowHelp = given.Flag("help") is true,
            Warnings = given.Warnings,
        };
        if (!options.ShowVersion && !options.ShowHelp)
        {
            options.Check(given);
        }

        return options;
    }

    /// <summary>Returns whether a text is the id of a session.</summary>
    public static bool IsSessionId(string text) => SessionIdForm().IsMatch(text);

    /// <summary>Returns whether a text can be the beginning of a session's id, long enough to be meant as one.</summary>
    public static bool IsSessionPrefix(string text) =>
        text.Length is >= 4 and <= 36 && text.All(static character => char.IsAsciiHexDigit(character) || character is '-');

    /// <summary>Reads the name of a format; <c>null</c> for any other word.</summary>
    public static OutputFormat? ToFormat(string? word) => word switch
    {
        "text" => OutputFormat.Text,
        "json" => OutputFormat.Json,
        "stream-json" => OutputFormat.StreamJson,
        _ => null,
    };

    /// <summary>Returns the name of the type alone: the members hold keys.</summary>
    public override string ToString() => nameof(CliOptions);

    private void Check(ParsedArguments given)
    {
        foreach (var option in RefusedOptions.All)
        {
            if (given.AsksFor(option))
            {
                throw new RefusedException(RefusedOptions.Sentence(option));
            }
        }

        Refuse(given.Has("prompt") && given.Words.Count > 0, "Cannot use both a positional prompt and the --prompt (-p) flag together");
        Refuse(
            given.Has("prompt") && given.Has("prompt-interactive"),
            "Cannot use both --prompt (-p) and --prompt-interactive (-i) together");
        Refuse(
            given.Flag("yolo") is true && given.Has("approval-mode"),
            "Cannot use both --yolo (-y) and --approval-mode together. Use --approval-mode=yolo instead.");
        Refuse(
            IncludePartialMessages && Format is not OutputFormat.StreamJson,
            "--include-partial-messages requires --output-format stream-json");
        Refuse(
            IsStreamJsonInput && Format is not OutputFormat.StreamJson,
            "--input-format stream-json requires --output-format stream-json");
        Refuse(
            IsAcp && (Prompt is not null || InteractivePrompt is not null || Format is not null || IsStreamJsonInput),
            "--acp takes its prompts from the editor and speaks its protocol; leave prompt, --input-format and --output-format out");
        Refuse(
            IsAcp && (Continue || Resume is not null || SessionId is not null),
            "--acp opens the sessions that the editor asks for; leave --continue, --resume and --session-id out");
        Refuse(
            EventDescriptor is not null && EventFile is not null,
            "Cannot use both --json-fd and --json-file together. Use one of them.");
        Refuse(
            (EventDescriptor is not null || EventFile is not null || RemoteInputFile is not null)
                && (IsAcp || IsStreamJsonInput || (Prompt is not null && InteractivePrompt is null)),
            "--json-fd, --json-file and --input-file go with a conversation in the terminal; for a single run, use --output-format "
            + "stream-json.");
        Refuse(
            IsServing && (given.Has("prompt") || InteractivePrompt is not null || Format is not null || IsStreamJsonInput || IsAcp),
            "qwen mcp serve takes its prompts from its clients and speaks their protocol; leave prompt, --acp, --input-format and "
            + "--output-format out");
        Refuse(
            IsServing && (Continue || Resume is not null || SessionId is not null),
            "qwen mcp serve opens the sessions that its clients ask for; leave --continue, --resume and --session-id out");
        Refuse(Http is not null && !IsServing, "--http goes with qwen mcp serve.");
        Refuse(HttpTokenFile is not null && Http is null, "--http-token-file goes with qwen mcp serve --http.");
        Refuse(IsServing && CommandWords.Count > 0, $"qwen mcp serve takes options only, and no '{string.Join(' ', CommandWords)}'");
        Refuse(FallbackModels.Count > 3, "--fallback-model takes at most three models.");
        Refuse(
            ResultSchema is not null && (IsAcp || IsStreamJsonInput || InteractivePrompt is not null),
            "--json-schema goes with a single prompt (-p); leave --acp, --input-format stream-json and --prompt-interactive out.");
        Refuse(
            PrintJson && (Command, Verb) is not (("tasks", "audit") or ("sessions", "list" or "show" or "search")),
            "--json goes with qwen tasks audit and qwen sessions list|show|search; for the answer to a prompt, use --output-format json");
        Refuse(
            RulesFile is not null && (Command, Verb) is not ("permissions", "replay"),
            "--rules goes with qwen permissions replay. For a session, use --allowed-tools and --exclude-tools, or settings.");
        Refuse((IsDryRun || Overwrites || Redo) && Command is not "undo", "--dry-run, --force and --redo go with qwen undo.");
        Refuse(Redo && Verb is not null, "--redo takes back the last undo; leave the number out.");
        Refuse(Continue && Resume is not null, "Cannot use both --continue and --resume together. Use one of them.");
        Refuse(
            SessionId is not null && (Continue || Resume is not null) && !ForkSession,
            "Cannot use --session-id with --continue or --resume: it names a new session, they continue an old one. Add --fork-session to "
            + "begin a new one where the old one ends.");
        Refuse(ForkSession && !Continue && Resume is null,
            "--fork-session says what becomes of an old session; name that with --resume ID or --continue.");
        Refuse(SessionId is not null && !SessionIdForm().IsMatch(SessionId), $"Invalid --session-id: \"{SessionId}\". {ExampleId}");
        Refuse(
            Resume is not null && !SessionIdForm().IsMatch(Resume) && !IsSessionPrefix(Resume),
            $"Invalid --resume: \"{Resume}\". {ExampleId} Its first characters do, too, if they are 4 or more ('qwen sessions list').");
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new UsageException(message);
        }
    }
}
