namespace QwenCode.Checkpoints;

/// <summary>Which files are to be brought back.</summary>
public sealed record RestoreRequest
{
    /// <summary>Gets how many prompts are undone, of those that have changed files.</summary>
    /// <value>The default is all since <see cref="Since"/>.</value>
    public int Prompts { get; init; } = int.MaxValue;

    /// <summary>Gets from when on prompts are undone.</summary>
    /// <value>The default is the beginning.</value>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Gets whether files that somebody else has changed since are overwritten.</summary>
    /// <value>The default is <c>false</c>: then nothing is brought back if there is one.</value>
    public bool Overwrites { get; init; }
}

/// <summary>What came of bringing files back.</summary>
/// <param name="IsDone">Whether it was done; not if a file was in the way, if there are fewer prompts, or if the disk failed.</param>
/// <param name="Text">What the user is told, in lines.</param>
public sealed record RestoreOutcome(bool IsDone, string Text);
