using System.Globalization;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>Says where the text stands that comes closest to one that was not found, and how it differs, so that the next try can be right.</summary>
internal static class ClosestText
{
    private const int MostCharacters = 4 * 1024 * 1024;
    private const long MostComparisons = 4_000_000;
    private const int ShownCharacters = 120;

    /// <summary>Describes the closest text in one or two sentences.</summary>
    /// <param name="text">The text, with line feeds only.</param>
    /// <param name="wanted">What was not found.</param>
    /// <param name="cancellationToken">Abandons the search.</param>
    /// <returns>The sentences, or <c>null</c> where nothing comes close.</returns>
    public static string? Describe(string text, string wanted, CancellationToken cancellationToken)
    {
        if (text.Length > MostCharacters || string.IsNullOrWhiteSpace(wanted))
        {
            return null;
        }

        if (text.IndexOf(wanted, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            return $"The same text in other upper and lower case is at {Place(text, at, at + wanted.Length)}.";
        }

        return FindIgnoringSpace(text, wanted) is var (start, end)
            ? $"The same text with other white space is at {Place(text, start, end)}. {FirstDifference(text[LineStart(text, start)..end].Split('\n'), wanted.Split('\n'), LineOf(text, start))}".TrimEnd()
            : FindSimilarLines(text.Split('\n'), wanted.TrimEnd('\n').Split('\n'), cancellationToken);
    }

    private static string? FindSimilarLines(string[] lines, string[] wanted, CancellationToken cancellationToken)
    {
        // Each line of the text is rated against each wanted line, and the rating counts for the place where the wanted text would begin.
        var scores = new double[lines.Length + wanted.Length];
        var skipped = Math.Max(1, (long)lines.Length * wanted.Length / MostComparisons);
        for (var j = 0; j < wanted.Length; j += (int)skipped)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = wanted[j].AsSpan().Trim();
            for (var i = 0; i < lines.Length && part.Length > 0; i++)
            {
                scores[i - j + wanted.Length] += Similarity(lines[i].AsSpan().Trim(), part) * Math.Min(part.Length, 40);
            }
        }

        var best = Array.IndexOf(scores, scores.Max());
        var possible = wanted.Where((line, j) => j % skipped == 0).Sum(static line => Math.Min(line.AsSpan().Trim().Length, 40));
        if (possible == 0 || scores[best] < possible * 0.5)
        {
            return null;
        }

        var first = Math.Max(0, best - wanted.Length);
        var last = Math.Min(lines.Length, best);
        var place = last - first > 1 ? $"lines {first + 1}-{last}" : $"line {first + 1}";
        return $"The closest text is at {place}. {FirstDifference(lines[first..last], wanted[(first - (best - wanted.Length))..], first + 1)}".TrimEnd();
    }

    private static string FirstDifference(string[] lines, string[] wanted, int first)
    {
        for (var i = 0; i < Math.Min(lines.Length, wanted.Length); i++)
        {
            // The ends of the first and the last line may lie outside what was looked for.
            if (lines[i] != wanted[i] && !(wanted.Length == 1 && lines[i].Contains(wanted[i], StringComparison.Ordinal)))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Line {first + i} of the file reads {Show(lines[i])} where old_string has {Show(wanted[i])}.");
            }
        }

        return lines.Length == wanted.Length ? string.Empty : "The line breaks are at other places.";
    }

    private static string Show(string line)
    {
        var cut = line.Length <= ShownCharacters ? line : line[..ShownCharacters] + "…";
        return '"' + cut.Replace("\t", "\\t", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) + '"';
    }

    // What two lines have in common at both ends; cheap, and right for the usual slips.
    private static double Similarity(ReadOnlySpan<char> line, ReadOnlySpan<char> wanted)
    {
        if (line.IsEmpty)
        {
            return 0;
        }

        var prefix = line.CommonPrefixLength(wanted);
        if (prefix == line.Length && prefix == wanted.Length)
        {
            return 1;
        }

        var suffix = 0;
        while (suffix < Math.Min(line.Length, wanted.Length) - prefix && line[^(suffix + 1)] == wanted[^(suffix + 1)])
        {
            suffix++;
        }

        return 2.0 * (prefix + suffix) / (line.Length + wanted.Length);
    }

    private static (int Start, int End)? FindIgnoringSpace(string text, string wanted)
    {
        var places = new List<int>(text.Length);
        var dense = new char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsWhiteSpace(text[i]))
            {
                dense[places.Count] = text[i];
                places.Add(i);
            }
        }

        var sought = string.Concat(wanted.Where(static value => !char.IsWhiteSpace(value)));
        var at = dense.AsSpan(0, places.Count).IndexOf(sought);
        return at < 0 ? null : (places[at], places[at + sought.Length - 1] + 1);
    }

    private static string Place(string text, int start, int end)
    {
        var (first, last) = (LineOf(text, start), LineOf(text, Math.Max(start, end - 1)));
        return first == last ? $"line {first}" : $"lines {first}-{last}";
    }

    private static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    private static int LineStart(string text, int position) => text.AsSpan(0, position).LastIndexOf('\n') + 1;
}
