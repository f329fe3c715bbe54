namespace QwenCode.Client;

/// <summary>What fills the model's window.</summary>
/// <param name="Model">The model.</param>
/// <param name="TotalTokens">The tokens of the conversation.</param>
/// <param name="WindowTokens">The tokens that the window holds.</param>
/// <param name="Parts">The tokens by what they are for, such as <c>systemPrompt</c> and <c>messages</c>.</param>
public sealed record ContextUsage(string Model, long TotalTokens, long WindowTokens, IReadOnlyDictionary<string, long> Parts);
