using Microsoft.Extensions.AI;

namespace QwenCode.Hosting.Clients;

/// <summary>
/// A conversation as clients that are not ours understand it: to most of them a result is text, and they would send the pictures in
/// it as text, too, or leave them out. So media follow the results as a message of the user.
/// </summary>
internal static class ForeignMessages
{
    private const string Note = "The media of the results above:";

    /// <summary>Gets the messages; the given ones if no result holds media.</summary>
    public static IEnumerable<ChatMessage> Of(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var given = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return given.Any(static message => message.Contents.Any(HasParts)) ? Split(given) : given;
    }

    private static bool HasParts(AIContent content) => content is FunctionResultContent { Result: IEnumerable<AIContent> };

    private static List<ChatMessage> Split(IReadOnlyList<ChatMessage> messages)
    {
        var split = new List<ChatMessage>(messages.Count + 1);
        var media = new List<AIContent>();
        foreach (var message in messages)
        {
            // Results of one answer may stand in several messages, and nothing may stand between them.
            if (message.Role != ChatRole.Tool)
            {
                Flush();
            }

            split.Add(message.Contents.Any(HasParts)
                ? new ChatMessage(
                message.Role, [.. message.Contents.Select(content => WithoutMedia(content, media))]) { AuthorName = message.AuthorName }
                : message);
        }

        Flush();
        return split;

        void Flush()
        {
            if (media.Count > 0)
            {
                split.Add(new ChatMessage(ChatRole.User, [new TextContent(Note), .. media]));
                media.Clear();
            }
        }
    }

    private static AIContent WithoutMedia(AIContent content, List<AIContent> media)
    {
        if (content is not FunctionResultContent { Result: IEnumerable<AIContent> parts } result)
        {
            return content;
        }

        media.AddRange(parts.Where(static part => part is not TextContent));
        return new FunctionResultContent(result.CallId,
            string.Join('\n', parts.OfType<TextContent>().Select(static part => part.Text))) { Exception = result.Exception };
    }
}
