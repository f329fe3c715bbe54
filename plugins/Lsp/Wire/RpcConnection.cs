using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;

namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>JSON-RPC over two streams.</summary>
/// <remarks>
/// Pipes block, so reading and writing have a thread each: a server that does not read must not hold up those who ask, whose time
/// limits end the waiting.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The channel holds nothing; the streams belong to their opener.")]
internal sealed class RpcConnection
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly Channel<byte[]> _outbox = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly IRpcPeer _peer;
    private readonly TimeProvider _time;
    private int _latest;

    /// <summary>Begins to listen.</summary>
    /// <param name="input">What the server says.</param>
    /// <param name="output">What is sent to it.</param>
    /// <param name="peer">Takes the server's notifications and requests.</param>
    /// <param name="time">The clock.</param>
    public RpcConnection(Stream input, Stream output, IRpcPeer peer, TimeProvider time)
    {
        (_input, _output, _peer, _time) = (input, output, peer, time);
        _ = OnThread(ReadAll, CancellationToken.None);
        _ = OnThread(WriteAll, CancellationToken.None);
    }

    /// <summary>Ends when nothing more can be sent or received, with what was wrong; <c>null</c> if the other side simply ended.</summary>
    public Task<string?> Closed => _closed.Task;

    /// <summary>Asks.</summary>
    /// <exception cref="RequestFailedException">The server answered with an error.</exception>
    /// <exception cref="ConnectionLostException">The server is gone.</exception>
    /// <exception cref="TimeoutException">The server took too long; it was asked to give up.</exception>
    public async Task<JsonElement> RequestAsync(
        string method, Action<Utf8JsonWriter>? parameters, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = Interlocked.Increment(ref _latest);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        if (_closed.Task.IsCompleted)
        {
            // It may have closed before the question was noted, and then nothing fails it.
            _waiting.TryRemove(id, out _);
            throw new ConnectionLostException("the connection is closed");
        }

        try
        {
            Send(writer =>
            {
                writer.WriteNumber("id"u8, id);
                WriteCall(writer, method, parameters);
            });
            return await answer.Task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Notify("$/cancelRequest", writer => writer.WriteNumber("id"u8, id));
            throw;
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Sends a notification; the parameters are the members of an object.</summary>
    public void Notify(string method, Action<Utf8JsonWriter>? parameters) => Send(writer => WriteCall(writer, method, parameters));

    /// <summary>Sends nothing more; what is queued is still sent.</summary>
    public void CompleteWriting() => _outbox.Writer.TryComplete();

    /// <summary>Gives up what waits for an answer.</summary>
    public void Close(string? reason)
    {
        _outbox.Writer.TryComplete();
        if (!_closed.TrySetResult(reason))
        {
            return;
        }

        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var answer))
            {
                answer.TrySetException(new ConnectionLostException(reason ?? "it ended"));
            }
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, string method, Action<Utf8JsonWriter>? parameters)
    {
        writer.WriteString("method"u8, method);
        if (parameters is not null)
        {
            writer.WriteStartObject("params"u8);
            parameters(writer);
            writer.WriteEndObject();
        }
    }

    private static Task OnThread(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Send(Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            members(writer);
            writer.WriteEndObject();
        }

        var header = System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.WrittenCount}\r\n\r\n"));
        _outbox.Writer.TryWrite([.. header, .. body.WrittenSpan]);
    }

    private void WriteAll()
    {
        try
        {
            // The one thread of its own may wait: nothing else is held up by it.
#pragma warning disable VSTHRD002 // This thread exists to block.
            while (_outbox.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
#pragma warning restore VSTHRD002
            {
                while (_outbox.Reader.TryRead(out var frame))
                {
                    _output.Write(frame);
                }

                _output.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It does not listen any more. Why is what the reading side finds out: it may have said something before it left.
        }
    }

    private void ReadAll()
    {
        string? reason = null;
        try
        {
            var frames = new FrameReader(_input);
            while (frames.Read() is { } frame)
            {
                Receive(JsonElement.Parse(frame, Deep));
            }
        }
        catch (FrameException exception)
        {
            reason = exception.Message;
        }
        catch (JsonException)
        {
            reason = "it sent a message that is no valid JSON";
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The other end was torn off.
        }
        catch (Exception exception)
        {
            // Whatever a server says must be no more than a server that cannot be used.
            reason = $"what it said could not be used: {exception.Message}";
        }

        Close(reason);
    }

    private void Receive(JsonElement message)
    {
        if (message.ValueKind is not JsonValueKind.Object)
        {
            throw new FrameException("it sent a message that is no object");
        }

        var hasId = message.TryGetProperty("id", out var id);
        if (message.TryGetProperty("method", out var method) && method.ValueKind is JsonValueKind.String)
        {
            message.TryGetProperty("params", out var parameters);
            if (hasId)
            {
                Answer(id, method.GetString()!, parameters);
            }
            else
            {
                _peer.Notified(method.GetString()!, parameters);
            }

            return;
        }

        if (!hasId || id.ValueKind is not JsonValueKind.Number || !id.TryGetInt32(out var number)
            || !_waiting.TryRemove(number, out var answer))
        {
            // An answer that is not waited for any more.
            return;
        }

        if (message.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object)
        {
            var text = error.TryGetProperty("message", out var words) && words.ValueKind is JsonValueKind.String
                ? words.GetString()! : error.GetRawText();
            var code = error.TryGetProperty("code", out var given) && given.ValueKind is JsonValueKind.Number
                && given.TryGetInt32(out var value) ? value : 0;
            answer.TrySetException(new RequestFailedException(code, text.Trim()));
            return;
        }

        answer.TrySetResult(message.TryGetProperty("result", out var result) ? result : default);
    }

    private void Answer(JsonElement id, string method, JsonElement parameters)
    {
        var result = _peer.Answer(method, parameters);
        Send(writer =>
        {
            writer.WritePropertyName("id"u8);
            id.WriteTo(writer);
            if (result is null)
            {
                writer.WriteStartObject("error"u8);
                writer.WriteNumber("code"u8, -32601);
                writer.WriteString("message"u8, $"This client has no method {method}.");
                writer.WriteEndObject();
                return;
            }

            writer.WritePropertyName("result"u8);
            result(writer);
        });
    }
}
