using System.Text;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.Shell.Output;

/// <summary>Cuts a text that is too long for the model to its beginning (a fifth) and its end.</summary>
internal static class OutputCut
{
    /// <summary>What stands for the part that is left out.</summary>
    public const string Separator = "\n\n---\n... [CONTENT TRUNCATED] ...\n---\n\n";

    private const string Ellipsis = "...";

    /// <summary>Says whether a text is too long.</summary>
    public static bool Exceeds(long characters, long lines, ToolLimits limits) =>
        (limits.MaxCharacters > 0 && characters > limits.MaxCharacters) || (limits.MaxLines > 0 && lines > limits.MaxLines);

    /// <summary>Cuts a text.</summary>
    /// <param name="beginning">The text, or as much of its beginning as is known.</param>
    /// <param name="end">The same text, or as much of its end as is known.</param>
    /// <param name="isWhole">Whether both are the same whole text.</param>
    /// <param name="lines">How many lines the whole text has.</param>
    /// <param name="limits">What may be left.</param>
    public static string Cut(ReadOnlySpan<char> beginning, ReadOnlySpan<char> end, bool isWhole, long lines, ToolLimits limits)
    {
        var kept = limits.MaxLines > 0 ? Math.Min(limits.MaxLines, lines) : lines;
        var headLines = Math.Max(kept / 5, 1);
        var unbounded = limits.MaxCharacters <= 0;
        var result = new StringBuilder();
        var taken = AppendHead(result, beginning, headLines, unbounded ? int.MaxValue : limits.MaxCharacters / 5);
        var tailBudget = unbounded ? int.MaxValue : limits.MaxCharacters - result.Length - Separator.Length;
        var from = FindTail(end, isWhole ? taken : 0, kept - headLines, tailBudget, out var cutsLine);
        result.Append(Separator);
        if (cutsLine)
        {
            result.Append(Ellipsis);
        }

        return result.Append(end[from..]).ToString();
    }

    /// <summary>Counts lines as pieces between line feeds.</summary>
    public static long CountLines(ReadOnlySpan<char> text) => text.Count('\n') + 1L;

    /// <returns>How much of the text was used.</returns>
    private static int AppendHead(StringBuilder result, ReadOnlySpan<char> text, long lines, int budget)
    {
        var at = 0;
        for (var line = 0L; line < lines && at < text.Length; line++)
        {
            var length = text[at..].IndexOf('\n');
            length = length < 0 ? text.Length - at : length;
            var feed = line > 0 ? 1 : 0;
            if (result.Length + feed + length > budget)
            {
                var room = TextCut.Before(text, at + Math.Max(budget - result.Length - feed - Ellipsis.Length, 0)) - at;
                result.Append('\n', feed).Append(text.Slice(at, room)).Append(Ellipsis);
                return at + room;
            }

            result.Append('\n', feed).Append(text.Slice(at, length));
            at = Math.Min(at + length + 1, text.Length);
        }

        return at;
    }

    /// <returns>Where the end begins.</returns>
    private static int FindTail(ReadOnlySpan<char> text, int floor, long lines, int budget, out bool cutsLine)
    {
        cutsLine = false;
        var from = text.Length;
        for (var line = 0L; line < lines && from > floor; line++)
        {
            // The feed before the line we have already belongs to it.
            var lineEnd = line == 0 ? text.Length : from - 1;
            var start = Math.Max(text[..lineEnd].LastIndexOf('\n') + 1, floor);
            if (text.Length - start > budget)
            {
                var partial = Math.Max(text.Length - Math.Max(budget - Ellipsis.Length, 0), start);
                if (partial < lineEnd)
                {
                    cutsLine = true;
                    from = TextCut.After(text, partial);
                }

                break;
            }

            from = start;
        }

        return from;
    }
}
