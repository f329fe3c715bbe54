using System.Globalization;

namespace QwenCode.Configuration.Options;

/// <summary>What the settings say of a session as a whole.</summary>
public sealed record SessionSettings
{
    /// <summary>Gets how many requests a session may make (<c>model.maxSessionTurns</c>); <c>null</c> is no limit.</summary>
    public int? MaxSessionTurns { get; init; }

    /// <summary>Gets how large a prompt may grow (<c>model.sessionTokenLimit</c>); <c>null</c> is no limit.</summary>
    public int? SessionTokenLimit { get; init; }

    /// <summary>Gets whether the first messages that describe the surroundings are left out. The default is false.</summary>
    public bool SkipStartupContext { get; init; }

    /// <summary>
    /// Gets at which part of the window the history is compressed (<c>context.autoCompactThreshold</c>, else
    /// <c>model.chatCompression.contextPercentageThreshold</c>); 0 is never. The default is 0.7.
    /// </summary>
    public double CompressionThreshold { get; init; } = 0.7;

    /// <summary>Gets the selector of the model that writes the notes then (<c>compactionModel</c>).</summary>
    /// <value>The default, <c>null</c>, is the model of the conversation.</value>
    public string? CompressionModel { get; init; }

    /// <summary>Gets whether transcripts are written (<c>general.chatRecording</c>). The default is true.</summary>
    public bool RecordTranscript { get; init; } = true;

    /// <summary>Gets the output format where no flag says otherwise (<c>output.format</c>). The default is <c>text</c>.</summary>
    public string OutputFormat { get; init; } = "text";

    /// <summary>Gets whether hooks are switched off (<c>disableAllHooks</c>). The default is false.</summary>
    public bool DisableAllHooks { get; init; }

    /// <summary>
    /// Gets whether scheduled prompts can be used (<c>experimental.cron</c> or <c>QWEN_CODE_ENABLE_CRON</c>). The default is
    /// false.
    /// </summary>
    public bool EnableCron { get; init; }

    /// <summary>
    /// Gets whether a turn ends when the model goes round in circles (<c>model.skipLoopDetection</c> false). The default is false.
    /// </summary>
    public bool DetectsLoops { get; init; }

    /// <summary>Gets after how long without an answer old tool results are taken out of the conversation
    /// (<c>context.clearContextOnIdle.toolResultsThresholdMinutes</c>, -1 for never). The default is an hour.</summary>
    public TimeSpan? StaleResultAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets how many of the newest tool results stay then (<c>QWEN_MC_KEEP_RECENT</c>,
    /// <c>context.clearContextOnIdle.toolResultsNumToKeep</c>). The default is 5.
    /// </summary>
    public int StaleResultsToKeep { get; init; } = 5;

    /// <summary>
    /// Gets where transcripts, logs and temporary files go: <c>QWEN_RUNTIME_DIR</c>, <c>advanced.runtimeOutputDir</c>, else
    /// <c>~/.qwen</c>.
    /// </summary>
    public required string RuntimeDirectory { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    public static SessionSettings From(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var format = settings.String("output.format") ?? "text";
        if (format is not ("text" or "json" or "stream-json"))
        {
            throw settings.Invalid("output.format", "must be \"text\", \"json\" or \"stream-json\".");
        }

        const string newKey = "context.autoCompactThreshold", oldKey = "model.chatCompression.contextPercentageThreshold";
        var key = settings.Number(newKey) is null ? oldKey : newKey;
        var threshold = settings.Number(key) ?? 0.7;
        if (threshold is < 0 or > 1)
        {
            throw settings.Invalid(key, "must lie between 0 and 1.");
        }

        return new()
        {
            MaxSessionTurns = Limit("model.maxSessionTurns"),
            SessionTokenLimit = settings.Integer("model.sessionTokenLimit") is > 0 and var tokens ? tokens : null,
            SkipStartupContext = settings.Bool("model.skipStartupContext") ?? false,
            CompressionThreshold = threshold,
            CompressionModel = settings.String("compactionModel"),
            RecordTranscript = settings.Bool("general.chatRecording") ?? true,
            OutputFormat = format,
            DisableAllHooks = settings.Bool("disableAllHooks") ?? false,
            EnableCron = settings.Bool("experimental.cron") == true || settings.Variable("QWEN_CODE_ENABLE_CRON") == "1",
            DetectsLoops = settings.Bool("model.skipLoopDetection") == false,
            StaleResultAge = Age("context.clearContextOnIdle.toolResultsThresholdMinutes"),
            StaleResultsToKeep =
                int.TryParse(settings.Variable("QWEN_MC_KEEP_RECENT"), NumberStyles.None, CultureInfo.InvariantCulture, out var kept)
                ? kept : settings.Integer("context.clearContextOnIdle.toolResultsNumToKeep") ?? 5,
            RuntimeDirectory = RuntimeDirectoryOf(settings),
        };

        TimeSpan? Age(string name) => settings.Number(
            name) switch { null => TimeSpan.FromHours(1), < 0 => null, var minutes => TimeSpan.FromMinutes(Math.Min(minutes.Value, 1e6)) };

        int? Limit(string name) => settings.Integer(name) is >= 0 and var limit ? limit : null;
    }

    private static string RuntimeDirectoryOf(Settings settings)
    {
        if ((settings.Variable("QWEN_RUNTIME_DIR") ?? settings.String("advanced.runtimeOutputDir")) is not { Length: > 0 } directory)
        {
            return settings.Locations.UserDirectory;
        }

        return directory == "~" || directory.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(settings.Locations.HomeDirectory, directory[1..].TrimStart('/'))
            : Path.GetFullPath(directory, settings.Locations.WorkingDirectory);
    }
}
