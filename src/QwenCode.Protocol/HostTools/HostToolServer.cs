using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Control;
using QwenCode.Tools;

namespace QwenCode.Protocol.HostTools;

/// <summary>An MCP server inside the host, spoken to through the control channel.</summary>
internal sealed class HostToolServer(string name, HostChannel host, string version)
{
    private const string ProtocolVersion = "2025-06-18";

    // What servers of the settings have, too. A tool that takes long is no host that is gone.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(10);

    private long _lastId;

    public string Name => name;

    /// <summary>Shakes hands and lists the tools.</summary>
    /// <exception cref="HostRequestException">The server does not answer as it should.</exception>
    public async ValueTask<IReadOnlyList<Tool>> ConnectAsync(CancellationToken cancellationToken)
    {
        await RequestAsync(
            "initialize",
            json =>
            {
                json.WriteString("protocolVersion"u8, ProtocolVersion);
                json.WriteStartObject("capabilities"u8);
                json.WriteStartObject("roots"u8);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteStartObject("clientInfo"u8);
                json.WriteString("name"u8, $"qwen-cli-mcp-client-{name}");
                json.WriteString("version"u8, version);
                json.WriteEndObject();
            },
            cancellationToken).ConfigureAwait(false);
        await SendAsync("notifications/initialized", id: null, static _ => { }, cancellationToken).ConfigureAwait(false);
        var tools = new List<Tool>();
        string? cursor = null;
        do
        {
            var page = await RequestAsync(
                "tools/list",
                json =>
                {
                    if (cursor is not null)
                    {
                        json.WriteString("cursor"u8, cursor);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            if (page.ValueKind is JsonValueKind.Object && page.TryMember("tools", out var listed)
                && listed.ValueKind is JsonValueKind.Array)
            {
                tools.AddRange(listed.EnumerateArray().Where(static tool => tool.Text("name") is { Length: > 0 })
                    .Select(tool => new HostTool(this, tool)));
            }

            cursor = page.Text("nextCursor");
        }
        while (!string.IsNullOrEmpty(cursor));
        return tools;
    }

    /// <summary>Calls a tool.</summary>
    /// <exception cref="HostRequestException">The server did not answer, or with a protocol error.</exception>
    public ValueTask<JsonElement> CallAsync(string tool, JsonElement arguments, CancellationToken cancellationToken) => RequestAsync(
        "tools/call",
        json =>
        {
            json.WriteString("name"u8, tool);
            json.WritePropertyName("arguments"u8);
            arguments.WriteTo(json);
            json.WriteStartObject("_meta"u8);
            json.WriteNumber("progressToken"u8, Interlocked.Increment(ref _lastId));
            json.WriteEndObject();
        },
        cancellationToken, CallTimeout);

    private async ValueTask<JsonElement> RequestAsync(
        string method, Action<Utf8JsonWriter> parameters, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var answer = await SendAsync(method, Interlocked.Increment(ref _lastId), parameters, cancellationToken, patience)
            .ConfigureAwait(false);
        if (answer.ValueKind is not JsonValueKind.Object || !answer.TryMember("mcp_response", out var response)
            || response.ValueKind is not JsonValueKind.Object)
        {
            throw new HostRequestException($"The host answered '{method}' for MCP server '{name}' without an mcp_response.");
        }

        if (response.TryMember("error", out var error))
        {
            var code = error.ValueKind is JsonValueKind.Object && error.TryMember("code", out var number) ? number.GetRawText() : "?";
            throw new HostRequestException($"MCP error {code}: {error.Text("message") ?? error.GetRawText()}");
        }

        return response.TryMember("result", out var result) ? result : default;
    }

    private ValueTask<JsonElement> SendAsync(
        string method, long? id, Action<Utf8JsonWriter> parameters, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        host.AskAsync(
        json =>
        {
            json.WriteString("subtype"u8, "mcp_message"u8);
            json.WriteString("server_name"u8, name);
            json.WriteStartObject("message"u8);
            json.WriteString("jsonrpc"u8, "2.0"u8);
            if (id is { } number)
            {
                json.WriteNumber("id"u8, number);
            }

            json.WriteString("method"u8, method);
            json.WriteStartObject("params"u8);
            parameters(json);
            json.WriteEndObject();
            json.WriteEndObject();
        },
        cancellationToken, patience);
}
