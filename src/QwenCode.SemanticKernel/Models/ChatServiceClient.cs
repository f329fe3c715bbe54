using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.SemanticKernel.Models.Functions;

namespace QwenCode.SemanticKernel.Models;

/// <summary>
/// A chat completion service as a model. The library's own conversion reads each piece of a streamed call as a whole one, and
/// so fails on the arguments of every service that streams; here the pieces are put together first.
/// </summary>
internal sealed class ChatServiceClient(IChatCompletionService service) : IChatClient
{
    // Empty: without any kernel, an adapter over a chat client takes neither "do not invoke" nor a refusal for what it is.
    private readonly Kernel _kernel = new();

    // One loop, the streaming one; a whole answer is the same pieces folded.
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var offer = FunctionOffer.Of(options?.Tools);
        var calls = new StreamedCalls();
        UsageDetails? usage = null;
        using var refusals = new Refusals(cancellationToken);
        var pieces = service.GetStreamingChatMessageContentsAsync(
            ChatHistories.From(messages, offer), Settings(options, offer, refusals), _kernel, refusals.Token)
            .GetAsyncEnumerator(refusals.Token);
        try
        {
            while (await MoveAsync(pieces, refusals).ConfigureAwait(false))
            {
                var piece = pieces.Current;
                usage = ChatUsage.Of(piece.Metadata) ?? usage;
                foreach (var item in piece.Items)
                {
                    switch (item)
                    {
                        case StreamingTextContent { Text: { Length: > 0 } text }:
                            yield return new(ChatRole.Assistant, text) { ModelId = piece.ModelId };
                            break;
                        case StreamingFunctionCallUpdateContent call:
                            calls.Add(call);
                            break;
                    }
                }
            }
        }
        finally
        {
            await CloseAsync(pieces, refusals).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();

        // A service that runs calls need not show them.
        var last = new List<AIContent>((calls.Any ? calls.Build() : refusals.Calls).Select(offer.Restore));
        var reason = last.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        if (usage is not null)
        {
            last.Add(new UsageContent(usage));
        }

        yield return new(ChatRole.Assistant, last) { FinishReason = reason };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType.IsInstanceOfType(this) ? this
        : serviceType.IsInstanceOfType(service) ? service
        : null;

    // The service is the kernel's.
    public void Dispose()
    {
    }

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<StreamingChatMessageContent> pieces, Refusals refusals)
    {
        try
        {
            return !refusals.Any && await pieces.MoveNextAsync().ConfigureAwait(false) && !refusals.Any;
        }
        catch (Exception) when (refusals.Any)
        {
            // Whatever the service made of the refusal: the answer ends with the call.
            return false;
        }
    }

    private static async ValueTask CloseAsync(IAsyncEnumerator<StreamingChatMessageContent> pieces, Refusals refusals)
    {
        try
        {
            await pieces.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception) when (refusals.Any)
        {
            // As above.
        }
    }

    private static PromptExecutionSettings Settings(ChatOptions? options, FunctionOffer offer, Refusals refusals)
    {
        var settings = new PromptExecutionSettings { ModelId = options?.ModelId, ExtensionData = new Dictionary<string, object>() };
        Set("temperature", options?.Temperature);
        Set("top_p", options?.TopP);
        Set("max_tokens", options?.MaxOutputTokens);
        Set("seed", options?.Seed);
        foreach (var (key, value) in options?.AdditionalProperties ?? [])
        {
            Set(key, value);
        }

        if (!offer.IsEmpty)
        {
            settings.FunctionChoiceBehavior = FunctionChoiceBehavior.Auto(offer.CreateFunctions(refusals.Add), autoInvoke: false);
        }

        return settings;

        void Set(string key, object? value)
        {
            if (value is not null)
            {
                settings.ExtensionData[key] = value;
            }
        }
    }
}
