using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.SemanticKernel.Models.Functions;

namespace QwenCode.SemanticKernel.Models;

/// <summary>Makes a chat history of our messages.</summary>
internal static class ChatHistories
{
    /// <summary>Makes the history.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="offer">The functions of the request; calls in the history are named as they are.</param>
    public static ChatHistory From(IEnumerable<ChatMessage> messages, FunctionOffer offer)
    {
        var history = new ChatHistory();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            var items = new ChatMessageContentItemCollection();
            foreach (var content in message.Contents)
            {
                if (content is Microsoft.Extensions.AI.FunctionCallContent call)
                {
                    names[call.CallId] = offer.NameOf(call.Name);
                }

                if (Convert(content, names) is { } item)
                {
                    items.Add(item);
                }
            }

            if (items.Count > 0)
            {
                history.Add(new ChatMessageContent(new AuthorRole(message.Role.Value), items) { AuthorName = message.AuthorName });
            }
        }

        return history;
    }

    private static KernelContent? Convert(AIContent content, Dictionary<string, string> names) => content switch
    {
        Microsoft.Extensions.AI.TextContent text => new Microsoft.SemanticKernel.TextContent(text.Text),
        Microsoft.Extensions.AI.FunctionCallContent call => new Microsoft.SemanticKernel.FunctionCallContent(
            names[call.CallId], id: call.CallId, arguments: call.Arguments is { } arguments ? new KernelArguments(arguments) : null),
        Microsoft.Extensions.AI.FunctionResultContent result => new Microsoft.SemanticKernel.FunctionResultContent(
            names.GetValueOrDefault(result.CallId), callId: result.CallId, result: Text(result.Result)),
        DataContent data when data.HasTopLevelMediaType("image") => new ImageContent(data.Data, data.MediaType),
#pragma warning disable SKEXP0001 // There is no other type for media that are no images.
        DataContent data => new BinaryContent(data.Data, data.MediaType),
#pragma warning restore SKEXP0001
        UriContent uri when uri.HasTopLevelMediaType("image") => new ImageContent(uri.Uri),
        // What a model thought is for the service that it thought it in; no other takes it.
        _ => null,
    };

    private static object? Text(object? result) => result is IEnumerable<AIContent> parts
        ? string.Concat(parts.OfType<Microsoft.Extensions.AI.TextContent>().Select(static part => part.Text)) : result;
}
