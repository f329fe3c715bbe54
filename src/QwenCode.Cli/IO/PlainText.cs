using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Cli.IO;

/// <summary>
/// Text of models, tools and files, made safe to print: it may hold sequences that move the cursor, rename the window or turn the
/// direction of writing, and so show the user something else than what is there.
/// </summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        var first = text.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (first < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            plain.Append(IsSafe(character) ? character : '\uFFFD');
        }

        return plain.ToString();
    }

    /// <summary>Returns the text in one line, cut to a width.</summary>
    public static string Line(string text, int width)
    {
        var line = Of(text.ReplaceLineEndings(" ").Replace('\t', ' ')).Trim();
        return line.Length <= width ? line : TextCut.Head(line, width) + "…";
    }

    // Carriage returns would overwrite what stands in the line; the bidirectional marks are those of "Trojan Source" (CVE-2021-42574).
    private static bool IsSafe(char character) => character switch
    {
        '\n' or '\t' => true,
        < ' ' or '\u007f' or (>= '\u0080' and <= '\u009f') => false,
        (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => false,
        _ => true,
    };
}
