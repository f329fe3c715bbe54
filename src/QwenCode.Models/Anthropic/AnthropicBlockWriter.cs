using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Tools;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// Writes a message as the blocks it becomes, with commas between them: neighbours of one role are put into one message, so that a
/// message's own form does not depend on them.
/// </summary>
internal sealed class AnthropicBlockWriter(AnthropicDialect dialect)
{
    /// <summary>The kind of a part that is a block of a type that is not known here.</summary>
    public const string Block = "anthropic_block";

    private const int LongestName = 128;

    /// <summary>Writes the blocks of a message; nothing if it has none that may be sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isMarked">Whether the provider is told to cache up to its last block.</param>
    public byte[] Write(ChatMessage message, bool isMarked) => WireWriter.Write(
        (IReadOnlyList<object>)[this, message, isMarked],
        static (writer, state) => ((AnthropicBlockWriter)state[0]).Write(writer, (ChatMessage)state[1], (bool)state[2]));

    /// <summary>Returns the name of a tool as the provider takes it.</summary>
    /// <param name="name">The name.</param>
    public static string NameOf(string name) => WireNames.Name(name, LongestName, beginsWithLetter: false);

    /// <summary>Writes a mark for the provider's cache.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="isMarked">Whether there is one.</param>
    public static void WriteMark(Utf8JsonWriter writer, bool isMarked)
    {
        if (isMarked)
        {
            writer.WriteStartObject("cache_control"u8);
            writer.WriteString("type"u8, "ephemeral"u8);
            writer.WriteEndObject();
        }
    }

    private void Write(Utf8JsonWriter writer, ChatMessage message, bool isMarked)
    {
        var contents = message.Contents;
        var marked = isMarked ? LastMarkable(contents) : -1;

        // Results stand before everything else that is said with them.
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < contents.Count; i++)
            {
                if (contents[i] is FunctionResultContent == (pass == 0))
                {
                    WriteBlock(writer, contents[i], i == marked);
                }
            }
        }
    }

    /// <summary>Finds the block that is written last of those that take a mark.</summary>
    private static int LastMarkable(IList<AIContent> contents)
    {
        var last = -1;
        for (var i = 0; i < contents.Count; i++)
        {
            var takesMark = contents[i] is FunctionCallContent or DataContent or UriContent
                || (contents[i] is TextContent text && !string.IsNullOrWhiteSpace(text.Text));
            last = takesMark || (contents[i] is FunctionResultContent && (last < 0 || contents[last] is FunctionResultContent)) ? i : last;
        }

        return last;
    }

    private void WriteBlock(Utf8JsonWriter writer, AIContent content, bool isMarked)
    {
        switch (content)
        {
            case TextReasoningContent thought:
                WriteThought(writer, thought);
                break;
            case TextContent text:
                WriteText(writer, text.Text, isMarked);
                break;
            case FunctionCallContent call:
                WriteCall(writer, call, isMarked);
                break;
            case FunctionResultContent result:
                WriteResult(writer, result, isMarked);
                break;
            case DataContent or UriContent:
                WriteMedium(writer, content, isMarked);
                break;
            case ErrorContent error:
                WriteText(writer, error.Message, isMarked);
                break;
            case ProviderContent { Kind: Block } part when !dialect.IsForeign:
                part.Value.WriteTo(writer);
                break;
        }
    }

    // A thought without a signature is another model's, or was cut; with an empty text it was withheld, and its signature stands for it.
    private void WriteThought(Utf8JsonWriter writer, TextReasoningContent thought)
    {
        if (dialect.IsForeign || string.IsNullOrEmpty(thought.ProtectedData))
        {
            return;
        }

        writer.WriteStartObject();
        if (Signatures.IsRedacted(thought))
        {
            writer.WriteString("type"u8, "redacted_thinking"u8);
            writer.WriteString("data"u8, thought.ProtectedData);
        }
        else
        {
            writer.WriteString("type"u8, "thinking"u8);
            writer.WriteString("thinking"u8, thought.Text);
            writer.WriteString("signature"u8, thought.ProtectedData);
        }

        writer.WriteEndObject();
    }

    // A blank text is refused, and would be refused again with every later request.
    private static void WriteText(Utf8JsonWriter writer, string text, bool isMarked)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, FunctionCallContent call, bool isMarked)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_use"u8);
        writer.WriteString("id"u8, WireNames.Id(call.CallId));
        writer.WriteString("name"u8, NameOf(call.Name));
        writer.WritePropertyName("input"u8);
        if (ToolCallArguments.Of(call).Value is { ValueKind: JsonValueKind.Object } arguments)
        {
            arguments.WriteTo(writer);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }

        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }

    private void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, bool isMarked)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_result"u8);
        writer.WriteString("tool_use_id"u8, WireNames.Id(result.CallId));
        var parts = ResultContents.Of(result);
        if (parts.Any(static part => part is not TextContent text || !string.IsNullOrWhiteSpace(text.Text)))
        {
            writer.WriteStartArray("content"u8);
            foreach (var part in parts)
            {
                WriteBlock(writer, part, isMarked: false);
            }

            writer.WriteEndArray();
        }

        if (result.Exception is not null || result.Result is ToolResult { Error: not null })
        {
            writer.WriteBoolean("is_error"u8, true);
        }

        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }

    private void WriteMedium(Utf8JsonWriter writer, AIContent content, bool isMarked)
    {
        var mediaType = content is DataContent known ? known.MediaType : ((UriContent)content).MediaType;
        var kind = Media.KindOf(mediaType);
        var isTaken = (dialect.Modalities & kind) is not ModelModalities.None
            && (kind is ModelModalities.Pdf || mediaType.ToLowerInvariant() is "image/jpeg" or "image/png" or "image/gif" or "image/webp");
        if (!isTaken)
        {
            WriteText(writer, Media.Note(kind, mediaType, Media.NameOf(content)), isMarked);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, kind is ModelModalities.Pdf ? "document"u8 : "image"u8);
        writer.WriteStartObject("source"u8);
        if (content is DataContent data)
        {
            writer.WriteString("type"u8, "base64"u8);
            writer.WriteString("media_type"u8, mediaType.ToLowerInvariant());
            writer.WriteBase64String("data"u8, data.Data.Span);
        }
        else
        {
            writer.WriteString("type"u8, "url"u8);
            writer.WriteString("url"u8, ((UriContent)content).Uri.AbsoluteUri);
        }

        writer.WriteEndObject();
        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }
}
