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
