using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Orders the roles of a conversation for templates that know fewer of them, or only some orders.</summary>
internal static class RoleOrder
{
    private const string Pause = "(The turn ended here.)";

    /// <summary>Returns the conversation in an order that the shape asks for.</summary>
    /// <param name="messages">The conversation, tidy.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="keepsToolMedia">Whether the media of results stay in the messages of tools.</param>
    public static IReadOnlyList<ChatMessage> Apply(IReadOnlyList<ChatMessage> messages, OpenAIShape shape, bool keepsToolMedia)
    {
        var ordered = new List<ChatMessage>(messages.Count + 4);
        string? system = null;
        ChatMessage? media = null;
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.System && shape.OmitSystemRole)
            {
                system = system is null ? message.Text : $"{system}\n\n{message.Text}";
                continue;
            }

            if (!shape.AlternateRoles)
            {
                ordered.Add(message);
                continue;
            }

            Add(ordered, message, media);
            if (message.Role == ChatRole.Tool && !keepsToolMedia && SplitMedia(message) is { } split)
            {
                ordered[^1] = split.Results;
                media = new ChatMessage(ChatRole.User, split.Media);
                Add(ordered, media, null);
            }
        }

        if (system is not null)
        {
            var first = ordered.FindIndex(static message => message.Role == ChatRole.User);
            var prompt = new TextContent(system + "\n\n");
            if (first == 0)
            {
                ordered[0] = new ChatMessage(ChatRole.User, [prompt, .. ordered[0].Contents]);
            }
            else
            {
                ordered.Insert(0, new ChatMessage(ChatRole.User, [prompt]));
            }
        }

        return ordered;
    }

    /// <summary>
    /// Adds a message. Between a result or an unanswered prompt and what the user says next stands an answer: put together, the model
    /// would take up again what failed or was stopped. Only media of results and the prompt behind them are one message.
    /// </summary>
    private static void Add(List<ChatMessage> ordered, ChatMessage message, ChatMessage? media)
    {
        if (message.Role != ChatRole.User || ordered is not [.., { } before]
            || (before.Role != ChatRole.Tool && before.Role != ChatRole.User))
        {
            ordered.Add(message);
        }
        else if (ReferenceEquals(before, media))
        {
            ordered[^1] = new ChatMessage(ChatRole.User, [.. before.Contents, .. message.Contents]);
        }
        else
        {
            ordered.Add(new ChatMessage(ChatRole.Assistant, Pause));
            ordered.Add(message);
        }
    }

    private static (ChatMessage Results, List<AIContent> Media)? SplitMedia(ChatMessage message)
    {
        var media = new List<AIContent>();
        var results = new List<AIContent>();
        foreach (var content in message.Contents)
        {
            if (content is not FunctionResultContent result || ToolMedia.Of(result) is not { Count: > 0 } found)
            {
                results.Add(content);
                continue;
            }

            media.AddRange(ToolMedia.Announce(result, found));
            results.Add(ToolMedia.WithoutMedia(result));
        }

        return media.Count == 0 ? null : (new ChatMessage(ChatRole.Tool, results), media);
    }
}
