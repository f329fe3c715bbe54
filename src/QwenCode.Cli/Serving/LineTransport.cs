using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Platform.Json;

namespace QwenCode.Cli.Serving;

/// <summary>
/// The protocol on standard input and output, one message a line. A line that is no message costs itself. When the input ends, what is to
/// end before the client hears no more ends first.
/// </summary>
internal sealed class LineTransport : TransportBase
{
    private static readonly JsonTypeInfo<JsonRpcMessage> Messages =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    // A client that asks and does not read waits for itself: no more of its input is read than this many requests without an answer.
    private const int MaxOpen = 4096;

    // As long as clients usually wait for the end of a server whose input they have closed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // For what is on its way when all has ended. Whoever does not read it by then does not read.
    private static readonly TimeSpan WritingLimit = TimeSpan.FromSeconds(5);

    private readonly LineSink _sink = new();
    private readonly Channel<(byte[] Line, RequestId? Answered)> _lines =
        Channel.CreateBounded<(byte[], RequestId?)>(new BoundedChannelOptions(1024) { SingleReader = true });
    private readonly ManualResetEventSlim _mayRead = new(true);
    private readonly Task _writing;
    private readonly Func<Task> _ending;
    private readonly HashSet<RequestId> _open = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private Task? _end;

    /// <param name="ending">Runs when the input has ended; what it sends is still written.</param>
    public LineTransport(Func<Task> ending)
        : base("standard input and output", loggerFactory: null)
    {
        _ending = ending;
        SetConnected();
        _writing = Task.Run(() => WriteAsync(CancellationToken.None));
        new Thread(Read) { IsBackground = true, Name = "standard input" }.Start();
    }

    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(message, Messages);
        RequestId? answered = message is JsonRpcResponse or JsonRpcError ? ((JsonRpcMessageWithId)message).Id : null;
        await _lines.Writer.WriteAsync((line, answered), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection: requests that are nearly done get their answers, the others the end of their session.</summary>
    /// <param name="cancellationToken">Lets the requests that are nearly done no more time.</param>
    public Task EndAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _end ??= EndCoreAsync(cancellationToken);
        }
    }

    private async Task EndCoreAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        await IdleAsync(cancellationToken).ConfigureAwait(false);
        await _ending().ConfigureAwait(false);
        await IdleAsync(cancellationToken).ConfigureAwait(false);
        _lines.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(WritingLimit, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The client neither reads nor goes.
        }

        SetDisconnected();
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var (line, answered) in _lines.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _sink.Write(line);
            if (answered is { } id)
            {
                Close(id);
            }
        }
    }

    private async Task IdleAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_gate)
        {
            if (_open.Count == 0)
            {
                return;
            }

            idle = (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        try
        {
            await idle.WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // They have had their time.
        }
    }

    private void Close(RequestId id)
    {
        lock (_gate)
        {
            if (_open.Remove(id) && _open.Count == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }

            if (_open.Count < MaxOpen)
            {
                _mayRead.Set();
            }
        }
    }

    private void Note(JsonRpcMessage message)
    {
        switch (message)
        {
            case JsonRpcRequest request:
                lock (_gate)
                {
                    _open.Add(request.Id);
                    if (_open.Count >= MaxOpen)
                    {
                        _mayRead.Reset();
                    }
                }

                break;
            case JsonRpcNotification { Method: NotificationMethods.CancelledNotification } cancelled
                when cancelled.Params is JsonObject told && told["requestId"] is JsonValue id:
                // No answer follows.
                Close(IdOf(id));
                break;
        }
    }

    private static RequestId IdOf(JsonValue id)
    {
        if (id.TryGetValue(out string? text))
        {
            return new RequestId(text);
        }

        return id.TryGetValue(out long number) ? new RequestId(number) : default;
    }

    public override ValueTask DisposeAsync()
    {
        SetDisconnected();
        return ValueTask.CompletedTask;
    }

    private void Read()
    {
        var failure = InputLines.Read(Take);
        if (failure is not null)
        {
            SetDisconnected(failure);
        }

        _ = EndAsync(CancellationToken.None);
    }

    private void Take(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            if (line.IsEmpty)
            {
                StandardStreams.ErrorLine($"Line {number} of the input is too long; it is ignored.");
            }
            else if (JsonSerializer.Deserialize(line.Span, Messages) is { } message)
            {
                _mayRead.Wait();
                Note(message);
                WriteMessageAsync(message).GetAwaiter().GetResult();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException
            or FormatException or ArgumentException)
        {
            Refuse(line, number);
        }
    }

    // An answer needs the id of its request. Without one, only the user can be told.
    private void Refuse(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            var reader = new Utf8JsonReader(line.Span);
            var json = JsonElement.ParseValue(ref reader);
            if (json.ValueKind is JsonValueKind.Object && json.Member("method"u8).ValueKind is not JsonValueKind.Undefined
                && json.Member("id"u8) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } id)
            {
                using var buffer = new MemoryStream();
                using (var writer = new Utf8JsonWriter(buffer))
                {
                    writer.WriteStartObject();
                    writer.WriteString("jsonrpc"u8, "2.0"u8);
                    writer.WritePropertyName("id"u8);
                    id.WriteTo(writer);
                    writer.WriteStartObject("error"u8);
                    writer.WriteNumber("code"u8, (int)McpErrorCode.InvalidRequest);
                    writer.WriteString("message"u8, "This is no request of the protocol."u8);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                }

                _lines.Writer.WriteAsync((buffer.ToArray(), null)).AsTask().GetAwaiter().GetResult();
                return;
            }
        }
        catch (JsonException)
        {
            // Not even JSON.
        }

        StandardStreams.ErrorLine($"Line {number} of the input is no message of the protocol; it is ignored.");
    }
}
