using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>A client that invokes every function it can get hold of.</summary>
internal sealed class InvokingClient(IChatClient inner, Func<AITool, AIFunction?> find) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var history = messages.ToList();
        var functions = (options?.Tools ?? []).Select(find).OfType<AIFunction>().ToDictionary(static function => function.Name);
        while (true)
        {
            var hasInvoked = false;
            await foreach (var update in base.GetStreamingResponseAsync([.. history], options, cancellationToken))
            {
                yield return update;
                foreach (var call in update.Contents.OfType<FunctionCallContent>().Where(call => functions.ContainsKey(call.Name)))
                {
                    hasInvoked = true;
                    var result = await functions[call.Name].InvokeAsync(new AIFunctionArguments(call.Arguments), cancellationToken);
                    history.Add(new ChatMessage(ChatRole.Assistant, [call]));
                    history.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
                }
            }

            if (!hasInvoked)
            {
                yield break;
            }
        }
    }
}
