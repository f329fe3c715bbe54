using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Tools;

namespace QwenCode.Models.Gemini;

/// <summary>Writes a message as the parts it becomes, with commas between them.</summary>
internal sealed class GeminiPartWriter(GeminiDialect dialect)
{
    /// <summary>The kind of a part of a type that is not known here.</summary>
    public const string Part = "gemini_part";

    /// <summary>What the ids begin with that were made here because the model gave none; they are not sent.</summary>
    public const string MadeId = "made_";

    private const int LongestName = 64;

    // What the provider takes in place of a signature that another model could not make.
    private const string NoSignature = "skip_thought_signature_validator";

    /// <summary>Returns the name of a tool as the provider takes it.</summary>
    /// <param name="name">The name.</param>
    public static string NameOf(string name) => WireNames.Name(name, LongestName, beginsWithLetter: true);

    /// <summary>Writes the parts of a message; nothing if it has none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="calls">The calls of the answer before it, which results are matched to.</param>
    public byte[] Write(ChatMessage message, IReadOnlyList<FunctionCallContent> calls) => WireWriter.Write(
        (IReadOnlyList<object>)[this, message, calls],
        static (writer, state) => ((GeminiPartWriter)state[0]).Write(
            writer, (ChatMessage)state[1], (IReadOnlyList<FunctionCallContent>)state[2]));

    /// <summary>Writes the media of a message's results, where they do not stand inside these.</summary>
    /// <param name="message">The message.</param>
    public byte[] WriteMedia(ChatMessage message) => dialect.NestsMedia ? [] : WireWriter.Write(
        (IReadOnlyList<object>)[this, message],
        static (writer, state) =>
        {
            var own = (GeminiPartWriter)state[0];
            foreach (var result in ((ChatMessage)state[1]).Contents.OfType<FunctionResultContent>())
            {
                if (ToolMedia.Of(result).Where(own.IsTaken).ToList() is { Count: > 0 } media)
                {
                    foreach (var part in ToolMedia.Announce(result, media))
                    {
                        own.WritePart(writer, part, isFirstCall: false);
                    }
                }
            }
        });

    private void Write(Utf8JsonWriter writer, ChatMessage message, IReadOnlyList<FunctionCallContent> calls)
    {
        // The provider matches results without ids by their places.
        foreach (var result in message.Contents.OfType<FunctionResultContent>().OrderBy(result => PlaceOf(result, calls)))
        {
            WriteResult(writer, result, calls);
        }

        var isFirstCall = true;
        foreach (var content in message.Contents)
        {
            if (content is not FunctionResultContent)
            {
                WritePart(writer, content, isFirstCall);
                isFirstCall &= content is not FunctionCallContent;
            }
        }
    }

    private static int PlaceOf(FunctionResultContent result, IReadOnlyList<FunctionCallContent> calls)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            if (calls[i].CallId == result.CallId)
            {
                return i;
            }
        }

        return calls.Count;
    }

    private void WritePart(Utf8JsonWriter writer, AIContent content, bool isFirstCall)
    {
        switch (content)
        {
            case TextReasoningContent { ProtectedData: { } signature } thought when !dialect.IsForeign && !Signatures.IsRedacted(thought):
                writer.WriteStartObject();
                writer.WriteString("text"u8, thought.Text);
                writer.WriteBoolean("thought"u8, true);
                writer.WriteString("thoughtSignature"u8, signature);
                writer.WriteEndObject();
                break;
            case TextReasoningContent:
                break; // A thought without a signature is of no use to the model.
            case TextContent text:
                WriteText(writer, text.Text, dialect.IsForeign ? null : Signatures.Of(text));
                break;
            case FunctionCallContent call:
                WriteCall(writer, call, isFirstCall);
                break;
            case DataContent or UriContent:
                WriteMedium(writer, content);
                break;
            case ErrorContent error:
                WriteText(writer, error.Message, null);
                break;
            case ProviderContent { Kind: Part } part when !dialect.IsForeign:
                part.Value.WriteTo(writer);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text, string? signature)
    {
        if (text.Length == 0 && signature is null)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("text"u8, text);
        if (signature is not null)
        {
            writer.WriteString("thoughtSignature"u8, signature);
        }

        writer.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter writer, FunctionCallContent call, bool isFirstCall)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall"u8);
        WriteId(writer, call.CallId);
        writer.WriteString("name"u8, NameOf(call.Name));
        writer.WritePropertyName("args"u8);
        if (ToolCallArguments.Of(call).Value is { ValueKind: JsonValueKind.Object } arguments)
        {
            arguments.WriteTo(writer);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        if ((dialect.IsForeign ? null : Signatures.Of(call)) is { } signature)
        {
            writer.WriteString("thoughtSignature"u8, signature);
        }
        else if (isFirstCall && dialect.NeedsSignatures)
        {
            writer.WriteString("thoughtSignature"u8, NoSignature);
        }

        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string id)
    {
        if (id.Length > 0 && !id.StartsWith(MadeId, StringComparison.Ordinal))
        {
            writer.WriteString("id"u8, id);
        }
    }

    private void WriteResult(Utf8JsonWriter writer, FunctionResultContent result, IReadOnlyList<FunctionCallContent> calls)
    {
        var parts = ResultContents.Of(result);
        var isError = result.Exception is not null || result.Result is ToolResult { Error: not null };
        var place = PlaceOf(result, calls);
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        WriteId(writer, result.CallId);
        writer.WriteString("name"u8, place < calls.Count ? NameOf(calls[place].Name) : "unknown");
        writer.WriteStartObject("response"u8);
        writer.WriteString(isError ? "error"u8 : "output"u8, string.Join('\n', parts.Select(Words).Where(static text => text.Length > 0)));
        writer.WriteEndObject();
        if (dialect.NestsMedia && parts.Any(IsTaken))
        {
            writer.WriteStartArray("parts"u8);
            foreach (var part in parts.Where(IsTaken))
            {
                WriteMedium(writer, part);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private string Words(AIContent part) => part switch
    {
        TextReasoningContent => string.Empty,
        TextContent text => text.Text,
        DataContent or UriContent when IsTaken(part) => dialect.NestsMedia ? string.Empty : "[A file follows in the next message.]",
        DataContent data => Media.Note(Media.KindOf(data.MediaType), data.MediaType, Media.NameOf(data)),
        UriContent uri => Media.Note(Media.KindOf(uri.MediaType), uri.MediaType, Media.NameOf(uri)),
        _ => string.Empty,
    };

    private bool IsTaken(AIContent content) =>
        MediaTypeOf(content) is { } type && (dialect.Modalities & Media.KindOf(type)) is not ModelModalities.None;

    private static string? MediaTypeOf(AIContent content) => content switch
    {
        DataContent data => data.MediaType,
        UriContent uri => uri.MediaType,
        _ => null,
    };

    private void WriteMedium(Utf8JsonWriter writer, AIContent content)
    {
        var type = MediaTypeOf(content)!;
        if (!IsTaken(content))
        {
            WriteText(writer, Media.Note(Media.KindOf(type), type, Media.NameOf(content)), null);
            return;
        }

        writer.WriteStartObject();
        if (content is DataContent data)
        {
            writer.WriteStartObject("inlineData"u8);
            writer.WriteString("mimeType"u8, type);
            writer.WriteBase64String("data"u8, data.Data.Span);
        }
        else
        {
            writer.WriteStartObject("fileData"u8);
            writer.WriteString("mimeType"u8, type);
            writer.WriteString("fileUri"u8, ((UriContent)content).Uri.AbsoluteUri);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
