namespace QwenCode.Mcp.Prompts;

/// <summary>A prompt that a server offers.</summary>
/// <param name="Server">The server.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people read about it; empty if the server says nothing.</param>
/// <param name="Arguments">What it takes.</param>
public sealed record McpPrompt(string Server, string Name, string Description, IReadOnlyList<McpPromptArgument> Arguments);

/// <summary>What a prompt takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What people read about it; empty if the server says nothing.</param>
/// <param name="IsRequired">Whether the prompt needs it.</param>
public sealed record McpPromptArgument(string Name, string Description, bool IsRequired);
