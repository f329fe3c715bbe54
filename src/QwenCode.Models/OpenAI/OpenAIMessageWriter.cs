using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Writes messages as <c>chat/completions</c> wants them.</summary>
internal sealed class OpenAIMessageWriter(OpenAIDialect dialect)
{
    /// <summary>Writes a message; one that holds several tool results becomes several.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isMarked">Whether the provider is told to cache up to here.</param>
    public byte[] Write(ChatMessage message, bool isMarked) => WireWriter.Write(
        (IReadOnlyList<object>)[this, message, isMarked],
        static (writer, state) => ((OpenAIMessageWriter)state[0]).Write(writer, (ChatMessage)state[1], (bool)state[2]));

    private void Write(Utf8JsonWriter writer, ChatMessage message, bool isMarked)
    {
        if (message.Role == ChatRole.Assistant)
        {
            WriteAssistant(writer, message, isMarked);
            return;
        }

        var rest = new List<AIContent>(message.Contents.Count);
        foreach (var content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                WriteResult(writer, result, rest, isMarked);
            }
            else
            {
                rest.Add(content);
            }
        }

        if (rest.Count == 0 && (message.Contents.Count > 0 || message.Role == ChatRole.Tool))
        {
            return;
        }

        if (message.Role == ChatRole.System)
        {
            WriteSystem(writer, message.Text, isMarked);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, message.Role == ChatRole.Tool ? "user" : message.Role.Value);
        writer.WritePropertyName("content"u8);
        WriteParts(writer, rest, isMarked);
        writer.WriteEndObject();
    }

    private static void WriteSystem(Utf8JsonWriter writer, string text, bool isMarked)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "system"u8);
        if (isMarked)
        {
            writer.WriteStartArray("content"u8);
            WriteText(writer, text, isMarked: true);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("content"u8, text);
        }

        writer.WriteEndObject();
    }

    private void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, List<AIContent> rest, bool isMarked)
    {
        var parts = ResultContents.Of(result);
        if (!dialect.KeepToolMedia && !dialect.FlattenContent && parts.Any(IsSentMedium))
        {
            rest.AddRange(ToolMedia.Announce(result, ToolMedia.Of(result)));
            parts = ToolMedia.TextOf(result);
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "tool"u8);
        writer.WriteString("tool_call_id"u8, result.CallId);
        writer.WritePropertyName("content"u8);
        WriteParts(writer, parts, isMarked);
        writer.WriteEndObject();
    }

    /// <summary>Returns whether a part goes out as a medium; one the model does not take is a note, which may stay where it is.</summary>
    private bool IsSentMedium(AIContent part) =>
        (part is DataContent data && (dialect.Modalities & Media.KindOf(data.MediaType)) is not ModelModalities.None)
        || (part is UriContent uri && (dialect.Modalities & Media.KindOf(uri.MediaType)) is not ModelModalities.None);

    private void WriteAssistant(Utf8JsonWriter writer, ChatMessage message, bool isMarked)
    {
        StringBuilder? text = null, thoughts = null;
        ProviderContent? details = null;
        var hasCalls = false;
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextReasoningContent thought: (thoughts ??= new()).Append(thought.Text); break;
                case TextContent part: (text ??= new()).Append(part.Text); break;
                case FunctionCallContent: hasCalls = true; break;
                case ProviderContent { Kind: OpenAIResponseDecoder.Details } part: details = part; break;
            }
        }

        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        if (text is { Length: > 0 })
        {
            if (isMarked)
            {
                writer.WriteStartArray("content"u8);
                WriteText(writer, text.ToString(), isMarked: true);
                writer.WriteEndArray();
            }
            else
            {
                writer.WriteString("content"u8, text.ToString());
            }
        }
        else if (hasCalls && !dialect.AvoidNullContent)
        {
            writer.WriteNull("content"u8);
        }
        else
        {
            writer.WriteString("content"u8, ""u8);
        }

        var sendsThoughts = !dialect.OmitThoughts && !dialect.IsForeign;
        if (thoughts is { Length: > 0 } && sendsThoughts)
        {
            writer.WriteString("reasoning_content"u8, thoughts.ToString());
        }
        else if (hasCalls && dialect.RequireThoughts)
        {
            // Servers that insist take an empty text for a missing one.
            writer.WriteString("reasoning_content"u8, " "u8);
        }

        if (details is not null && sendsThoughts)
        {
            writer.WritePropertyName("reasoning_details"u8);
            details.Value.WriteTo(writer);
        }

        if (hasCalls)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                {
                    WriteCall(writer, call);
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter writer, FunctionCallContent call)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, call.CallId);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteString("name"u8, ToolNames.Echo(call.Name));

        // Servers parse what we echo, some with no mercy: it is an object even where the model's own text was none.
        var arguments = ToolCallArguments.Of(call).Value;
        writer.WriteString("arguments"u8, arguments is { ValueKind: JsonValueKind.Object } json ? json.GetRawText() : "{}");
        writer.WriteEndObject();
        if (!dialect.IsForeign && Signatures.ExtraContent(call) is { } extra)
        {
            writer.WritePropertyName("extra_content"u8);
            extra.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteParts(Utf8JsonWriter writer, IReadOnlyList<AIContent> contents, bool isMarked)
    {
        // A plain string is taken everywhere; parts are for what is more than text, and for marks.
        if (dialect.FlattenContent || contents.Count == 0 || (!isMarked && contents.All(IsPlain)))
        {
            writer.WriteStringValue(string.Join('\n', contents.Select(Flatten).Where(static text => text.Length > 0)));
            return;
        }

        writer.WriteStartArray();
        for (var i = 0; i < contents.Count; i++)
        {
            var isLast = isMarked && i == contents.Count - 1;
            switch (contents[i])
            {
                case TextReasoningContent:
                    break;
                case TextContent text:
                    WriteText(writer, text.Text, isLast);
                    break;
                case DataContent data:
                    WriteMedium(writer, data, data.MediaType, data.Uri, isLast);
                    break;
                case UriContent uri:
                    WriteMedium(writer, uri, uri.MediaType, uri.Uri.ToString(), isLast);
                    break;
                case ErrorContent error:
                    WriteText(writer, error.Message, isLast);
                    break;
            }
        }

        writer.WriteEndArray();
    }

    private bool IsPlain(AIContent content) => content is not (DataContent or UriContent) || !IsSentMedium(content);

    private static string Flatten(AIContent content) => content switch
    {
        TextReasoningContent => string.Empty,
        TextContent text => text.Text,
        DataContent data => Media.Note(Media.KindOf(data.MediaType), data.MediaType, Media.NameOf(data)),
        UriContent uri => Media.Note(Media.KindOf(uri.MediaType), uri.MediaType, Media.NameOf(uri)),
        ErrorContent error => error.Message,
        _ => string.Empty,
    };

    private static void WriteText(Utf8JsonWriter writer, string text, bool isMarked)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }

    private void WriteMedium(Utf8JsonWriter writer, AIContent content, string mediaType, string uri, bool isMarked)
    {
        var kind = Media.KindOf(mediaType);
        var name = Media.NameOf(content);
        if (kind is ModelModalities.None || (dialect.Modalities & kind) is ModelModalities.None)
        {
            WriteText(writer, Media.Note(kind, mediaType, name), isMarked);
            return;
        }

        writer.WriteStartObject();
        switch (kind)
        {
            case ModelModalities.Image:
                writer.WriteString("type"u8, "image_url"u8);
                writer.WriteStartObject("image_url"u8);
                writer.WriteString("url"u8, uri);
                break;
            case ModelModalities.Video:
                writer.WriteString("type"u8, "video_url"u8);
                writer.WriteStartObject("video_url"u8);
                writer.WriteString("url"u8, uri);
                break;
            case ModelModalities.Audio:
                writer.WriteString("type"u8, "input_audio"u8);
                writer.WriteStartObject("input_audio"u8);
                writer.WriteString("data"u8, uri);
                writer.WriteString("format"u8, mediaType.Contains("wav", StringComparison.OrdinalIgnoreCase) ? "wav" : "mp3");
                break;
            default:
                writer.WriteString("type"u8, "file"u8);
                writer.WriteStartObject("file"u8);
                writer.WriteString("filename"u8, name ?? "document.pdf");
                writer.WriteString("file_data"u8, uri);
                break;
        }

        writer.WriteEndObject();
        WriteMark(writer, isMarked);
        writer.WriteEndObject();
    }

    private static void WriteMark(Utf8JsonWriter writer, bool isMarked)
    {
        if (isMarked)
        {
            writer.WriteStartObject("cache_control"u8);
            writer.WriteString("type"u8, "ephemeral"u8);
            writer.WriteEndObject();
        }
    }
}
