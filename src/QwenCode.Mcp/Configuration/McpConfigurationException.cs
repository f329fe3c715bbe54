namespace QwenCode.Mcp.Configuration;

/// <summary>An entry of <c>mcpServers</c> cannot be used. The other servers are not touched by it.</summary>
/// <param name="server">The server.</param>
/// <param name="key">The key within the entry; <c>null</c> where the entry as a whole is meant.</param>
/// <param name="problem">What is wrong and what to write instead.</param>
public sealed class McpConfigurationException(string server, string? key, string problem)
    : QwenCodeException($"mcpServers.{server}{(key is null ? string.Empty : $".{key}")} {problem}");
