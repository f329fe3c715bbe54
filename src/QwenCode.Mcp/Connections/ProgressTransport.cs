using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Client;
using QwenCode.Tools;

namespace QwenCode.Mcp.Connections;

/// <summary>
/// Passes messages through and keeps what belongs to a call with it. The client hands progress on side by side with the answer,
/// so that the last step is often lost behind it; here each step is told before the next message is read. And of a call that is
/// given up the client tells the server only if it is quick enough; here the server always hears of it. A server that answers the newest
/// handshake with something that is none does not know it, and gets the older one.
/// </summary>
internal sealed class ProgressTransport(IClientTransport inner) : IClientTransport, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FollowedCall> _calls = new(StringComparer.Ordinal);
    private int _last;

    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Connected(await inner.ConnectAsync(cancellationToken).ConfigureAwait(false), this);

    public ValueTask DisposeAsync() => inner is IAsyncDisposable owned ? owned.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Begins to follow a call, until what it returns is disposed.</summary>
    /// <param name="report">Takes the call's progress.</param>
    public FollowedCall Follow(Action<ToolProgress> report)
    {
        var call = new FollowedCall(this, Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture), report);
        _calls[call.Token] = call;
        return call;
    }

    private FollowedCall? Find(JsonNode? token) => token is JsonValue value ? _calls.GetValueOrDefault(value.ToString()) : null;

    private void Observe(JsonRpcMessage message)
    {
        if (message is not JsonRpcNotification { Method: NotificationMethods.ProgressNotification, Params: JsonObject parameters }
            || Find(parameters["progressToken"]) is not { } call
            || Number(parameters["progress"]) is not { } progress)
        {
            return;
        }

        var text = parameters["message"] is JsonValue said && said.TryGetValue<string>(out var words) ? words : null;
        call.Report(new StepProgress(progress, Number(parameters["total"]), text));
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    /// <summary>A call that is on its way.</summary>
    internal sealed class FollowedCall(ProgressTransport owner, string token, Action<ToolProgress> report) : IDisposable
    {
        // A server that does not even take the message must not hold up the person who gave up.
        private static readonly TimeSpan TellingTimeout = TimeSpan.FromSeconds(1);

        private volatile Tuple<ITransport, RequestId>? _sent;

        /// <summary>Gets what the call and its progress are marked with.</summary>
        public string Token => token;

        public Action<ToolProgress> Report => report;

        /// <summary>Tells the server that nobody waits for the answer any more.</summary>
        public async Task SendCancelledAsync()
        {
            if (_sent is not { } sent)
            {
                return;
            }

            using var limit = new CancellationTokenSource(TellingTimeout);
            try
            {
                JsonNode id = sent.Item2.Id is long number ? JsonValue.Create(number) : JsonValue.Create(sent.Item2.ToString())!;
                await sent.Item1.SendMessageAsync(
                    new JsonRpcNotification { Method = NotificationMethods.CancelledNotification,
                        Params = new JsonObject { ["requestId"] = id, ["reason"] = "The call was cancelled." } },
                    limit.Token).ConfigureAwait(false);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or IOException or HttpRequestException or InvalidOperationException)
            {
                // The server is gone or deaf. There is nobody to tell, and the call ends all the same.
            }
        }

        public void Sent(ITransport transport, RequestId id) => _sent = Tuple.Create(transport, id);

        public void Dispose() => owner._calls.TryRemove(token, out _);
    }

    private sealed class Connected(ITransport transport, ProgressTransport owner) : ITransport
    {
        private readonly ObservedReader _reader = new(transport.MessageReader, owner);

        public string? SessionId => transport.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => _reader;

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            if (message is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject parameters } request)
            {
                owner.Find(parameters["_meta"]?["progressToken"])?.Sent(transport, request.Id);
            }

            if (message is JsonRpcRequest { Method: RequestMethods.ServerDiscover } discover)
            {
                _reader.Discovers(discover.Id);
            }

            return transport.SendMessageAsync(message, cancellationToken);
        }

        public ValueTask DisposeAsync() => transport.DisposeAsync();
    }

    private sealed class ObservedReader(ChannelReader<JsonRpcMessage> reader, ProgressTransport owner) : ChannelReader<JsonRpcMessage>
    {
        private const int MethodNotFound = -32601;

        private volatile Tuple<RequestId>? _discovers;

        public override Task Completion => reader.Completion;

        public void Discovers(RequestId id) => _discovers = Tuple.Create(id);

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            if (!reader.TryRead(out item))
            {
                return false;
            }

            owner.Observe(item);
            if (item is JsonRpcResponse answer && _discovers is { } discovers && answer.Id.Equals(discovers.Item1)
                && !IsHandshake(answer.Result as JsonObject))
            {
                item = new JsonRpcError
                {
                    Id = answer.Id,
                    Error = new JsonRpcErrorDetail { Code = MethodNotFound, Message = "The answer is no handshake." },
                };
            }

            return true;
        }

        private static bool IsHandshake(JsonObject? result) =>
            result?["supportedVersions"] is JsonArray && result["capabilities"] is JsonObject;

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            reader.WaitToReadAsync(cancellationToken);
    }
}
