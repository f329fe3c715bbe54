namespace QwenCode.Configuration.Options;

/// <summary>What the settings say of keeping files that calls change, so that it can be undone.</summary>
public sealed record CheckpointSettings
{
    /// <summary>Gets whether they are kept (<c>general.checkpointing.enabled</c>).</summary>
    /// <value>The default is <c>true</c>, but <c>false</c> for sessions that are not kept on disk.</value>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Gets how many bytes of old content are kept (<c>general.checkpointing.maxMegabytes</c>).</summary>
    /// <value>The default is 1 GiB.</value>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Gets the largest file whose content is kept, in bytes (<c>general.checkpointing.maxFileMegabytes</c>).</summary>
    /// <value>The default is 16 MiB.</value>
    public long LargestFile { get; init; } = 16L << 20;

    /// <summary>Gets after how long changes are forgotten (<c>general.checkpointing.maxAgeDays</c>).</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Gets how many prompts with changes are kept (<c>general.checkpointing.maxPrompts</c>).</summary>
    /// <value>The default is 200.</value>
    public int MaxPrompts { get; init; } = 200;

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="enabled">What the command line or the host says; <c>null</c> leaves it to the settings.</param>
    /// <param name="isRecording">Whether the session is kept on disk.</param>
    /// <exception cref="SettingsException">A number makes no sense; the message names file, line and key.</exception>
    public static CheckpointSettings From(Settings settings, bool? enabled, bool isRecording)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var isEnabled = settings.Bool("general.checkpointing.enabled") ?? true;
        return new()
        {
            IsEnabled = enabled ?? (isEnabled && isRecording),
            MaxBytes = Positive("maxMegabytes", 1024) << 20,
            LargestFile = Positive("maxFileMegabytes", 16) << 20,
            MaxAge = TimeSpan.FromDays(Positive("maxAgeDays", 30)),
            MaxPrompts = (int)Positive("maxPrompts", 200),
        };

        long Positive(string name, int usual) => settings.Integer($"general.checkpointing.{name}") switch
        {
            null => usual,
            > 0 and <= 1_000_000 and var value => value,
            _ => throw settings.Invalid($"general.checkpointing.{name}", "must be a whole number from 1 to 1000000."),
        };
    }
}
