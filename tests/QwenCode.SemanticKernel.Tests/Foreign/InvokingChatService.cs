using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.Models.Scripting;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>A chat service that invokes the functions it is offered, whatever it was told.</summary>
internal sealed class InvokingChatService(ScriptedModel model, bool showsCalls) : IChatCompletionService
{
    private readonly IChatCompletionService _inner = model.AsChatCompletionService();

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Microsoft.SemanticKernel.Kernel? kernel = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("There is one loop, the streaming one.");

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Microsoft.SemanticKernel.Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var functions = executionSettings?.FunctionChoiceBehavior?.GetConfiguration(new FunctionChoiceBehaviorConfigurationContext(chatHistory)).Functions ?? [];
        var hasInvoked = true;
        while (hasInvoked)
        {
            hasInvoked = false;
            await foreach (var piece in _inner.GetStreamingChatMessageContentsAsync(chatHistory, executionSettings, kernel, cancellationToken))
            {
                var calls = piece.Items.OfType<StreamingFunctionCallUpdateContent>().ToList();
                if (showsCalls || calls.Count == 0)
                {
                    yield return piece;
                }

                foreach (var call in calls)
                {
                    hasInvoked = true;
                    var arguments = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object?>>(call.Arguments ?? "{}");
                    var result = await functions.Single(function => function.Name == call.Name).InvokeAsync(new Microsoft.SemanticKernel.Kernel(), new KernelArguments(arguments!), cancellationToken);
                    chatHistory.Add(new ChatMessageContent(AuthorRole.Tool, [new FunctionResultContent(call.Name, callId: call.CallId, result: result.ToString())]));
                }
            }
        }
    }
}
