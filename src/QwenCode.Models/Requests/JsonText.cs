using System.Globalization;
using System.Text;
using System.Text.Json;

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
            return Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    /// <summary>Returns the text of a string, of an object with a <c>text</c>, or of a list of such, joined.</summary>
    /// <param name="value">The value.</param>
    public static string PlainText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                try
                {
                    return value.GetString()!;
                }
                catch (InvalidOperationException)
                {
                    var raw = value.GetRawText();
                    return Unescape(raw[1..^1]);
                }

            case JsonValueKind.Object when value.TryGetProperty("text", out var text):
                return PlainText(text);
            case JsonValueKind.Array:
                return string.Concat(value.EnumerateArray().Select(PlainText));
            default:
                return string.Empty;
        }
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'n': result.Append('\n'); break;
                case 't': result.Append('\t'); break;
                case 'r': result.Append('\r'); break;
                case 'b': result.Append('\b'); break;
                case 'f': result.Append('\f'); break;
                case 'u':
                    result.Append((char)ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                default: result.Append(text[i]); break;
            }
        }

        return result.ToString();
    }
}
