namespace QwenCode.Client;

/// <summary>The result of a call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Text">What is shown of it.</param>
/// <param name="IsError">Whether it failed or was refused.</param>
public sealed record ToolResultBlock(string CallId, string Text, bool IsError) : ContentBlock;
