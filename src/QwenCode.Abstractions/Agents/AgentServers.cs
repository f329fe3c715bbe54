using System.Text.Json;

namespace QwenCode.Agents;

/// <summary>
/// The MCP servers that an agent's definition names. Of the servers that its parent has, the agent keeps the named ones alone; those that
/// the definition describes itself run for as long as the agent does.
/// </summary>
/// <param name="Names">The servers of the session that the agent keeps.</param>
/// <param name="Own">The servers that are the agent's own.</param>
public sealed record AgentServers(IReadOnlyList<string> Names, IReadOnlyList<AgentServer> Own)
{
    private const string SourcePrefix = "mcp:";

    /// <summary>Returns whether tools of a source are kept; what comes from no server is.</summary>
    /// <param name="source">Where a tool comes from, such as <c>mcp:NAME</c>.</param>
    public bool Keeps(string? source) =>
        source is null || !source.StartsWith(SourcePrefix, StringComparison.Ordinal) || Names.Contains(source[SourcePrefix.Length..]);
}

/// <summary>A server that an agent's definition describes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entry">Its entry, as in <c>mcpServers</c> of the settings; variables are not filled in.</param>
/// <param name="Origin">Where it is written, for messages.</param>
public sealed record AgentServer(string Name, JsonElement Entry, string Origin);
