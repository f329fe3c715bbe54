using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Requests;

/// <summary>Strings of JSON as servers really send them.</summary>
internal static class JsonText
{
    /// <summary>Gives the string the reader stands on, also where it holds half of a surrogate pair.</summary>
    /// <param name="reader">The reader.</param>
    /// <remarks>
    /// A server that cuts its text by UTF-16 units escapes the halves in two chunks; the framework refuses each of them alone.
    /// </remarks>
    public static string GetString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return JsonMembers.Unescape(reader.ValueSpan);
        }
    }

    /// <summary>Returns the text of a string, of an object with a <c>text</c>, or of a list of such, joined.</summary>
    /// <param name="value">The value.</param>
    public static string PlainText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.Text();
            case JsonValueKind.Object when value.TryGetProperty("text", out var text):
                return PlainText(text);
            case JsonValueKind.Array:
                return string.Concat(value.EnumerateArray().Select(PlainText));
            default:
                return string.Empty;
        }
    }
}
