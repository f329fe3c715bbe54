using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace QwenCode.Storage.Json;

/// <summary>
/// Text in JSON without loss. The framework's writer turns half a surrogate pair into U+FFFD and its reader throws at one; models and
/// files do contain them (cut in the middle of an emoji), and other programs write them as an escape.
/// </summary>
internal static class JsonText
{
    /// <summary>Writes a string member, exactly.</summary>
    public static void WriteText(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string text)
    {
        writer.WritePropertyName(name);
        if (IsWellFormed(text))
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteRawValue(Escape(text), skipInputValidation: true);
        }
    }

    /// <summary>Writes a member of any JSON as it stands, on one line.</summary>
    public static void WriteJson(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement value)
    {
        writer.WritePropertyName(name);
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (raw.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            writer.WriteRawValue(raw, skipInputValidation: true);
            return;
        }

        // Inside a string a line feed is always escaped, so these are between the values, where a blank does as well.
        var line = raw.ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        writer.WriteRawValue(line, skipInputValidation: true);
    }

    /// <summary>Returns a member that is a string, or <c>null</c>.</summary>
    public static string? Text(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.Text() : null;

    /// <summary>Returns a member that is an object, or <c>null</c>.</summary>
    public static JsonElement? Object(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object
            ? value : null;

    /// <summary>Returns a member that is an array, or <c>null</c>.</summary>
    public static JsonElement? Array(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array
            ? value : null;

    /// <summary>Returns a member that is a whole number, or <c>null</c>.</summary>
    public static long? Number(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number
        && value.TryGetDouble(out var number) ? (long)number : null;

    /// <summary>Returns whether a member is <c>true</c>.</summary>
    public static bool Flag(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    /// <summary>Returns the text of a string.</summary>
    public static string Text(this JsonElement element)
    {
        try
        {
            return element.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException)
        {
            return Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1]);
        }
    }

    /// <summary>Takes the escapes out of the inside of a JSON string, also one that is cut or not well-formed.</summary>
    /// <param name="inside">The bytes between the quotes.</param>
    /// <param name="longest">How many characters are wanted.</param>
    public static string Unescape(ReadOnlySpan<byte> inside, int longest = int.MaxValue)
    {
        var raw = Encoding.UTF8.GetString(inside);
        var text = new StringBuilder();
        for (var i = 0; i < raw.Length && text.Length < longest; i++)
        {
            if (raw[i] is not '\\')
            {
                text.Append(raw[i]);
            }
            else if (++i < raw.Length)
            {
                switch (raw[i])
                {
                    case 'n': text.Append('\n'); break;
                    case 't': text.Append('\t'); break;
                    case 'r': text.Append('\r'); break;
                    case 'b': text.Append('\b'); break;
                    case 'f': text.Append('\f'); break;
                    case 'u' when i + 4 < raw.Length && ushort.TryParse(
                        raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                        text.Append((char)unit);
                        i += 4;
                        break;
                    case 'u': break;
                    default: text.Append(raw[i]); break;
                }
            }
        }

        return text.ToString();
    }

    private static ReadOnlySpan<byte> LineEndBytes => "\n\r"u8;

    private static readonly System.Buffers.SearchValues<byte> LineEnds = System.Buffers.SearchValues.Create(LineEndBytes);

    private static bool IsWellFormed(string text)
    {
        var rest = text.AsSpan();
        while (true)
        {
            var next = rest.IndexOfAnyInRange('\ud800', '\udfff');
            if (next < 0)
            {
                return true;
            }

            if (next + 1 >= rest.Length || !char.IsSurrogatePair(rest[next], rest[next + 1]))
            {
                return false;
            }

            rest = rest[(next + 2)..];
        }
    }

    private static string Escape(string text)
    {
        var json = new StringBuilder(text.Length + 16).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            if (i + 1 < text.Length && char.IsSurrogatePair(unit, text[i + 1]))
            {
                json.Append(unit).Append(text[++i]);
            }
            else if (unit is '"' or '\\')
            {
                json.Append('\\').Append(unit);
            }
            else if (unit < ' ' || char.IsSurrogate(unit))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
            else
            {
                json.Append(unit);
            }
        }

        return json.Append('"').ToString();
    }
}
