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
/// Passes messages through and hands progress to the call it belongs to. The client would do that, too, but side by side with
/// the answer: the last step would often be lost behind it. Here each step is told before the next message is read.
/// </summary>
internal sealed class ProgressTransport(IClientTransport inner) : IClientTransport
{
    private readonly ConcurrentDictionary<string, Action<ToolProgress>> _calls = new(StringComparer.Ordinal);
    private int _last;

    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new Connected(await inner.ConnectAsync(cancellationToken).ConfigureAwait(false), this);

    /// <summary>Begins to hand progress on.</summary>
    /// <returns>The token to send with the call, and what ends the handing on.</returns>
    public (string Token, IDisposable Registration) Follow(Action<ToolProgress> report)
    {
        var token = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        _calls[token] = report;
        return (token, new Registration(this, token));
    }

    private void Observe(JsonRpcMessage message)
    {
        if (message is not JsonRpcNotification { Method: NotificationMethods.ProgressNotification, Params: JsonObject parameters }
            || parameters["progressToken"] is not JsonValue token
            || !_calls.TryGetValue(token.ToString(), out var report)
            || Number(parameters["progress"]) is not { } progress)
        {
            return;
        }

        var text = parameters["message"] is JsonValue said && said.TryGetValue<string>(out var words) ? words : null;
        report(new StepProgress(progress, Number(parameters["total"]), text));
    }

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private sealed class Registration(ProgressTransport transport, string token) : IDisposable
    {
        public void Dispose() => transport._calls.TryRemove(token, out _);
    }

    private sealed class Connected(ITransport transport, ProgressTransport owner) : ITransport
    {
        public string? SessionId => transport.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader { get; } = new ObservedReader(transport.MessageReader, owner);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => transport.SendMessageAsync(message, cancellationToken);

        public ValueTask DisposeAsync() => transport.DisposeAsync();
    }

    private sealed class ObservedReader(ChannelReader<JsonRpcMessage> reader, ProgressTransport owner) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => reader.Completion;

        public override bool TryRead([MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            if (!reader.TryRead(out item))
            {
                return false;
            }

            owner.Observe(item);
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => reader.WaitToReadAsync(cancellationToken);
    }
}
