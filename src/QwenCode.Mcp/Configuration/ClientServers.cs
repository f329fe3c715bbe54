using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Configuration;

/// <summary>Reads the servers that a client brings for its session: a map, as SDK hosts write it, or a list, as editors do.</summary>
public static class ClientServers
{
    /// <summary>Reads the servers. An entry that cannot be used costs itself, never the others.</summary>
    /// <param name="servers">
    /// <c>{NAME: entry}</c>, whose entries are those of <c>mcpServers</c>; or
    /// <c>[{name, command, args, env: [{name, value}]}, {type: "http" | "sse", name, url, headers: [{name, value}]}]</c>, whose servers
    /// are never trusted, whatever they say.
    /// </param>
    /// <param name="warn">Takes a sentence about each entry that is left out.</param>
    public static IReadOnlyList<McpServerConfiguration> Read(JsonElement servers, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        var read = new List<McpServerConfiguration>();
        switch (servers.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var entry in servers.EnumerateObject())
                {
                    Add(read, entry.NameText(), entry.Value, warn);
                }

                break;
            case JsonValueKind.Array:
                foreach (var entry in servers.EnumerateArray())
                {
                    if (entry.ValueKind is JsonValueKind.Object && entry.Text("name") is { Length: > 0 } name)
                    {
                        Add(read, name, entry, warn);
                    }
                    else
                    {
                        warn("An MCP server of the client is left out: its entry has no name.");
                    }
                }

                return read.ConvertAll(static server => server with { IsTrusted = false });
            case not (JsonValueKind.Null or JsonValueKind.Undefined):
                warn("The MCP servers of the client are left out: they must be an object or a list.");
                break;
        }

        return read;
    }

    private static void Add(List<McpServerConfiguration> read, string name, JsonElement entry, Action<string> warn)
    {
        try
        {
            read.Add(McpServerEntry.Read(name, entry));
        }
        catch (McpConfigurationException exception)
        {
            warn($"MCP server '{name}' of the client is left out: {exception.Message}");
        }
    }
}
