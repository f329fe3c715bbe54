using static QwenCode.Configuration.Catalogue.Row;

namespace QwenCode.Configuration.Catalogue;

/// <summary>The settings under <c>mcpServers</c> and <c>mcp</c>.</summary>
internal static class ServerKeys
{
    public static readonly SettingKey[] Servers =
    [
        Read("mcpServers", Map, "{}", "MCP servers by name."),
        Read("mcpServers.*", Map, null, "One server. httpUrl counts before url, and url before command."),
        Read("mcpServers.*.httpUrl", Text, null, "The address of a server over streamable HTTP."),
        Read("mcpServers.*.url", Text, null, "The address of a server over SSE, or over HTTP where type says so."),
        Read("mcpServers.*.type", Text, null, "http and streamable-http make url an HTTP address."),
        Read("mcpServers.*.command", Text, null, "The program of a server on this machine."),
        Read("mcpServers.*.args", List, null, "Its arguments."),
        Read("mcpServers.*.env", Map | Items, null, "Further variables of its environment."),
        Read("mcpServers.*.env.*", Text | Number | Flag, null, "A variable.") with { IsSecret = true },
        Read("mcpServers.*.cwd", Text, null, "Its working directory."),
        Read("mcpServers.*.headers", Map | Items, null, "Headers of requests."),
        Read("mcpServers.*.headers.*", Text | Number | Flag, null, "A header.") with { IsSecret = true },
        Read("mcpServers.*.timeout", Number, "600000", "Milliseconds that a request may take."),
        Read("mcpServers.*.trust", Flag, "false", "Its tools are not asked about."),
        Read("mcpServers.*.disabled", Flag, "false", "The server is listed and not started."),
        Read("mcpServers.*.description", Text, null, "A sentence about it."),
        Read("mcpServers.*.includeTools", List, null, "The only tools of it there are."),
        Read("mcpServers.*.excludeTools", List, null, "Tools of it that there are not; counts more."),
        Read("mcpServers.*.oauth", Map, null, "How to log in; see qwen mcp login."),
        Read("mcpServers.*.oauth.clientSecret", Text, null, "The secret of the client.") with { IsSecret = true },
        Read("mcpServers.*.oauth.*", SettingFit.Anything, null,
            "enabled, clientId, clientMetadataUrl, authorizationUrl, tokenUrl, registrationUrl, scopes, audiences, redirectUri."),
        Read("mcpServers.*.authProviderType", Text, null, "Only dynamic_discovery is known.") with { Words = ["dynamic_discovery"] },
        Unread("mcpServers.*.tcp", Text, null, "Servers over WebSocket are not reached; use httpUrl."),
        Unread("mcpServers.*.targetAudience", Text, null, "Accounts of Google Cloud are not impersonated; use headers."),
        Unread("mcpServers.*.targetServiceAccount", Text, null, "Accounts of Google Cloud are not impersonated; use headers."),
        Unread("mcpServers.*.discoveryTimeoutMs", Number, null, "Use timeout, which bounds the start, too."),
        Unread("mcpServers.*.versionNegotiation", Text, null, "The version is always negotiated.") with { Always = "\"auto\"" },
    ];

    public static readonly SettingKey[] Mcp =
    [
        Read("mcp.serverCommand", Text, null, "The command line of one more server, named mcp."),
        Read("mcp.allowed", List, null, "The only servers that are used. --allowed-mcp-server-names replaces both lists."),
        Read("mcp.excluded", List, null, "Servers that are not used; counts more."),
        Unread("mcp.toolIdleTimeoutMs", Number, "300000", "Use timeout in the server's entry."),
    ];
}
