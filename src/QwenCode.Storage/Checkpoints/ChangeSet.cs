namespace QwenCode.Storage.Checkpoints;

/// <summary>What one call, undo or redo has changed.</summary>
/// <param name="Id">Names the change, and the file of its old contents.</param>
/// <param name="At">When it began.</param>
internal sealed record ChangeSet(string Id, DateTimeOffset At)
{
    /// <summary>Gets what changed the files.</summary>
    public ChangeSetKind Kind { get; init; }

    /// <summary>Gets the session.</summary>
    public string Session { get; init; } = string.Empty;

    /// <summary>Gets what names the prompt that led to it.</summary>
    public string Step { get; init; } = string.Empty;

    /// <summary>Gets the number of the prompt in its session, from 1; 0 if there was none.</summary>
    public int Number { get; init; }

    /// <summary>Gets the beginning of the prompt.</summary>
    public string Prompt { get; init; } = string.Empty;

    /// <summary>Gets when the prompt began.</summary>
    public DateTimeOffset PromptAt { get; init; }

    /// <summary>Gets the agent that made the call.</summary>
    public string Agent { get; init; } = string.Empty;

    /// <summary>Gets the tool.</summary>
    public string Tool { get; init; } = string.Empty;

    /// <summary>Gets the call's id.</summary>
    public string Call { get; init; } = string.Empty;

    /// <summary>Gets whether the whole workspace was watched.</summary>
    public bool IsTree { get; init; }

    /// <summary>Gets whether the process was killed before the call ended, so that later changes of others may be among these.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets the prompts that an undo has undone, or the one undo that a redo has taken back.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>Gets the changes.</summary>
    public IReadOnlyList<FileChange> Changes { get; init; } = [];
}
