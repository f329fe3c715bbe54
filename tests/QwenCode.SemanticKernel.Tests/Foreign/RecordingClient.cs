using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>A client that keeps the options it was asked with, and answers or fails.</summary>
internal sealed class RecordingClient(string? model = null, Func<CancellationToken, Exception?>? fails = null) : IChatClient
{
    public List<ChatOptions?> Requests { get; } = [];

    public List<IReadOnlyList<ChatMessage>> Messages { get; } = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add(options);
        Messages.Add([.. messages]);
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, "Hello.");
        if (fails?.Invoke(cancellationToken) is { } exception)
        {
            throw exception;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("recording", null, model) : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
