namespace QwenCode.Storage.Checkpoints;

/// <summary>How much is kept for undoing.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Gets the largest file whose content is kept, in bytes.</summary>
    /// <value>The default is 16 MiB.</value>
    public long LargestFile { get; init; } = 16L << 20;

    /// <summary>Gets how many bytes of old content are kept; the oldest changes are forgotten first.</summary>
    /// <value>The default is 1 GiB.</value>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Gets how many bytes the copy of the workspace may take that commands are undone from. It is only made once a command runs.
    /// </summary>
    /// <value>The default is 1 GiB.</value>
    public long MaxBaselineBytes { get; init; } = 1L << 30;

    /// <summary>Gets how many files and folders a workspace may hold if commands are to be undone.</summary>
    /// <value>The default is 200,000.</value>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Gets how many prompts with changes are kept.</summary>
    /// <value>The default is 200.</value>
    public int MaxSteps { get; init; } = 200;

    /// <summary>Gets after how long changes are forgotten.</summary>
    /// <value>The default is 30 days.</value>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets whether the system is asked to report changes, where it can, instead of looking at each file for every command.
    /// </summary>
    /// <value>The default is <c>true</c>.</value>
    public bool UsesNotifications { get; init; } = true;
}
