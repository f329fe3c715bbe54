using System.Globalization;
using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>Which line of a text stands for which wanted line, where some came, went or changed.</summary>
internal sealed class LineAlignment
{
    private const int MostDifferences = 3;
    private const int ShownCharacters = 120;
    private const double Alike = 0.5;

    private readonly string[] _lines;
    private readonly string[] _wanted;

    // For every wanted line its line, or -1.
    private readonly int[] _pairs;

    private LineAlignment(string[] lines, string[] wanted, int[] pairs, double likeness)
    {
        (_lines, _wanted, _pairs, Likeness) = (lines, wanted, pairs, likeness);
        var head = Array.FindIndex(pairs, static line => line >= 0);
        var tail = Array.FindLastIndex(pairs, static line => line >= 0);
        First = head < 0 ? 0 : Math.Max(0, pairs[head] - head);
        Last = tail < 0
            ? Math.Max(0, Math.Min(lines.Length, wanted.Length) - 1) : Math.Min(lines.Length - 1, pairs[tail] + wanted.Length - 1 - tail);
    }

    /// <summary>Gets the first line that stands for a wanted one.</summary>
    public int First { get; }

    /// <summary>Gets the last one.</summary>
    public int Last { get; }

    /// <summary>Gets how much of what is wanted is there, from 0 to 1.</summary>
    public double Likeness { get; }

    /// <summary>Aligns wanted lines with those of a text.</summary>
    public static LineAlignment Of(string[] lines, string[] wanted)
    {
        var scores = new double[lines.Length + 1, wanted.Length + 1];
        for (var i = 1; i <= lines.Length; i++)
        {
            for (var j = 1; j <= wanted.Length; j++)
            {
                scores[i, j] =
                    Math.Max(Math.Max(scores[i - 1, j], scores[i, j - 1]), scores[i - 1, j - 1] + Gain(lines[i - 1], wanted[j - 1]));
            }
        }

        var pairs = new int[wanted.Length];
        Array.Fill(pairs, -1);
        for (int i = lines.Length, j = wanted.Length; i > 0 && j > 0;)
        {
            if (Gain(lines[i - 1], wanted[j - 1]) is var gain and > 0 && scores[i, j] <= scores[i - 1, j - 1] + gain)
            {
                pairs[--j] = --i;
            }
            else if (scores[i - 1, j] >= scores[i, j - 1])
            {
                i--;
            }
            else
            {
                j--;
            }
        }

        var possible = wanted.Sum(Weight);
        return new LineAlignment(lines, wanted, pairs, possible == 0 ? 0 : scores[lines.Length, wanted.Length] / possible);
    }

    /// <summary>
    /// Says how much two lines are alike: what they have in common at both ends, which is cheap and right for the usual slips.
    /// </summary>
    public static double Similarity(ReadOnlySpan<char> line, ReadOnlySpan<char> wanted)
    {
        if (line.IsEmpty)
        {
            return wanted.IsEmpty ? 1 : 0;
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

    /// <summary>Says where the two differ.</summary>
    /// <param name="number">The number of the text's first line.</param>
    public string Describe(int number)
    {
        var differences = new List<string>();
        var at = First;
        for (var j = 0; j < _wanted.Length; j++)
        {
            if (_pairs[j] < 0)
            {
                // What stands where the wanted line should be, if nothing else is meant to stand there.
                var next = Array.Find(_pairs[j..], static line => line >= 0) is var found && found >= at
                    && _pairs[j..].Any(static line => line >= 0) ? found : Last + 1;
                differences.Add(at < next
                    ? Reads(number + at, _lines[at++], _wanted[j])
                    : string.Create(
                    CultureInfo.InvariantCulture, $"The file has no line {Show(_wanted[j])} after line {number + at - 1}."));
                continue;
            }

            for (; at < _pairs[j]; at++)
            {
                differences.Add(string.Create(
                    CultureInfo.InvariantCulture, $"Line {number + at} of the file, {Show(_lines[at])}, is missing in old_string."));
            }

            if (!IsSame(_lines[at], _wanted[j], j))
            {
                differences.Add(Reads(number + at, _lines[at], _wanted[j]));
            }

            at++;
        }

        if (differences.Count == 0)
        {
            return _lines.Length == _wanted.Length ? string.Empty : "The line breaks are at other places.";
        }

        var text = string.Join(' ', differences.Take(MostDifferences));
        var rest = differences.Count - MostDifferences;
        return rest <= 0
            ? text : string.Create(CultureInfo.InvariantCulture, $"{text} {rest} more {(rest == 1 ? "line differs" : "lines differ")}.");
    }

    private static double Gain(string line, string wanted)
    {
        var similarity = Similarity(line.AsSpan().Trim(), wanted.AsSpan().Trim());

        // Of equals the one that is laid out the same, and of those the one with more in it.
        return similarity < Alike ? 0 : (similarity * Weight(wanted)) + (line == wanted ? 0.01 : 0);
    }

    private static double Weight(string line) => Math.Min(line.AsSpan().Trim().Length, 40) + 0.1;

    // The ends of the first and the last line may lie outside what was looked for.
    private bool IsSame(string line, string wanted, int index) =>
        line == wanted
        || (_wanted.Length == 1 && line.Contains(wanted, StringComparison.Ordinal))
        || (_wanted.Length > 1 && index == 0 && line.EndsWith(wanted, StringComparison.Ordinal) && wanted.Length > 0
            && !char.IsWhiteSpace(wanted[0]))
        || (_wanted.Length > 1 && index == _wanted.Length - 1 && line.StartsWith(wanted, StringComparison.Ordinal));

    private static string Reads(int number, string line, string wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"Line {number} of the file reads {Show(line)} where old_string has {Show(wanted)}.");

    // Cut around the first place that matters would be finer; the beginning is what a reader knows a line by.
    private static string Show(string line)
    {
        var cut = line.Length <= ShownCharacters ? line : TextCut.Head(line, ShownCharacters) + "…";
        var shown = new StringBuilder("\"");
        foreach (var value in cut)
        {
            _ = value switch
            {
                '\t' => shown.Append("\\t"),
                '\r' => shown.Append("\\r"),
                '\u00a0' or (>= '\u2000' and <= '\u200f') or (>= '\u2028' and <= '\u202f') or '\ufeff' =>
                    shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)value:x4}"),
                _ => shown.Append(value),
            };
        }

        return shown.Append('"').ToString();
    }
}
