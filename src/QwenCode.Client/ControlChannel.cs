using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>Requests to the program, and answers to those that it sends.</summary>
internal sealed class ControlChannel(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> writeAsync)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _open = new();
    private Exception? _fault;
    private long _last;

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="QwenClientException">The program refused it, or ended.</exception>
    public async Task<JsonElement> RequestAsync(string subtype, Action<Utf8JsonWriter> members, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        try
        {
            // Looked at after the request is listed: the end of the program fails it from here on.
            if (Volatile.Read(ref _fault) is { } fault)
            {
                throw fault;
            }

            await writeAsync(
                Line(json =>
                {
                    json.WriteString("type"u8, "control_request"u8);
                    json.WriteString("request_id"u8, id);
                    json.WriteStartObject("request"u8);
                    json.WriteString("subtype"u8, subtype);
                    members(json);
                    json.WriteEndObject();
                }),
                cancellationToken).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>Takes the answer to a request.</summary>
    /// <param name="response">The member <c>response</c>.</param>
    public void Take(JsonElement response)
    {
        if (response.Text("request_id") is not { } id || !_open.TryRemove(id, out var open))
        {
            return;
        }

        if (response.Text("subtype") == "success")
        {
            open.TrySetResult(response.Member("response"));
        }
        else
        {
            var error = response.Member("error");
            var reason = error.ValueKind is JsonValueKind.String ? error.GetString() : error.Text("message");
            open.TrySetException(new QwenClientException(reason ?? "The program refused the request."));
        }
    }

    /// <summary>Answers a request of the program.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="body">Writes the members of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask AnswerAsync(string id, Action<Utf8JsonWriter> body, CancellationToken cancellationToken) => writeAsync(
        Line(json => Response(json, "success", id, () =>
        {
            json.WriteStartObject("response"u8);
            body(json);
            json.WriteEndObject();
        })),
        cancellationToken);

    /// <summary>Answers a request of the program that cannot be met.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="error">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask RefuseAsync(string id, string error, CancellationToken cancellationToken) =>
        writeAsync(Line(json => Response(json, "error", id, () => json.WriteString("error"u8, error))), cancellationToken);

    /// <summary>Fails all requests that are open, and all later ones.</summary>
    public void Fail(Exception fault)
    {
        Volatile.Write(ref _fault, fault);
        foreach (var open in _open.Values)
        {
            open.TrySetException(fault);
        }
    }

    /// <summary>Makes a line of an object.</summary>
    public static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void Response(Utf8JsonWriter json, string subtype, string id, Action rest)
    {
        json.WriteString("type"u8, "control_response"u8);
        json.WriteStartObject("response"u8);
        json.WriteString("subtype"u8, subtype);
        json.WriteString("request_id"u8, id);
        rest();
        json.WriteEndObject();
    }
}
