using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Protocol.Control;

/// <summary>Writes the messages of the control channel. Safe to use from several threads if the sink is.</summary>
/// <param name="sink">Where messages go.</param>
public sealed class ControlWriter(IMessageSink sink)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="body">Writes the members of the answer.</param>
    public void Success(string requestId, Action<Utf8JsonWriter> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Response(requestId, "success"u8, json =>
        {
            json.WriteStartObject("response"u8);
            body(json);
            json.WriteEndObject();
        });
    }

    /// <summary>Answers a request that cannot be met.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="message">Why.</param>
    public void Error(string requestId, string message) => Response(requestId, "error"u8, json => json.WriteString("error"u8, message));

    /// <summary>Asks the host for something.</summary>
    /// <param name="requestId">A fresh id.</param>
    /// <param name="body">Writes the members of the request.</param>
    public void Request(string requestId, Action<Utf8JsonWriter> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Write(json =>
        {
            json.WriteString("type"u8, "control_request"u8);
            json.WriteString("request_id"u8, requestId);
            json.WriteStartObject("request"u8);
            body(json);
            json.WriteEndObject();
        });
    }

    private void Response(string requestId, ReadOnlySpan<byte> subtype, Action<Utf8JsonWriter> rest)
    {
        var word = JsonEncodedText.Encode(subtype);
        Write(json =>
        {
            json.WriteString("type"u8, "control_response"u8);
            json.WriteStartObject("response"u8);
            json.WriteString("subtype"u8, word);
            json.WriteString("request_id"u8, requestId);
            rest(json);
            json.WriteEndObject();
        });
    }

    private void Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        sink.Write(buffer.WrittenSpan);
    }
}
