namespace QwenCode.Sessions;

/// <summary>What fills the window of a session's main agent.</summary>
/// <param name="Model">The model.</param>
/// <param name="Window">How many tokens a request may hold.</param>
/// <param name="Used">How many the next request takes: what the provider counted, and an estimate of what came since.</param>
/// <param name="CompactsAt">From how many on the conversation is compacted; 0 never does it.</param>
/// <param name="Items">What takes them, each estimated; together about <paramref name="Used"/>.</param>
public sealed record ContextReport(string Model, long Window, long Used, long CompactsAt, IReadOnlyList<ContextItem> Items);

/// <summary>Something that takes room in the window.</summary>
/// <param name="Category">What kind of thing it is: <c>system prompt</c>, <c>memory files</c>, <c>tools</c>, <c>MCP tools</c>,
/// <c>surroundings</c>, <c>compacted part</c>, <c>user</c>, <c>answers</c>, <c>thoughts</c>, <c>calls</c>, <c>results</c>.</param>
/// <param name="Name">Which one: a file, a tool; empty if the category is one thing.</param>
/// <param name="Tokens">How many tokens it takes.</param>
public sealed record ContextItem(string Category, string Name, long Tokens);
