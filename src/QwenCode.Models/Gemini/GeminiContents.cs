using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Gemini;

/// <summary>
/// Puts the conversation of one request together. The answer to calls is the next content and holds one result for each; media that do not
/// fit into a result stand in a content of their own behind it.
/// </summary>
/// <param name="form">The form of the model.</param>
/// <param name="isForeign">Returns whether a message came from another model.</param>
internal sealed class GeminiContents(GeminiForm form, Func<ChatMessage, bool> isForeign)
{
    private static readonly byte[] Comma = [(byte)','];
    private readonly List<string> _system = [];

    /// <summary>Returns the system prompt as a member of the body, with the comma behind it; empty if there is none.</summary>
    public byte[] SystemPrompt()
    {
        var texts = _system.FindAll(static text => !string.IsNullOrWhiteSpace(text));
        return texts.Count == 0 ? [] :
        [
            .. "\"systemInstruction\":{\"parts\":["u8,
            .. WireWriter.Write(texts, static (writer, state) => state.ForEach(text =>
            {
                writer.WriteStartObject();
                writer.WriteString("text"u8, text);
                writer.WriteEndObject();
            })),
            .. "]},"u8,
        ];
    }

    /// <summary>Returns the contents, with commas between them, and keeps the system prompt apart.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="instructions">What precedes the conversation's own system prompt.</param>
    public List<byte[]> Of(IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        if (!string.IsNullOrWhiteSpace(instructions))
        {
            _system.Add(instructions);
        }

        var contents = new List<byte[]>((messages.Count * 3) + 4);
        var parts = new List<byte[]>();
        var isAnswer = false;
        IReadOnlyList<FunctionCallContent> calls = [];
        foreach (var group in RoleGroup.Of(Conversation.Tidy(messages), _system))
        {
            if (group.IsAnswer != isAnswer)
            {
                Close(contents, parts, isAnswer);
                isAnswer = group.IsAnswer;
            }

            var media = new List<byte[]>();
            foreach (var message in group.Messages)
            {
                if (message.Role != ChatRole.Tool && media.Count > 0)
                {
                    Close(contents, parts, isAnswer);
                    parts.AddRange(media);
                    media.Clear();
                }

                var own = isForeign(message) ? form.Foreign : form;
                Add(parts, own.Write(message, calls));
                Add(media, own.WriteMedia(message));
            }

            if (media.Count > 0)
            {
                Close(contents, parts, isAnswer);
                parts.AddRange(media);
            }

            calls = group.IsAnswer
                ? [.. group.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>()] : calls;
        }

        Close(contents, parts, isAnswer);
        return contents;
    }

    private static void Add(List<byte[]> parts, byte[] wire)
    {
        if (wire.Length > 0)
        {
            parts.Add(wire);
        }
    }

    private static void Close(List<byte[]> contents, List<byte[]> parts, bool isAnswer)
    {
        if (parts.Count == 0)
        {
            return;
        }

        if (contents.Count > 0)
        {
            contents.Add(Comma);
        }

        contents.Add(isAnswer ? "{\"role\":\"model\",\"parts\":["u8.ToArray() : "{\"role\":\"user\",\"parts\":["u8.ToArray());
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
            {
                contents.Add(Comma);
            }

            contents.Add(parts[i]);
        }

        contents.Add("]}"u8.ToArray());
        parts.Clear();
    }
}
