using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Platform.Json;

namespace QwenCode.Storage.Transcripts;

/// <summary>Reads messages from parts.</summary>
internal static class PartReader
{
    /// <summary>Reads <c>{role, parts}</c>; <c>null</c> if there is nothing in it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="origin">The model it came from, if that is known.</param>
    public static HistoryMessage? ReadMessage(JsonElement? message, ModelOrigin? origin = null)
    {
        if (message is not { } element || element.Array("parts"u8) is not { } parts)
        {
            return null;
        }

        var contents = new List<AIContent>();
        foreach (var part in parts.EnumerateArray())
        {
            if (ReadPart(part) is { } content)
            {
                contents.Add(content);
            }
        }

        return contents.Count == 0
            ? null : new HistoryMessage(element.Text("role"u8) is "model" ? ChatRole.Assistant : ChatRole.User, contents)
            {
                Origin = origin,
            };
    }

    /// <summary>Returns the kinds of parts in <c>{role, parts}</c> that are not read, with commas between them.</summary>
    /// <param name="message">The message.</param>
    public static string UnknownParts(JsonElement? message) => message?.Array("parts"u8) is not { } parts
        ? string.Empty
        : string.Join(", ", parts.EnumerateArray().Where(static part => !IsKnown(part)).Select(static part =>
            part.ValueKind is JsonValueKind.Object
            && part.EnumerateObject().FirstOrDefault() is { Value.ValueKind: not JsonValueKind.Undefined } member
                ? NameOf(member) : "empty").Distinct());

    /// <summary>Puts media that stand beside the result of a call into it, in which every provider's client looks for them.</summary>
    public static HistoryMessage GatherMedia(HistoryMessage message)
    {
        if (message.Contents is not [FunctionResultContent result, _, ..]
            || message.Contents.Skip(1).Any(static content => content is not (DataContent or UriContent)))
        {
            return message;
        }

        IEnumerable<AIContent> own = result.Result as IReadOnlyList<AIContent> ?? [new TextContent(TextOf(result))];
        return new HistoryMessage(message.Role, [new FunctionResultContent(
            result.CallId, (List<AIContent>)[.. own, .. message.Contents.Skip(1)]) { Exception = result.Exception }]);
    }

    /// <summary>Returns the text of a result.</summary>
    public static string TextOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        IEnumerable<AIContent> parts => string.Join('\n', parts.OfType<TextContent>().Select(static part => part.Text)),
        _ => string.Empty,
    };

    // The kinds that ReadPart reads, without decoding them.
    private static bool IsKnown(JsonElement part) => part.Member("text"u8).ValueKind is JsonValueKind.String
        || (part.Object("functionCall"u8) ?? part.Object("functionResponse"u8) ?? part.Object("inlineData"u8)
            ?? part.Object("fileData"u8)) is not null;

    private static AIContent? ReadPart(JsonElement part)
    {
        if (part.Text("text"u8) is { } text)
        {
            return part.IsTrue("thought"u8) ? ReadThought(part, text)
                : part.Text("providerKind"u8) is { } kind && part.TryMember("providerPart", out var own)
                    ? new ProviderContent(kind, own.Clone())
                : WithExtra(new TextContent(text), part);
        }

        if (part.Object("functionCall"u8) is { } call)
        {
            return ReadCall(call, part);
        }

        if (part.Object("functionResponse"u8) is { } response)
        {
            return ReadResponse(response);
        }

        return part.Object("inlineData"u8) is { } data ? ReadData(data) : part.Object("fileData"u8) is { } file ? ReadFile(file) : null;
    }

    private static FunctionCallContent ReadCall(JsonElement call, JsonElement part)
    {
        ToolCallArguments arguments;
        Dictionary<string, object?>? values = null;
        if (call.Text("rawArgs"u8) is { } raw)
        {
            arguments = new ToolCallArguments(raw, null, call.IsTrue("isTruncated"u8));
        }
        else if (call.ValueKind is JsonValueKind.Object && call.TryGetProperty("args"u8, out var args)
            && args.ValueKind is not JsonValueKind.Null)
        {
            var value = args.Clone();
            arguments = new ToolCallArguments(value.GetRawText(), value, false);
            if (value.ValueKind is JsonValueKind.Object)
            {
                // For clients that do not know our arguments. Of several members with one name the last counts, as everywhere in JSON.
                values = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    values[NameOf(member)] = member.Value;
                }
            }
        }
        else
        {
            arguments = new ToolCallArguments("{}", Tools.ToolArguments.None.Json, false);
        }

        return WithExtra(
            new FunctionCallContent(call.Text("id"u8) ?? string.Empty, call.Text("name"u8) ?? string.Empty, values)
            {
                RawRepresentation = arguments,
            },
            part);
    }

    private static TextReasoningContent ReadThought(JsonElement part, string text) =>
        part.IsTrue("redacted"u8) && part.Text("thoughtSignature"u8) is { } data
            ? Signatures.Redacted(data)
            : new TextReasoningContent(text) { ProtectedData = part.Text("thoughtSignature"u8) };

    /// <summary>Reads what the provider wants back with a part; other programs keep only the signature of the thought.</summary>
    private static T WithExtra<T>(T content, JsonElement part)
        where T : AIContent
    {
        if (part.Object("extraContent"u8) is { } extra)
        {
            Signatures.SetExtraContent(content, extra.Clone());
        }
        else if (part.Text("thoughtSignature"u8) is { } signature)
        {
            Signatures.Sign(content, signature);
        }

        return content;
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return JsonMembers.Unescape(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }

    private static FunctionResultContent ReadResponse(JsonElement response)
    {
        var text = response.Object("response"u8) is { } body
            ? body.Text("output"u8) ?? body.Text("error"u8) ?? body.GetRawText()
            : string.Empty;
        object result = text;
        if (response.Array("parts"u8) is { } parts && parts.GetArrayLength() > 0)
        {
            var contents = new List<AIContent>();
            if (text.Length > 0)
            {
                contents.Add(new TextContent(text));
            }

            foreach (var part in parts.EnumerateArray())
            {
                if (ReadPart(part) is { } content)
                {
                    contents.Add(content);
                }
            }

            result = contents;
        }

        return new FunctionResultContent(response.Text("id"u8) ?? string.Empty, result)
        {
            RawRepresentation = response.Text("name"u8),
            Exception = response.Object("response"u8)?.Text("error"u8) is { } error ? new InvalidOperationException(error) : null,
        };
    }

    private static AIContent ReadData(JsonElement data)
    {
        var mediaType = data.Text("mimeType"u8) ?? "application/octet-stream";
        try
        {
            return data.TryGetProperty("data"u8, out var encoded) && encoded.TryGetBytesFromBase64(out var bytes)
                ? new DataContent(bytes, mediaType) { Name = data.Text("displayName"u8) }
                : new TextContent($"[{mediaType} that could not be read back]");
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return new TextContent("[a file of an unknown type that could not be read back]");
        }
    }

    private static AIContent ReadFile(JsonElement file)
    {
        var address = file.Text("fileUri"u8) ?? string.Empty;
        try
        {
            return new UriContent(address, file.Text("mimeType"u8) ?? "application/octet-stream");
        }
        catch (Exception exception) when (exception is ArgumentException or UriFormatException)
        {
            return new TextContent($"[file: {address}]");
        }
    }
}
