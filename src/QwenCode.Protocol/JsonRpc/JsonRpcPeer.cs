using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Protocol.JsonRpc;

/// <summary>
/// The other end of a connection that speaks JSON-RPC 2.0, one message a line: it is answered, notified and asked. Safe to use from
/// several threads; each message is one write to the sink.
/// </summary>
#pragma warning disable CA1001 // The JSON writer writes into memory of its own and holds nothing that must be given back.
public sealed class JsonRpcPeer
#pragma warning restore CA1001
{
    private const int LargestKept = 1024 * 1024;
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _open = new();
    private readonly Lock _gate = new();
    private readonly IMessageSink _sink;
    private readonly Utf8JsonWriter _json;
    private ArrayBufferWriter<byte> _buffer = new(1024);
    private long _lastId;
    private volatile bool _isClosed;

    /// <param name="sink">Where messages go.</param>
    public JsonRpcPeer(IMessageSink sink) => (_sink, _json) = (sink, new Utf8JsonWriter(_buffer, Options));

    /// <summary>Answers a request.</summary>
    /// <param name="id">The request.</param>
    /// <param name="members">Writes the members of the result.</param>
    public void Result(JsonElement id, Action<Utf8JsonWriter> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        Write(json =>
        {
            WriteId(json, id);
            json.WriteStartObject("result"u8);
            members(json);
            json.WriteEndObject();
        });
    }

    /// <summary>Answers a request that cannot be met.</summary>
    /// <param name="id">The request; an undefined element, if it is not known which, is written as <c>null</c>.</param>
    /// <param name="error">Why.</param>
    public void Error(JsonElement id, JsonRpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Write(json =>
        {
            WriteId(json, id);
            json.WriteStartObject("error"u8);
            json.WriteNumber("code"u8, error.Code);
            json.WriteString("message"u8, error.Words);
            if (error.Details is not null || error.MoreData is not null)
            {
                json.WriteStartObject("data"u8);
                if (error.Details is not null)
                {
                    json.WriteString("details"u8, error.Details);
                }

                error.MoreData?.Invoke(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Sends a notification.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Writes the members of the parameters.</param>
    public void Notify(string method, Action<Utf8JsonWriter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Write(json => Call(json, method, parameters));
    }

    /// <summary>Asks the peer, and waits for the answer as long as it takes: it may be the user who answers.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Writes the members of the parameters.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the peer so by <c>$/cancel_request</c>.</param>
    /// <returns>The result.</returns>
    /// <exception cref="JsonRpcException">The peer answered with an error, or is gone.</exception>
    public async ValueTask<JsonElement> RequestAsync(
        string method, Action<Utf8JsonWriter> parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        cancellationToken.ThrowIfCancellationRequested();
        var id = Interlocked.Increment(ref _lastId);
        var key = id.ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[key] = answer;
        try
        {
            // Looked at after the question is listed: closing the connection from here on fails it, too.
            if (_isClosed)
            {
                throw Closed();
            }

            Write(json =>
            {
                json.WriteNumber("id"u8, id);
                Call(json, method, parameters);
            });
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Notify("$/cancel_request", json => json.WriteNumber("requestId"u8, id));
            throw;
        }
        finally
        {
            _open.TryRemove(key, out _);
        }
    }

    /// <summary>Takes a response; one to nothing is ignored.</summary>
    /// <param name="message">The response.</param>
    public void Answer(JsonRpcMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Take(message.Id) is not { } pending)
        {
            return;
        }

        if (message.Json.Object("error"u8) is { } error)
        {
            var data = error.Member("data"u8);
            pending.TrySetException(new JsonRpcException(
                (int)Math.Clamp(error.Whole("code"u8) ?? JsonRpcErrorCode.InternalError, int.MinValue, int.MaxValue),
                error.Text("message"u8) ?? "Unknown error",
                data.Text("details"u8) ?? (data.ValueKind is JsonValueKind.String ? data.Text() : null)));
        }
        else
        {
            pending.TrySetResult(message.Json.Member("result"u8));
        }
    }

    /// <summary>Fails the open question that a broken answer names.</summary>
    /// <param name="id">The id of the answer.</param>
    /// <returns>Whether there was one.</returns>
    public bool Fail(JsonElement id) =>
        Take(id)?.TrySetException(JsonRpcException.Internal("The client's answer has neither a result nor an error.")) is true;

    /// <summary>Ends the waiting for answers: open questions fail, and so do all later ones.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var open in _open.Values)
        {
            open.TrySetException(Closed());
        }
    }

    // Clients write our numbers as they like: 1, 1.0 or "1".
    private TaskCompletionSource<JsonElement>? Take(JsonElement id)
    {
        var text = id.ValueKind is JsonValueKind.String ? id.Text() : id.ValueKind is JsonValueKind.Number ? id.GetRawText() : string.Empty;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number)
            && _open.TryRemove(decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture), out var pending)
            ? pending : null;
    }

    private static JsonRpcException Closed() => JsonRpcException.Internal("The client is gone.");

    // As it came: a string that is not well-formed can be given back, but not read.
    private static void WriteId(Utf8JsonWriter json, JsonElement id)
    {
        json.WritePropertyName("id"u8);
        json.WriteRawValue(id.ValueKind is JsonValueKind.Undefined ? "null" : id.GetRawText(), skipInputValidation: true);
    }

    private static void Call(Utf8JsonWriter json, string method, Action<Utf8JsonWriter> parameters)
    {
        json.WriteString("method"u8, method);
        json.WriteStartObject("params"u8);
        parameters(json);
        json.WriteEndObject();
    }

    private void Write(Action<Utf8JsonWriter> members)
    {
        lock (_gate)
        {
            try
            {
                _json.WriteStartObject();
                _json.WriteString("jsonrpc"u8, "2.0"u8);
                members(_json);
                _json.WriteEndObject();
                _json.Flush();
                _sink.Write(_buffer.WrittenSpan);
            }
            finally
            {
                // One message with a large file must not be paid for until the end of the process.
                _buffer.ResetWrittenCount();
                _buffer = _buffer.Capacity > LargestKept ? new ArrayBufferWriter<byte>(1024) : _buffer;
                _json.Reset(_buffer);
            }
        }
    }
}
