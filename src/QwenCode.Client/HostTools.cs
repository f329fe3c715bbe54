using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>The tools of the host as an MCP server, whose messages travel in control requests.</summary>
internal sealed class HostTools(IReadOnlyList<AIFunction> tools)
{
    /// <summary>The name of the server, and so a part of the tools' names.</summary>
    public const string ServerName = "host";

    /// <summary>Handles a message.</summary>
    /// <param name="message">The JSON-RPC message.</param>
    /// <param name="cancellationToken">Stops a tool.</param>
    /// <returns>What writes the member <c>mcp_response</c>.</returns>
    public async ValueTask<Action<Utf8JsonWriter>> HandleAsync(JsonElement message, CancellationToken cancellationToken) =>
        message.Text("method") switch
    {
        "initialize" => Result(message, json =>
        {
            json.WriteString("protocolVersion"u8, message.Member("params").Text("protocolVersion") ?? "2025-06-18");
            json.WriteStartObject("capabilities"u8);
            json.WriteStartObject("tools"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("serverInfo"u8);
            json.WriteString("name"u8, ServerName);
            json.WriteString("version"u8, "1"u8);
            json.WriteEndObject();
        }),
        "ping" => Result(message, static _ => { }),
        "tools/list" => Result(message, List),
        "tools/call" => await CallAsync(message, cancellationToken).ConfigureAwait(false),
        { } notification when notification.StartsWith("notifications/", StringComparison.Ordinal) => Result(message, static _ => { }),
        var other => Error(message, -32601, $"There is no method '{other}'."),
    };

    private void List(Utf8JsonWriter json)
    {
        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("inputSchema"u8);
            tool.JsonSchema.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async ValueTask<Action<Utf8JsonWriter>> CallAsync(JsonElement message, CancellationToken cancellationToken)
    {
        var name = message.Member("params").Text("name");
        if (tools.FirstOrDefault(tool => tool.Name == name) is not { } tool)
        {
            return Error(message, -32602, $"There is no tool '{name}'.");
        }

        var arguments = new AIFunctionArguments();
        if (message.Member("params").Member("arguments") is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var argument in given.EnumerateObject())
            {
                arguments[argument.Name] = argument.Value;
            }
        }

        try
        {
            var result = await tool.InvokeAsync(arguments, cancellationToken).ConfigureAwait(false);
            return Text(message, ToText(result), isError: false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            // What a tool throws is the result of the call, and the model may mend it.
            return Text(message, exception.Message, isError: true);
        }
    }

    private static string ToText(object? result) => result switch
    {
        null => string.Empty,
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => string.Empty,
        JsonElement json => json.GetRawText(),
        TextContent content => content.Text,
        IEnumerable<AIContent> contents => string.Concat(contents.OfType<TextContent>().Select(static content => content.Text)),
        _ => Convert.ToString(result, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static Action<Utf8JsonWriter> Text(JsonElement message, string text, bool isError) => Result(message, json =>
    {
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteBoolean("isError"u8, isError);
    });

    private static Action<Utf8JsonWriter> Result(JsonElement message, Action<Utf8JsonWriter> members) => Message(message, json =>
    {
        json.WriteStartObject("result"u8);
        members(json);
        json.WriteEndObject();
    });

    private static Action<Utf8JsonWriter> Error(JsonElement message, int code, string text) => Message(message, json =>
    {
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, code);
        json.WriteString("message"u8, text);
        json.WriteEndObject();
    });

    private static Action<Utf8JsonWriter> Message(JsonElement message, Action<Utf8JsonWriter> rest) => json =>
    {
        json.WriteStartObject("mcp_response"u8);
        json.WriteString("jsonrpc"u8, "2.0"u8);
        if (message.Member("id") is { ValueKind: not JsonValueKind.Undefined } id)
        {
            json.WritePropertyName("id"u8);
            id.WriteTo(json);
        }

        rest(json);
        json.WriteEndObject();
    };
}
