using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.JsonRpc;

/// <summary>One message of the peer, as JSON-RPC 2.0 has them.</summary>
/// <param name="Id">The id of a request or a response; undefined in a notification.</param>
/// <param name="Method">The method of a request or a notification; <c>null</c> in a response.</param>
/// <param name="Json">All of it.</param>
public sealed record JsonRpcMessage(JsonElement Id, string? Method, JsonElement Json)
{
    /// <summary>Gets whether the peer waits for an answer.</summary>
    public bool IsRequest => Method is not null && Id.ValueKind is not JsonValueKind.Undefined;

    /// <summary>Gets the parameters; an undefined element if there are none.</summary>
    public JsonElement Parameters => Json.Member("params"u8);

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="id">The id it has, to name in an error; undefined if none can be read.</param>
    /// <returns>The message.</returns>
    /// <exception cref="JsonRpcException">The line is no message.</exception>
    public static JsonRpcMessage Read(ReadOnlySpan<byte> line, out JsonElement id)
    {
        id = default;
        JsonElement json;
        try
        {
            // A peer of another encoding is read as far as it can be: a string that is not UTF-8 would throw where it is used.
            var reader = new Utf8JsonReader(Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line)));
            json = JsonElement.ParseValue(ref reader);

            // Nothing may follow; the reader throws if something does.
            _ = reader.Read();
        }
        catch (JsonException exception)
        {
            throw new JsonRpcException(
                JsonRpcErrorCode.ParseError,
                "Parse error",
                $"The line is not JSON (byte {exception.BytePositionInLine + 1}: {exception.Message.Split(" LineNumber:")[0]}).");
        }

        if (json.ValueKind is not JsonValueKind.Object)
        {
            // Batches are not part of the protocols that are spoken here.
            throw new JsonRpcException(JsonRpcErrorCode.InvalidRequest, "Invalid request", "The message is not a JSON object.");
        }

        var given = json.Member("id"u8);
        id = given.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null ? given : default;
        if (given.ValueKind != id.ValueKind)
        {
            throw new JsonRpcException(
                JsonRpcErrorCode.InvalidRequest, "Invalid request", "The 'id' must be a string, a number or null.");
        }

        var method = json.Text("method"u8);
        var isResponse = json.Member("result"u8).ValueKind is not JsonValueKind.Undefined
            || json.Member("error"u8).ValueKind is not JsonValueKind.Undefined;
        return method is null && !isResponse
            ? throw new JsonRpcException(
                JsonRpcErrorCode.InvalidRequest, "Invalid request", "The message has neither a 'method' nor a 'result' or an 'error'.")
            : new JsonRpcMessage(id, method, json);
    }
}
