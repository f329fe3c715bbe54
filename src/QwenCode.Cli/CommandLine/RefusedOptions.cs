namespace QwenCode.Cli.CommandLine;

/// <summary>
/// Options of qwen-code that do nothing here. Ignoring one would leave users with less than they asked for, so each is refused
/// before anything else happens. The description says what to do instead.
/// </summary>
internal static class RefusedOptions
{
    private const string NoTelemetry = "No telemetry is sent; leave it out.";

    /// <summary>Gets the options.</summary>
    public static IReadOnlyList<OptionSpec> All { get; } =
    [
        new("extensions", OptionKind.List, "There are no extensions; use plugins (--plugin-dir).") { Alias = 'e', HarmlessValue = "none" },
        new("list-extensions", OptionKind.Flag, "There are no extensions; 'qwen plugins list' lists what brings tools.") { Alias = 'l' },
        new("sandbox-image", OptionKind.Text, "The sandbox is bubblewrap and needs no image; use --sandbox alone."),
        new("vlm-switch-mode", OptionKind.Text, "Images go to the selected model; select one that reads images with --model."),
        new("tavily-api-key", OptionKind.Text, "Every process can read a command line; set the environment variable TAVILY_API_KEY."),
        new("google-api-key", OptionKind.Text, "Every process can read a command line; set the environment variable GOOGLE_API_KEY."),
        new("google-search-engine-id", OptionKind.Text, "Set the environment variable GOOGLE_SEARCH_ENGINE_ID."),
        new("web-search-default", OptionKind.Text, "Set 'webSearch.default' in settings.json."),
        new("telemetry", OptionKind.Flag, NoTelemetry),
        new("telemetry-target", OptionKind.Text, NoTelemetry),
        new("telemetry-otlp-endpoint", OptionKind.Text, NoTelemetry),
        new("telemetry-otlp-protocol", OptionKind.Text, NoTelemetry),
        new("telemetry-log-prompts", OptionKind.Flag, NoTelemetry),
        new("telemetry-outfile", OptionKind.Text, "No telemetry is written; --openai-logging writes requests and answers to files."),
        new("output-style", OptionKind.Text, "Describe the style with --append-system-prompt."),
    ];

    /// <summary>Returns the sentence that the user reads.</summary>
    public static string Sentence(OptionSpec option) => $"--{option.Name} is not supported. {option.Description}";
}
