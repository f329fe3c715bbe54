using QwenCode.Permissions;

namespace QwenCode.Sessions;

/// <summary>How a session stands when a run begins.</summary>
/// <param name="Id">The session.</param>
/// <param name="Directory">Its working directory.</param>
/// <param name="Model">Its model.</param>
/// <param name="Mode">Its approval mode.</param>
/// <param name="Tools">The names of the tools offered.</param>
/// <param name="Agents">The names of the agents that can be chosen.</param>
/// <param name="McpServers">The MCP servers and how they stand.</param>
public sealed record SessionInfo(
    SessionId Id,
    string Directory,
    string Model,
    ApprovalMode Mode,
    IReadOnlyList<string> Tools,
    IReadOnlyList<string> Agents,
    IReadOnlyList<McpServerStatus> McpServers);

/// <summary>How an MCP server stands.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Status"><c>connected</c>, <c>connecting</c> or <c>disconnected</c>.</param>
public sealed record McpServerStatus(string Name, string Status)
{
    /// <summary>Gets whether the user must log in at it before it can be connected.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool NeedsLogin { get; init; }
}
