using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Hosting;
using QwenCode.Kernel;
using QwenCode.Permissions;
using QwenCode.Platform.Text;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary>The tools that recorded calls were made of. Servers are not connected: what their calls are about is in the settings.</summary>
/// <param name="tools">The tools that are installed.</param>
/// <param name="project">The project.</param>
internal sealed class RecordedTools(Tool[] tools, WorkspaceServices project)
{
    /// <summary>Judges a call as if it were made now.</summary>
    /// <param name="rehearsal">What judges it.</param>
    /// <param name="recorded">The call.</param>
    /// <param name="agent">The agent that made it.</param>
    public RehearsedCall Judge(Rehearsal rehearsal, RecordedCall recorded, RehearsedAgent agent)
    {
        ToolArguments? arguments = recorded.Arguments.Value is { ValueKind: JsonValueKind.Object } json ? new ToolArguments(json) : null;
        if (Array.Find(tools, tool => tool.Name == recorded.Tool) is { } installed)
        {
            return rehearsal.Judge(installed.Declaration, recorded.Tool, arguments,
                arguments is { } given ? Consent(installed, given) : null, agent);
        }

        if (AgentKernel.OwnTools.Contains(recorded.Tool))
        {
            return rehearsal.Judge(Declare(recorded.Tool, "kernel"), recorded.Tool, arguments, ToolConsent.Allow, agent);
        }

        return Server(recorded.Tool) is { } server
            ? rehearsal.Judge(Declare(recorded.Tool, $"mcp:{server.Name}"), recorded.Tool, arguments,
                server.IsTrusted && project.Workspace.IsTrusted ? ToolConsent.Allow : ToolConsent.Ask, agent)
            : rehearsal.Judge(null, recorded.Tool, arguments, null, agent);
    }

    private ToolConsent? Consent(Tool tool, ToolArguments arguments)
    {
        ToolInvocation? invocation = null;
        try
        {
            invocation = tool.Prepare(arguments,
                new ToolContext { Agent = AgentId.Main, Session = SessionId.New(), Workspace = project.Workspace, CanAskUser = true });
            return invocation.Consent;
        }
        catch (ToolArgumentException)
        {
            return null;   // what it was about may be gone
        }
        finally
        {
            invocation?.Abandon();
        }
    }

    // Which server a name belongs to is only certain if one of those in the settings is called so.
    private (string Name, bool IsTrusted)? Server(string tool)
    {
        if (!tool.StartsWith("mcp__", StringComparison.Ordinal))
        {
            return null;
        }

        if (project.Settings.Element("mcpServers") is { ValueKind: JsonValueKind.Object } servers)
        {
            foreach (var server in servers.EnumerateObject())
            {
                if (tool.StartsWith(McpNames.Of(server.Name, string.Empty), StringComparison.Ordinal))
                {
                    return (server.Name, server.Value.ValueKind is JsonValueKind.Object
                        && server.Value.TryGetProperty("trust", out var trust) && trust.ValueKind is JsonValueKind.True);
                }
            }
        }

        var end = tool.IndexOf("__", 5, StringComparison.Ordinal);
        return (end < 0 ? tool[5..] : tool[5..end], false);
    }

    private static ToolDeclaration Declare(string name, string source) => new()
    {
        Name = name,
        Description = string.Empty,
        Parameters = ToolArguments.None.Json,
        Source = source,
    };
}
