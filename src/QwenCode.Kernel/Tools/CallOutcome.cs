using Microsoft.Extensions.AI;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>What came of a call, as the model gets it.</summary>
internal sealed record CallOutcome(ToolCallStatus Status, ToolResult? Result, string ModelText, string? ErrorType = null)
{
    public const string SucceededText = "Tool execution succeeded.";

    /// <summary>Gets what the user decided, if asked.</summary>
    public bool? AcceptedByUser { get; init; }

    /// <summary>Gets media behind the text.</summary>
    public IReadOnlyList<AIContent> Media { get; init; } = [];

    /// <summary>Returns the outcome of a call that failed.</summary>
    /// <param name="errorType">One of <see cref="ToolError"/>'s types, or the tool's own.</param>
    /// <param name="message">What the model reads.</param>
    public static CallOutcome Failed(string errorType, string message) => new(ToolCallStatus.Error, null, message, errorType);

    /// <summary>Returns the outcome of a call that did not run, or not to its end.</summary>
    public static CallOutcome Cancelled(string reason) => new(ToolCallStatus.Cancelled, null, $"[Operation Cancelled] Reason: {reason}");

    /// <summary>Returns the outcome that a tool's result stands for.</summary>
    public static CallOutcome Of(ToolResult result)
    {
        if (result.Error is { } error)
        {
            return new(ToolCallStatus.Error, result, error.Message, error.Type);
        }

        if (result.Content.PlainText is { } text)
        {
            return new(ToolCallStatus.Success, result, text);
        }

        var joined = result.Content.ToText();
        return new(ToolCallStatus.Success, result, joined.Length == 0 ? SucceededText : joined)
        {
            Media = [.. result.Content.Parts.Where(static part => part is not TextContent)],
        };
    }

    /// <summary>
    /// Returns the outcome as a result. What was refused or cancelled has no result of its own, and becomes an error with its
    /// text.
    /// </summary>
    public ToolResult ToResult() => Result ?? ToolResult.Failure(ErrorType ?? ToolError.ExecutionDenied, ModelText);

    /// <summary>Adds text for the model behind what it gets already.</summary>
    public CallOutcome WithContext(string? context) =>
        string.IsNullOrEmpty(context) ? this : this with { ModelText = ModelText.Length == 0 ? context : $"{ModelText}\n\n{context}" };

    /// <summary>
    /// Gives the outcome as the conversation keeps it. Its exception says only that the call failed; the model gets the text.
    /// </summary>
    public FunctionResultContent ToContent(string callId) =>
        new(callId, Media.Count == 0 ? ModelText : (object)(List<AIContent>)[new TextContent(ModelText), .. Media])
        {
            Exception = Status is ToolCallStatus.Success ? null : new InvalidOperationException(ModelText),
        };
}
