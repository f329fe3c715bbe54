using System.Text.RegularExpressions;

namespace QwenCode.Cli.CommandLine;

/// <summary>What is printed.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    StreamJson,
}

/// <summary>The options of the default command, checked against each other.</summary>
internal sealed partial class CliOptions
{
    private CliOptions(ParsedArguments arguments) => Arguments = arguments;

    public ParsedArguments Arguments { get; }

    /// <summary>Gets the prompt of the command line: the option, or the words.</summary>
    public string? Prompt => Arguments.Text("prompt") ?? (Arguments.Words.Count > 0 ? string.Join(' ', Arguments.Words) : null);

    /// <summary>Gets what a conversation in the terminal begins with; <c>null</c> waits for the person.</summary>
    public string? InteractivePrompt => Arguments.Text("prompt-interactive") is { Length: > 0 } text ? Prompt ?? text : null;

    /// <summary>Says whether a conversation is meant, and not one prompt: asked for, or nothing was asked and a person sits there.</summary>
    /// <param name="isTerminal">Whether standard input is a terminal.</param>
    public bool IsInteractive(bool isTerminal) => InteractivePrompt is not null || (Prompt is null && isTerminal);

    public bool IsStreamJsonInput => Arguments.Text("input-format") == "stream-json";

    public OutputFormat? Format => ToFormat(Arguments.Text("output-format"));

    public bool IncludePartialMessages => Arguments.Flag("include-partial-messages") is true;

    public bool IsAcp => Arguments.Flag("acp") is true || Arguments.Flag("experimental-acp") is true;

    public static OutputFormat? ToFormat(string? word) => word switch
    {
        "text" => OutputFormat.Text,
        "json" => OutputFormat.Json,
        "stream-json" => OutputFormat.StreamJson,
        _ => null,
    };

    /// <exception cref="UsageException">Options contradict each other.</exception>
    public static CliOptions From(ParsedArguments arguments)
    {
        var options = new CliOptions(arguments);
        Refuse(arguments.Has("prompt") && arguments.Words.Count > 0, "Cannot use both a positional prompt and the --prompt (-p) flag together");
        Refuse(arguments.Has("prompt") && arguments.Has("prompt-interactive"), "Cannot use both --prompt (-p) and --prompt-interactive (-i) together");
        Refuse(arguments.Flag("yolo") is true && arguments.Has("approval-mode"), "Cannot use both --yolo (-y) and --approval-mode together. Use --approval-mode=yolo instead.");
        Refuse(options.IncludePartialMessages && options.Format is not OutputFormat.StreamJson, "--include-partial-messages requires --output-format stream-json");
        Refuse(options.IsStreamJsonInput && options.Format is not OutputFormat.StreamJson, "--input-format stream-json requires --output-format stream-json");
        Refuse(arguments.Flag("continue") is true && arguments.Has("resume"), "Cannot use both --continue and --resume together. Use one of them.");
        Refuse(
            arguments.Has("session-id") && (arguments.Flag("continue") is true || arguments.Has("resume")),
            "Cannot use --session-id with --continue or --resume: it names a new session, they go on with an old one.");
        Refuse(
            arguments.Text("session-id") is { } id && !SessionIdForm().IsMatch(id),
            $"Invalid --session-id: \"{arguments.Text("session-id")}\". Must be a valid UUID (e.g., \"123e4567-e89b-12d3-a456-426614174000\").");
        Refuse(
            arguments.Text("resume") is { Length: > 0 } resumed && !SessionIdForm().IsMatch(resumed),
            $"Invalid --resume: \"{arguments.Text("resume")}\". Must be a valid UUID (e.g., \"123e4567-e89b-12d3-a456-426614174000\").");
        Refuse(arguments.Has("json-fd") && arguments.Has("json-file"), "Cannot use both --json-fd and --json-file together");
        return options;
    }

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new UsageException(message);
        }
    }

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(-agent-.+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex SessionIdForm();
}
