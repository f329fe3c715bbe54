using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Transcripts;

/// <summary>Writes messages as parts, the form that does not depend on a provider.</summary>
internal static class PartWriter
{
    /// <summary>Writes a message as <c>{role, parts}</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="toolNames">The tools of the calls so far, for messages that hold results: those only know the call's id.</param>
    public static void WriteMessage(Utf8JsonWriter writer, ChatMessage message, Dictionary<string, string>? toolNames = null)
    {
        StartMessage(writer, message.Role == ChatRole.Assistant ? "model"u8 : "user"u8);
        foreach (var content in message.Contents)
        {
            WritePart(writer, content, toolNames);
        }

        EndMessage(writer);
    }

    /// <summary>Writes the message of a call's result, as the member <c>message</c>.</summary>
    public static void WriteResultMessage(Utf8JsonWriter writer, ToolResultEntry entry)
    {
        writer.WritePropertyName("message"u8);
        StartMessage(writer, "user"u8);
        WriteResponse(writer, entry.CallId, entry.ToolName, entry.ModelText, entry.Status == "success", entry.Result is { Error: null }
            ? entry.Result.Content.Parts : []);
        EndMessage(writer);
    }

    private static void StartMessage(Utf8JsonWriter writer, ReadOnlySpan<byte> role)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writer.WriteStartArray("parts"u8);
    }

    private static void EndMessage(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, AIContent content, Dictionary<string, string>? toolNames)
    {
        if (content is UsageContent or StreamRestartContent)
        {
            return; // Both speak of the stream, not of the conversation; usage has its own member.
        }

        switch (content)
        {
            case FunctionResultContent result:
                var parts = result.Result as IEnumerable<AIContent>;
                var text = parts is null
                    ? TextOf(result.Result) : string.Join('\n', parts.OfType<TextContent>().Select(static part => part.Text));
                WriteResponse(writer, result.CallId, toolNames?.GetValueOrDefault(result.CallId) ?? string.Empty, text,
                    result.Exception is null, parts ?? []);
                return;
            case DataContent data:
                WriteData(writer, data);
                return;
        }

        writer.WriteStartObject();
        switch (content)
        {
            case TextReasoningContent thought:
                writer.WriteText("text"u8, thought.Text);
                writer.WriteBoolean("thought"u8, true);
                if (thought.ProtectedData is { } signature)
                {
                    writer.WriteText("thoughtSignature"u8, signature);
                }

                if (Signatures.IsRedacted(thought))
                {
                    writer.WriteBoolean("redacted"u8, true);
                }

                break;
            case TextContent text:
                writer.WriteText("text"u8, text.Text);
                WriteExtra(writer, text);
                break;
            case ProviderContent part:
                // Other readers take it for an empty text.
                writer.WriteString("text"u8, ""u8);
                writer.WriteText("providerKind"u8, part.Kind);
                writer.WriteJson("providerPart"u8, part.Value);
                break;
            case FunctionCallContent call:
                WriteCall(writer, call);
                break;
            case UriContent uri:
                writer.WriteStartObject("fileData"u8);
                writer.WriteText("fileUri"u8, uri.Uri.OriginalString);
                writer.WriteText("mimeType"u8, uri.MediaType);
                writer.WriteEndObject();
                break;
            default:
                // Better a note in the history than an unnoticed hole.
                writer.WriteText("text"u8, $"[content of the type {content.GetType().Name} was not recorded]");
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, FunctionCallContent call)
    {
        ToolCallArguments arguments;
        try
        {
            arguments = ToolCallArguments.Of(call);
        }
        catch (ToolArgumentException exception)
        {
            arguments = new ToolCallArguments(exception.Message, null, false);
        }

        writer.WriteStartObject("functionCall"u8);
        writer.WriteText("id"u8, call.CallId);
        writer.WriteText("name"u8, call.Name);
        if (arguments.Value is { } value)
        {
            writer.WriteJson("args"u8, value);
        }
        else
        {
            // Other readers need an object; what the model really wrote is a member they do not know.
            writer.WriteStartObject("args"u8);
            writer.WriteEndObject();
            writer.WriteText("rawArgs"u8, arguments.Raw);
            if (arguments.IsTruncated)
            {
                writer.WriteBoolean("isTruncated"u8, true);
            }
        }

        writer.WriteEndObject();
        WriteExtra(writer, call);
    }

    /// <summary>Writes what the provider wants back with a part: the signature where every reader looks for it, and what is more.</summary>
    private static void WriteExtra(Utf8JsonWriter writer, AIContent content)
    {
        if (Signatures.ExtraContent(content) is not { } extra)
        {
            return;
        }

        var signature = Signatures.Of(content);
        if (signature is null || extra.EnumerateObject().Count() > 1 || extra.GetProperty("google"u8).EnumerateObject().Count() > 1)
        {
            writer.WriteJson("extraContent"u8, extra);
        }

        if (signature is not null)
        {
            writer.WriteText("thoughtSignature"u8, signature);
        }
    }

    private static void WriteResponse(
        Utf8JsonWriter writer, string callId, string tool, string text, bool isSuccess, IEnumerable<AIContent> media)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        writer.WriteText("id"u8, callId);
        writer.WriteText("name"u8, tool);
        writer.WriteStartObject("response"u8);
        writer.WriteText(isSuccess ? "output"u8 : "error"u8, text);
        writer.WriteEndObject();
        var hasMedia = false;
        foreach (var data in media.Where(static part => part is DataContent or UriContent))
        {
            if (!hasMedia)
            {
                writer.WriteStartArray("parts"u8);
                hasMedia = true;
            }

            WritePart(writer, data, null);
        }

        if (hasMedia)
        {
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, DataContent data)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("inlineData"u8);
        writer.WriteText("mimeType"u8, data.MediaType);
        writer.WriteBase64String("data"u8, data.Data.Span);
        if (data.Name is { } name)
        {
            writer.WriteText("displayName"u8, name);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string TextOf(object? result) => result switch
    {
        null => string.Empty,
        string text => text,
        TextContent text => text.Text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.Text(),
        _ => result.ToString() ?? string.Empty,
    };
}
