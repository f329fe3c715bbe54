namespace QwenCode.Tools.Invocation;

/// <summary>What invoking a call returned.</summary>
/// <param name="Result">What the model gets.</param>
/// <param name="EndsTurn">Whether the turn ends with this call: later calls of the answer do not run, and the model is not asked
/// again.</param>
public readonly record struct ToolCallReply(ToolResult Result, bool EndsTurn = false);
