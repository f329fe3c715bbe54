using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Arguments;

/// <summary>Reads the arguments of a call as models write them: mostly JSON, sometimes nearly.</summary>
internal static class ArgumentsReader
{
    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");

    /// <summary>Reads arguments.</summary>
    /// <param name="raw">What the model wrote.</param>
    /// <remarks>
    /// Nothing, <c>null</c> and several objects in a row mean no arguments. One level of double encoding is unwrapped. Bare text is
    /// kept as a string: the check of the call then says that it must be an object.
    /// </remarks>
    public static ToolCallArguments Read(string raw)
    {
        var text = raw.AsSpan().Trim();
        if (text.IsEmpty)
        {
            return new(raw, EmptyObject, false);
        }

        try
        {
            var value = JsonElement.Parse(Surrogates.Mend(text));
            return new(raw, value.ValueKind is JsonValueKind.Null ? EmptyObject : Unwrap(value), false);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return Mend(raw, text);
        }
    }

    /// <summary>Says whether a text is one complete JSON object.</summary>
    /// <param name="text">The text.</param>
    public static bool IsCompleteObject(string text)
    {
        if (text.Length < 2 || text.AsSpan().TrimEnd() is not [.., '}'])
        {
            return false;
        }

        try
        {
            return JsonElement.Parse(text).ValueKind is JsonValueKind.Object;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Some models encode the object twice: a string of JSON whose text is the object.</summary>
    private static JsonElement Unwrap(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String || value.GetString()!.Trim() is not { } inner || !IsCompleteObject(inner))
        {
            return value;
        }

        return JsonElement.Parse(Surrogates.Mend(inner));
    }

    private static ToolCallArguments Mend(string raw, ReadOnlySpan<char> text)
    {
        if (text[0] is '"' or '\'')
        {
            return new(raw, Text(text), !LenientJsonReader.IsQuoted(text));
        }

        if (text[0] is not ('{' or '['))
        {
            return new(raw, Text(text), false);
        }

        var reader = new LenientJsonReader(text);
        if (!reader.TryRead(out var json))
        {
            return new(raw, null, reader.IsTruncated);
        }

        var rest = text[reader.Position..].TrimStart();
        if (rest.TrimStart("}] \r\n\t;").IsEmpty)
        {
            return new(raw, json, reader.IsTruncated);
        }

        // Two objects are two opinions, and neither is safe to choose. Other words after the object make it no JSON at all.
        return new(raw, rest[0] is '{' or '[' ? EmptyObject : null, false);
    }

    private static JsonElement Text(ReadOnlySpan<char> text)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStringValue(text.Trim('"'));
        }

        return JsonElement.Parse(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
