namespace QwenCode.Tools;

/// <summary>What the user is shown of a result, if that is more or less than what the model gets.</summary>
public abstract record ToolDisplay;

/// <summary>A line or two of text.</summary>
/// <param name="Text">The text; blank means that the model's text is shown.</param>
public sealed record TextDisplay(string Text) : ToolDisplay;

/// <summary>A change to a file.</summary>
/// <param name="FilePath">The absolute path.</param>
/// <param name="Diff">A unified diff.</param>
/// <param name="OldText">What the file held; <c>null</c> if there was none.</param>
/// <param name="NewText">What it holds now.</param>
/// <param name="LinesAdded">How many lines came.</param>
/// <param name="LinesRemoved">How many lines went.</param>
public sealed record FileDiffDisplay(string FilePath, string Diff, string? OldText, string NewText, int LinesAdded, int LinesRemoved)
    : ToolDisplay;

/// <summary>The session's list of things to do.</summary>
/// <param name="Items">The list, in order.</param>
public sealed record TodoDisplay(IReadOnlyList<TodoItem> Items) : ToolDisplay;

/// <summary>One thing to do.</summary>
/// <param name="Id">Its id within the list.</param>
/// <param name="Content">What is to be done.</param>
/// <param name="Status"><c>pending</c>, <c>in_progress</c> or <c>completed</c>.</param>
public sealed record TodoItem(string Id, string Content, string Status);

/// <summary>A plan, and whether it was accepted.</summary>
/// <param name="Message">What became of it.</param>
/// <param name="Plan">The plan as markdown.</param>
/// <param name="Rejected">Whether it was turned down.</param>
public sealed record PlanDisplay(string Message, string Plan, bool Rejected) : ToolDisplay;

/// <summary>An agent that was launched, as far as it has come.</summary>
/// <param name="AgentName">Its definition's name, or <c>fork</c>.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Prompt">What it is to do.</param>
/// <param name="Status"><c>running</c>, <c>background</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
public sealed record AgentDisplay(string AgentName, string Description, string Prompt, string Status) : ToolDisplay
{
    /// <summary>Gets the colour of the definition, if it has one.</summary>
    public string? Color { get; init; }

    /// <summary>Gets why it ended: a word such as <c>MAX_TURNS</c>, or what went wrong.</summary>
    public string? TerminateReason { get; init; }

    /// <summary>Gets its final text.</summary>
    public string? Result { get; init; }

    /// <summary>Gets what it spent.</summary>
    public Tasks.TaskStats? Stats { get; init; }
}
