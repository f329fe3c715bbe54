using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Models.Transport;

namespace QwenCode.Models;

/// <summary>
/// A client that speaks a protocol over the wire. Safe to use from many threads; connections are shared and made at the first request.
/// </summary>
/// <remarks>
/// A failure ends as <see cref="ModelException"/>, after what may pass was tried again: at most 1 +
/// <see cref="ChatClientOptions.MaxRetries"/>
/// requests. An answer that hit the default output limit is asked for once more with a larger one. Where parts of an answer were handed on
/// before it was begun anew, a <see cref="StreamRestartContent"/> says so.
/// </remarks>
public abstract class WireChatClient : IChatClient
{
    private readonly ModelRequest _request;
    private readonly ChatClientMetadata _metadata;

    private protected WireChatClient(ChatClientOptions options, IWireProtocol protocol, IChatTransport transport, string provider)
    {
        _request = new ModelRequest(options, protocol, transport);
        _metadata = new ChatClientMetadata(provider, options.BaseUrl, options.Model);
    }

    /// <inheritdoc/>
    /// <remarks>The answer is streamed also here: a long one then needs no long silence, and both roads are one.</remarks>
    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        _request.AskAsync(AsList(messages), options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        _request.StreamAsync(AsList(messages), options, cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Connections belong to all clients of an address and close themselves when they are idle.
        GC.SuppressFinalize(this);
    }

    private static IReadOnlyList<ChatMessage> AsList(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages as IReadOnlyList<ChatMessage> ?? [.. messages];
    }
}
