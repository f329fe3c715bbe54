namespace QwenCode.Client;

/// <summary>A thought of the model.</summary>
/// <param name="Text">The thought.</param>
public sealed record ThinkingBlock(string Text) : ContentBlock;
