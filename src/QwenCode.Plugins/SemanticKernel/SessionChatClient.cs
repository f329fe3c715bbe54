using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>An agent's model, as functions made of prompts and constructors get it: each request is a side question of the agent.</summary>
/// <param name="ask">Asks the model, as <see cref="ToolContext.AskModelAsync"/> does; <c>null</c> if there is none.</param>
internal sealed class SessionChatClient(Func<string, string, CancellationToken, ValueTask<string>>? ask) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (ask is null)
        {
            throw new InvalidOperationException("There is no model to ask: the function was not called from a session.");
        }

        var instruction = new StringBuilder(options?.Instructions);
        var rest = new List<ChatMessage>();
        foreach (var message in messages)
        {
            if (message.Contents.FirstOrDefault(static content => content is DataContent or UriContent) is { } media)
            {
                throw new NotSupportedException($"A prompt holds {media.GetType().Name}; the session's model is asked with text only.");
            }

            if (message.Role == ChatRole.System)
            {
                instruction.Append(instruction.Length > 0 ? "\n\n" : string.Empty).Append(message.Text);
            }
            else
            {
                rest.Add(message);
            }
        }

        var question = rest is [var only]
            ? only.Text : string.Join("\n\n", rest.Select(static message => $"{message.Role.Value}: {message.Text}"));
        var answer = await ask(instruction.ToString(), question, cancellationToken).ConfigureAwait(false);
        return new(new ChatMessage(ChatRole.Assistant, answer)) { FinishReason = ChatFinishReason.Stop };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        yield return new(ChatRole.Assistant, response.Text) { FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
