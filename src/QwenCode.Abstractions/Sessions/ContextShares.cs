namespace QwenCode.Sessions;

/// <summary>What every request of a session carries, in characters: the model alone can count tokens.</summary>
/// <param name="SystemPrompt">The system prompt without memory, and the description of the surroundings.</param>
/// <param name="Memory">The texts of memory and context files.</param>
/// <param name="Tools">The tools that are offered.</param>
public sealed record ContextShares(int SystemPrompt, int Memory, IReadOnlyList<ToolShare> Tools);

/// <summary>What a tool takes of each request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Characters">The size of its declaration.</param>
public sealed record ToolShare(string Name, int Characters);
