namespace QwenCode.Tools;

/// <summary>What came of a call.</summary>
public sealed record ToolResult
{
    /// <summary>
    /// Gets what the model gets when the call succeeded. With <see cref="Error"/> set, the model gets its message instead.
    /// </summary>
    public ToolContent Content { get; init; }

    /// <summary>Gets what the user is shown; <c>null</c> shows the model's text.</summary>
    public ToolDisplay? Display { get; init; }

    /// <summary>Gets why the call failed, or <c>null</c>.</summary>
    public ToolError? Error { get; init; }

    /// <summary>Gets the model for the rest of this user turn, or <c>null</c> to leave it.</summary>
    public string? ModelOverride { get; init; }

    /// <summary>
    /// Gets whether the agent's run ends with this call, if it succeeded: later calls of the answer do not run, the model is not asked
    /// again, and the agent's background tasks are stopped.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool EndsRun { get; init; }

    /// <summary>Makes a successful result.</summary>
    /// <param name="content">What the model gets.</param>
    /// <param name="display">What the user is shown, if something else.</param>
    public static ToolResult Success(ToolContent content, string? display = null) =>
        new() { Content = content, Display = display is null ? null : new TextDisplay(display) };

    /// <summary>Makes a failed result.</summary>
    /// <param name="type">One of the words of <see cref="ToolError"/>, or the tool's own.</param>
    /// <param name="message">What the model and the user read.</param>
    public static ToolResult Failure(string type, string message) => new() { Error = new ToolError(type, message) };
}
