using System.Globalization;
using System.Text;

namespace QwenCode.Platform.Json;

/// <summary>Escapes of half a character in JSON, as models write them when their answer is cut or their tokens do not fit.</summary>
public static class Surrogates
{
    private const int EscapeLength = 6;

    /// <summary>
    /// Puts the escape of U+FFFD in the place of every half that has no other half: the JSON could be parsed, but no string of it
    /// read.
    /// </summary>
    /// <param name="json">JSON text.</param>
    /// <returns>The text itself if there is nothing to mend.</returns>
    public static ReadOnlySpan<char> Mend(ReadOnlySpan<char> json)
    {
        StringBuilder? mended = null;
        var copied = 0;
        for (var i = json.IndexOf('\\'); i >= 0 && i + 1 < json.Length;)
        {
            var length = 2;
            if (Unit(json[i..]) is { } unit)
            {
                length = EscapeLength;
                if (char.IsHighSurrogate(unit) && Unit(json[(i + EscapeLength)..]) is { } next && char.IsLowSurrogate(next))
                {
                    length = 2 * EscapeLength;
                }
                else if (char.IsSurrogate(unit))
                {
                    mended ??= new StringBuilder(json.Length);
                    mended.Append(json[copied..i]).Append("\\ufffd");
                    copied = i + EscapeLength;
                }
            }

            i += length;
            var found = i < json.Length ? json[i..].IndexOf('\\') : -1;
            i = found < 0 ? -1 : i + found;
        }

        return mended is null ? json : mended.Append(json[copied..]).ToString();
    }

    // The UTF-16 unit a text begins with, if it begins with the escape of one.
    private static char? Unit(ReadOnlySpan<char> text) =>
        text.Length >= EscapeLength && text[0] is '\\' && text[1] is 'u'
        && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
