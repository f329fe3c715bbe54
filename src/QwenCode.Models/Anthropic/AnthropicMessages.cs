using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Tools;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// Puts the conversation of one request together. Up to three blocks are marked for the provider's cache: the system prompt, the last
/// block, and the last block of the request before, which the cache surely holds; the provider takes four.
/// </summary>
/// <param name="form">The form of the model.</param>
/// <param name="isForeign">Returns whether a message came from another model.</param>
internal sealed class AnthropicMessages(AnthropicForm form, Func<ChatMessage, bool> isForeign)
{
    // With more than 20 images in a request none may have more than 2,000 pixels a side. Dropping them by tens keeps the prefix the same
    // for the next ten.
    private const int MostImages = 20;
    private const int ImageStep = 10;

    private static readonly byte[] Comma = [(byte)','];
    private readonly List<string> _system = [];
    private readonly HashSet<ChatMessage> _withoutImages = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets the text that stands before a conversation that would begin with an answer.</summary>
    private static byte[] Opening => "{\"type\":\"text\",\"text\":\"(The conversation goes on.)\"}"u8.ToArray();

    /// <summary>
    /// Gets whether the last answer calls tools without a signed thought before: a model that is told to think refuses that.
    /// </summary>
    public bool EndsInUnthoughtCalls { get; private set; }

    /// <summary>Adds system prompt and messages to a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="instructions">What precedes the conversation's own system prompt.</param>
    public void AddTo(List<byte[]> body, IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        if (!string.IsNullOrWhiteSpace(instructions))
        {
            _system.Add(instructions);
        }

        var tidy = Conversation.Tidy(messages);
        var groups = RoleGroup.Of(tidy, _system);
        DropImages(tidy);
        AddSystem(body);
        body.Add(",\"messages\":["u8.ToArray());

        // What is blank is no message; its neighbours then become one.
        var written = new List<RoleGroup>(groups.Count);
        foreach (var group in groups)
        {
            var said = group.Messages.FindAll(message => Write(message, isMarked: false).Length > 0);
            if (said.Count == 0)
            {
                continue;
            }

            if (written is [.., var last] && last.IsAnswer == group.IsAnswer)
            {
                last.Messages.AddRange(said);
            }
            else
            {
                written.Add(group with { Messages = said });
            }
        }

        var before = written.FindLastIndex(static group => group.IsAnswer) - 1;
        for (var i = 0; i < written.Count; i++)
        {
            if (i == 0 && written[0].IsAnswer)
            {
                AddMessage(body, false, [Opening]);
                body.Add(Comma);
            }
            else if (i > 0)
            {
                body.Add(Comma);
            }

            var isMarked = form.MarksCache && (i == written.Count - 1 || i == before);
            var blocks = written[i].Messages.ConvertAll(
                message => Write(message, isMarked && ReferenceEquals(message, written[i].Messages[^1])));
            if (written[i].IsAnswer)
            {
                EndsInUnthoughtCalls = !BeginsWithThought(blocks[0]) && written[i].Messages.Exists(
                    static message => message.Contents.Any(static content => content is FunctionCallContent));
            }

            AddMessage(body, written[i].IsAnswer, blocks);
        }

        body.Add("]"u8.ToArray());
    }

    private static bool BeginsWithThought(byte[] blocks) =>
        blocks.AsSpan().StartsWith("{\"type\":\"thinking\""u8) || blocks.AsSpan().StartsWith("{\"type\":\"redacted_thinking\""u8);

    private static void AddMessage(List<byte[]> body, bool isAnswer, List<byte[]> blocks)
    {
        body.Add(isAnswer ? "{\"role\":\"assistant\",\"content\":["u8.ToArray() : "{\"role\":\"user\",\"content\":["u8.ToArray());
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i > 0)
            {
                body.Add(Comma);
            }

            body.Add(blocks[i]);
        }

        body.Add("]}"u8.ToArray());
    }

    private void AddSystem(List<byte[]> body)
    {
        var texts = _system.FindAll(static text => !string.IsNullOrWhiteSpace(text));
        if (texts.Count == 0)
        {
            return;
        }

        body.Add(Encoding.UTF8.GetBytes(",\"system\":["));
        body.Add(WireWriter.Write(Tuple.Create(texts, form), static (writer, state) =>
        {
            for (var i = 0; i < state.Item1.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, state.Item1[i]);
                AnthropicBlockWriter.WriteMark(writer, state.Item2.MarksCache && i == state.Item1.Count - 1);
                writer.WriteEndObject();
            }
        }));
        body.Add("]"u8.ToArray());
    }

    /// <summary>Finds the messages whose images became too old to be sent.</summary>
    private void DropImages(IReadOnlyList<ChatMessage> messages)
    {
        if ((form.Dialect.Modalities & ModelModalities.Image) is ModelModalities.None)
        {
            return;
        }

        var all = 0;
        foreach (var message in messages)
        {
            all += CountImages(message);
        }

        var dropped = form.Shape.MaxImages is { } most ? all - most
            : all > MostImages ? (all - MostImages + ImageStep - 1) / ImageStep * ImageStep : 0;
        for (var i = 0; dropped > 0 && i < messages.Count; i++)
        {
            if (CountImages(messages[i]) is > 0 and var count)
            {
                _withoutImages.Add(messages[i]);
                dropped -= count;
            }
        }
    }

    /// <summary>Returns how many images a message holds, those in results of tools included.</summary>
    /// <param name="message">The message.</param>
    public static int CountImages(ChatMessage message)
    {
        var count = 0;
        foreach (var content in message.Contents)
        {
            count += content is FunctionResultContent result
                ? result.Result is string or ToolContent { PlainText: not null } ? 0 : ResultContents.Of(result).Count(IsImage)
                : IsImage(content) ? 1 : 0;
        }

        return count;
    }

    private static bool IsImage(AIContent content) =>
        (content is DataContent data && Media.KindOf(data.MediaType) is ModelModalities.Image)
        || (content is UriContent uri && Media.KindOf(uri.MediaType) is ModelModalities.Image);

    private byte[] Write(ChatMessage message, bool isMarked)
    {
        var own = isForeign(message) ? form.Foreign : form;
        return (_withoutImages.Contains(message) ? own.WithoutImages : own).Write(message, isMarked);
    }
}
