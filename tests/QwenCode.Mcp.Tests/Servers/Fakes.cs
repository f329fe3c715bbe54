using QwenCode.Agents;
using QwenCode.Mcp.Configuration;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>What tests of servers share.</summary>
internal static class Fakes
{
    public static McpServerConfiguration Configuration(string name) => new() { Name = name, Transport = McpTransport.Stdio, Command = name };

    public static McpServers Connect(FakeServer server, Func<McpServerConfiguration, McpServerConfiguration>? configure = null, bool isTrusted = true, TimeProvider? time = null) =>
        Connect(new Dictionary<string, FakeServer> { ["srv"] = server }, configure, isTrusted, time);

    public static McpServers Connect(
        IReadOnlyDictionary<string, FakeServer> servers, Func<McpServerConfiguration, McpServerConfiguration>? configure = null, bool isTrusted = true, TimeProvider? time = null, string[]? disabled = null) =>
        new(new McpServersOptions
        {
            Servers = [.. servers.Keys.Select(name => configure is null ? Configuration(name) : configure(Configuration(name)))],
            Workspace = new Workspace(Path.GetTempPath(), isTrusted: isTrusted),
            Time = time ?? TimeProvider.System,
            Disabled = disabled ?? [],
            TransportFactory = server => servers[server.Name].Connect(),
        });

    public static async Task<Tool> ToolAsync(this McpServers servers)
    {
        await servers.PrepareAsync(CancellationToken.None);
        return servers.Snapshot().ShouldHaveSingleItem();
    }

    public static ToolInvocation Prepare(this Tool tool, string arguments = """{"text":"ping"}""", Action<ToolProgress>? report = null) => tool.Prepare(
        new ToolArguments(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(arguments))),
        new ToolContext { Agent = AgentId.Main, Session = new SessionId("s"), Workspace = new Workspace(Path.GetTempPath()), Report = report ?? (static _ => { }) });

    public static string Tool(string name, string annotations = "{}") =>
        $$$"""{"name":"{{{name}}}","description":"d","inputSchema":{"type":"object"},"annotations":{{{annotations}}}}""";
}
