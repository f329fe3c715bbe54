using System.Globalization;
using System.Text;

namespace QwenCode.Hooks;

/// <summary>
/// Finds calls that hold an answer of a hook. A hook that prints the words of such a call, into a log for example, would seem to allow it.
/// </summary>
internal static class HookEcho
{
    // No allowance is without it.
    private const string Mark = "hookSpecificOutput";

    // Of JSON in JSON, and of a shell's echo on top.
    private const int Layers = 4;

    /// <summary>Returns whether what a hook is given holds an answer, in any spelling that printing it may undo.</summary>
    /// <param name="json">What the hook is given.</param>
    public static bool IsPossible(ReadOnlySpan<byte> json)
    {
        var text = Encoding.UTF8.GetString(json);
        for (var layer = 0; layer < Layers; layer++)
        {
            if (text.Contains(Mark, StringComparison.Ordinal))
            {
                return true;
            }

            if (!text.Contains('\\', StringComparison.Ordinal))
            {
                return false;
            }

            text = Unescape(text);
        }

        return text.Contains(Mark, StringComparison.Ordinal);
    }

    // The escapes of JSON, of echo and of printf: \u0068, \x68, \150 and \0150. Of any other the character stays.
    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not '\\' || i + 1 == text.Length)
            {
                plain.Append(text[i]);
                continue;
            }

            i++;
            var (digits, most, isHex) = text[i] switch
            {
                'u' => (i + 1, 4, true),
                'U' => (i + 1, 8, true),
                'x' => (i + 1, 2, true),
                '0' => (i + 1, 3, false),
                >= '1' and <= '7' => (i, 3, false),
                _ => (i, 0, false),
            };
            var end = digits;
            while (end < text.Length && end < digits + most && (isHex ? char.IsAsciiHexDigit(text[end]) : text[end] is >= '0' and <= '7'))
            {
                end++;
            }

            if (end == digits)
            {
                plain.Append(text[i] is 'n' or 'r' or 't' or 'c' ? ' ' : text[i]);
                continue;
            }

            var code = isHex ? uint.Parse(text.AsSpan(digits, end - digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                : Convert.ToUInt32(text[digits..end], 8);
            plain.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "?");
            i = end - 1;
        }

        return plain.ToString();
    }
}
