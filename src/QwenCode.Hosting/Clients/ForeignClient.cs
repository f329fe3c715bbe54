using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Hosting.Clients;

/// <summary>
/// A client that is not ours, asked as its entry of <c>modelProviders</c> says. What it throws becomes a <see cref="ModelException"/>
/// without keys in it. The client itself belongs to its maker and is not disposed of here.
/// </summary>
/// <param name="inner">The client.</param>
/// <param name="entry">The entry.</param>
/// <param name="settings">What of the entry goes into each request.</param>
internal sealed class ForeignClient(IChatClient inner, ModelEntry entry, RequestSettings settings) : IChatClient
{
    /// <summary>Gets a client of the host's own, for which the host has read the entry itself.</summary>
    public static ForeignClient Over(IChatClient client, ModelEntry entry) =>
        client as ForeignClient ?? new ForeignClient(client, entry, RequestSettings.None);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.GetResponseAsync(ForeignMessages.Of(messages), settings.Apply(options), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (ForeignFailures.Translate(exception, entry, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var updates = Open(messages, settings.Apply(options), cancellationToken);
        await using (updates.ConfigureAwait(false))
        {
            while (await MoveAsync(updates, cancellationToken).ConfigureAwait(false))
            {
                yield return updates.Current;
            }
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);

    public void Dispose()
    {
    }

    private IAsyncEnumerator<ChatResponseUpdate> Open(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return inner.GetStreamingResponseAsync(ForeignMessages.Of(messages), options, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception exception) when (ForeignFailures.Translate(exception, entry, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (ForeignFailures.Translate(exception, entry, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }
}
