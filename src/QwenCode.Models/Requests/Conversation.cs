using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Models.Requests;

/// <summary>
/// The last guard before the wire. Providers refuse a history in which a call has no result or a result has no call, and
/// some refuse two assistant messages in a row. The kernel does not build such histories; a resumed or foreign one may be such.
/// </summary>
internal static class Conversation
{
    /// <summary>Gives the conversation as it can be sent. Messages that need nothing are the same objects as before.</summary>
    /// <param name="messages">The conversation.</param>
    public static IReadOnlyList<ChatMessage> Tidy(IReadOnlyList<ChatMessage> messages)
    {
        if (IsTidy(messages))
        {
            return messages;
        }

        var paired = FindPairs(messages);
        var result = new List<ChatMessage>(messages.Count);
        foreach (var message in messages)
        {
            var kept = Filter(message, paired);
            if (kept is null)
            {
                continue;
            }

            if (kept.Role == ChatRole.Assistant && result is [.., { } last] && last.Role == ChatRole.Assistant)
            {
                var origin = OriginOf(last) == OriginOf(kept) ? OriginOf(last) : ModelOrigin.Nobody;
                result[^1] = new HistoryMessage(ChatRole.Assistant, [.. last.Contents, .. kept.Contents]) { Origin = origin };
                continue;
            }

            result.Add(kept);
        }

        return result;
    }

    /// <summary>The usual case costs one pass and no copies: each result answers a call of the assistant message before it.</summary>
    private static bool IsTidy(IReadOnlyList<ChatMessage> messages)
    {
        List<string>? open = null;
        ChatMessage? previous = null;
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.Assistant)
            {
                if (open is { Count: > 0 } || previous?.Role == ChatRole.Assistant)
                {
                    return false;
                }
            }
            else if (open is { Count: > 0 } && message.Role != ChatRole.Tool)
            {
                return false;
            }

            var contents = message.Contents;
            for (var i = 0; i < contents.Count; i++)
            {
                if (contents[i] is FunctionCallContent call)
                {
                    (open ??= []).Add(call.CallId);
                }
                else if (contents[i] is FunctionResultContent result && open?.Remove(result.CallId) != true)
                {
                    return false;
                }
            }

            previous = message;
        }

        return open is not { Count: > 0 };
    }

    private static HashSet<AIContent> FindPairs(IReadOnlyList<ChatMessage> messages)
    {
        var paired = new HashSet<AIContent>(ReferenceEqualityComparer.Instance);
        var open = new Dictionary<string, FunctionCallContent>(StringComparer.Ordinal);
        foreach (var content in messages.SelectMany(static message => message.Contents))
        {
            if (content is FunctionCallContent call)
            {
                open[call.CallId] = call;
            }
            else if (content is FunctionResultContent result && open.Remove(result.CallId, out var answered))
            {
                paired.Add(answered);
                paired.Add(result);
            }
        }

        return paired;
    }

    private static ChatMessage? Filter(ChatMessage message, HashSet<AIContent> paired)
    {
        var kept = message.Contents.Where(
            content => content is not (FunctionCallContent or FunctionResultContent) || paired.Contains(content)).ToList();
        if (kept.Count == message.Contents.Count)
        {
            return message;
        }

        // What is left of an answer that was nothing but an unanswered call is not worth a message; thoughts alone are none.
        // Nor does what the model signed hold for an answer that lost a call.
        return kept.Exists(static content => content is not (TextReasoningContent or ProviderContent))
            ? new HistoryMessage(message.Role, kept) { Origin = OriginOf(message) is null ? null : ModelOrigin.Nobody } : null;
    }

    private static ModelOrigin? OriginOf(ChatMessage message) => (message as HistoryMessage)?.Origin;
}
