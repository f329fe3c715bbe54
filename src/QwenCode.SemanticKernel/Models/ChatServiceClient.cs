using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.Models;

/// <summary>
/// A chat completion service as a model. The library's own conversion reads each piece of a streamed call as a whole one, and
/// so fails on the arguments of every service that streams; here the pieces are put together first.
/// </summary>
internal sealed class ChatServiceClient(IChatCompletionService service, string model) : IChatClient
{
    // One loop, the streaming one; a whole answer is the same pieces folded.
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var calls = new StreamedCalls();
        UsageDetails? usage = null;
        var pieces = service.GetStreamingChatMessageContentsAsync(ChatHistories.From(messages), Settings(options), kernel: null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (pieces.ConfigureAwait(false))
        {
            while (await MoveAsync(pieces).ConfigureAwait(false))
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

        var last = new List<AIContent>(calls.Build());
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

    private static async ValueTask<bool> MoveAsync(IAsyncEnumerator<StreamingChatMessageContent> pieces)
    {
        try
        {
            return await pieces.MoveNextAsync().ConfigureAwait(false);
        }
        catch (HttpOperationException exception)
        {
            var status = (int?)exception.StatusCode;
            throw new ModelException(
                status switch
                {
                    null => ModelFault.Unreachable,
                    401 or 403 => ModelFault.Unauthorized,
                    404 => ModelFault.NotFound,
                    429 => ModelFault.RateLimited,
                    >= 500 => ModelFault.ServerError,
                    _ => ModelFault.Refused,
                },
                exception.Message,
                status,
                innerException: exception);
        }
    }

    private PromptExecutionSettings Settings(ChatOptions? options)
    {
        var settings = new PromptExecutionSettings { ModelId = options?.ModelId ?? model, ExtensionData = new Dictionary<string, object>() };
        Set("temperature", options?.Temperature);
        Set("top_p", options?.TopP);
        Set("max_tokens", options?.MaxOutputTokens);
        Set("seed", options?.Seed);
        foreach (var (key, value) in options?.AdditionalProperties ?? [])
        {
            Set(key, value);
        }

        if (options?.Tools?.OfType<AIFunction>().ToList() is { Count: > 0 } tools)
        {
#pragma warning disable SKEXP0001 // The one road from a tool to what a service offers its model.
            settings.FunctionChoiceBehavior = FunctionChoiceBehavior.Auto([.. tools.Select(static tool => tool.AsKernelFunction())], autoInvoke: false);
#pragma warning restore SKEXP0001
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

    /// <summary>Calls whose pieces arrive one by one.</summary>
    private sealed class StreamedCalls
    {
        private readonly SortedDictionary<int, (string Id, string Name, string Arguments)> _calls = [];

        public void Add(StreamingFunctionCallUpdateContent piece)
        {
            var (id, name, arguments) = _calls.GetValueOrDefault(piece.FunctionCallIndex, (string.Empty, string.Empty, string.Empty));
            _calls[piece.FunctionCallIndex] = (piece.CallId is { Length: > 0 } given ? given : id, piece.Name is { Length: > 0 } named ? named : name, arguments + piece.Arguments);
        }

        public IEnumerable<AIContent> Build()
        {
            foreach (var (index, (id, name, arguments)) in _calls)
            {
                JsonElement? value = null;
                try
                {
                    using var document = JsonDocument.Parse(arguments.Length == 0 ? "{}" : arguments);
                    value = document.RootElement.Clone();
                }
                catch (JsonException)
                {
                    // Not dropped: the model is told that its arguments are no JSON.
                }

                yield return new Microsoft.Extensions.AI.FunctionCallContent(
                    id.Length > 0 ? id : $"call_{index}_{Guid.NewGuid():N}",
                    name,
                    value is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject().ToDictionary(static member => member.Name, static member => (object?)member.Value) : null)
                {
                    RawRepresentation = new ToolCallArguments(arguments, value, false),
                };
            }
        }
    }
}
