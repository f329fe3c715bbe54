using System.Buffers;
using System.Globalization;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>
/// Says where the text stands that comes closest to one that was not found, and how it differs, so that the next try can be right.
/// </summary>
/// <remarks>Whatever the file, it takes a few passes over it and no copy of it.</remarks>
internal static class ClosestText
{
    private const long MostComparisons = 4_000_000;

    /// <summary>Characters compared around all places of a word: enough for millions, an end for texts that repeat themselves.</summary>
    private const long MostCompared = 100_000_000;

    private const int MostAlignedLines = 300;

    /// <summary>So many lines may have come or gone around the place and within it.</summary>
    private const int Drift = 5;
    private const double LeastLikeness = 0.5;

    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>Describes the closest text in a few sentences.</summary>
    /// <param name="text">The text, with line feeds only.</param>
    /// <param name="wanted">What was not found.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>The sentences, or <c>null</c> where nothing comes close.</returns>
    public static string? Describe(string text, string wanted, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(wanted))
        {
            return null;
        }

        // Lines stay where they are, so the places are those of the file.
        (text, wanted) = (LetterForms.Compose(text), LetterForms.Compose(wanted));
        if (text.IndexOf(wanted, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            return $"The same text in other upper and lower case is at {Place(text, at, at + wanted.Length)}.";
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (FindIgnoringSpace(text, wanted) is not var (start, end))
        {
            return FindSimilarLines(text, wanted.TrimEnd('\n').Split('\n'), cancellationToken);
        }

        var alignment = LineAlignment.Of(text[LineStart(text, start)..end].Split('\n'), wanted.Split('\n'));
        return $"The same text with other white space is at {Place(text, start, end)}. {alignment.Describe(LineOf(text, start))}".TrimEnd();
    }

    // A name has no white space within it, however the text around it is laid out: where the longest one stands, the rest is
    // compared to both sides.
    private static (int Start, int End)? FindIgnoringSpace(string text, string wanted)
    {
        var (from, length) = LongestWord(wanted);
        if (length < 2)
        {
            return null;
        }

        var word = wanted.AsSpan(from, length);
        var at = 0;
        var left = MostCompared;
        while (left > 0 && text.AsSpan(at).IndexOf(word) is var found and >= 0)
        {
            at += found;
            if (Backward(text, at, wanted, from, ref left) is var start and >= 0
                && Forward(text, at + length, wanted, from + length, ref left) is var end and >= 0)
            {
                return (start, end);
            }

            at++;
        }

        return null;
    }

    private static (int From, int Length) LongestWord(string wanted)
    {
        var best = (From: 0, Length: 0);
        for (var at = 0; at < wanted.Length;)
        {
            var start = wanted.AsSpan(at).IndexOfAny(WordCharacters);
            if (start < 0)
            {
                break;
            }

            at += start;
            var length = wanted.AsSpan(at).IndexOfAnyExcept(WordCharacters) is var end and >= 0 ? end : wanted.Length - at;
            best = length > best.Length ? (at, length) : best;
            at += length;
        }

        return best;
    }

    // Both give the place up to which the text is used, or -1. White space beyond the first and the last character does not belong to it.
    private static int Backward(string text, int at, string wanted, int next, ref long budget)
    {
        var used = at;
        while (budget-- > 0)
        {
            next = wanted.AsSpan(0, next).TrimEnd().Length;
            if (next == 0)
            {
                return used;
            }

            at = text.AsSpan(0, at).TrimEnd().Length;
            if (at == 0 || text[at - 1] != wanted[next - 1])
            {
                return -1;
            }

            used = --at;
            next--;
        }

        return -1;
    }

    private static int Forward(string text, int at, string wanted, int next, ref long budget)
    {
        var used = at;
        while (budget-- > 0)
        {
            next = wanted.Length - wanted.AsSpan(next).TrimStart().Length;
            if (next == wanted.Length)
            {
                return used;
            }

            at = text.Length - text.AsSpan(at).TrimStart().Length;
            if (at == text.Length || text[at] != wanted[next])
            {
                return -1;
            }

            used = ++at;
            next++;
        }

        return -1;
    }

    private static string? FindSimilarLines(string text, string[] wanted, CancellationToken cancellationToken)
    {
        // Each line of the text is rated against each wanted line, and the rating counts for the place where the wanted text would begin.
        var starts = LineStarts(text);
        var scores = new float[starts.Length + wanted.Length];
        var skipped = (int)Math.Max(1, Math.Min((long)starts.Length * wanted.Length / MostComparisons, wanted.Length));
        var possible = 0f;
        for (var j = 0; j < wanted.Length; j += skipped)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = wanted[j].AsSpan().Trim();
            if (part.Length == 0)
            {
                continue;
            }

            var weight = Math.Min(part.Length, 40);
            possible += weight;
            for (var i = 0; i < starts.Length - 1; i++)
            {
                scores[i - j + wanted.Length] += (float)LineAlignment.Similarity(Line(text, starts, i).Trim(), part) * weight;
            }
        }

        var best = Best(scores);
        var first = Math.Max(0, best - wanted.Length);
        if (wanted.Length > MostAlignedLines)
        {
            return scores[best] < possible * LeastLikeness || possible == 0 ? null
                : $"The closest text is at {Lines(first + 1, Math.Clamp(best, first + 1, starts.Length - 1))}.";
        }

        // Where lines came or went, what follows them moves.
        var from = Math.Max(0, first - Drift);
        var window = Enumerable.Range(from, Math.Min(best + Drift, starts.Length - 1) - from).Select(i => Line(text, starts, i).ToString());
        var alignment = LineAlignment.Of([.. window], wanted);
        return alignment.Likeness < LeastLikeness ? null
            : $"The closest text is at {Lines(from + alignment.First + 1, from + alignment.Last + 1)}. {alignment.Describe(from + 1)}"
                .TrimEnd();
    }

    // Places next to each other help each other a little: with a line more or less in the middle, half of a text counts for the
    // one and half for the other.
    private static int Best(float[] scores)
    {
        var best = 0;
        var most = -1f;
        for (var k = 0; k < scores.Length; k++)
        {
            var near = scores[k] + (0.1f * ((k > 0 ? scores[k - 1] : 0) + (k + 1 < scores.Length ? scores[k + 1] : 0)));
            if (near > most)
            {
                (most, best) = (near, k);
            }
        }

        return best;
    }

    private static string Lines(int first, int last) =>
        last > first ? string.Create(CultureInfo.InvariantCulture, $"lines {first}-{last}")
            : string.Create(CultureInfo.InvariantCulture, $"line {first}");

    // Where every line begins, and where one after the last would.
    private static int[] LineStarts(string text)
    {
        var starts = new int[text.AsSpan().Count('\n') + 2];
        var at = 0;
        for (var i = 1; i < starts.Length - 1; i++)
        {
            at += text.AsSpan(at).IndexOf('\n') + 1;
            starts[i] = at;
        }

        starts[^1] = text.Length + 1;
        return starts;
    }

    private static ReadOnlySpan<char> Line(string text, int[] starts, int line) =>
        text.AsSpan(starts[line], starts[line + 1] - starts[line] - 1);

    private static string Place(string text, int start, int end) => Lines(LineOf(text, start), LineOf(text, Math.Max(start, end - 1)));

    private static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    private static int LineStart(string text, int position) => text.AsSpan(0, position).LastIndexOf('\n') + 1;
}
