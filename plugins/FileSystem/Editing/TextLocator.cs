using System.Buffers;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>Finds the text a model means, forgiving what models get wrong: typographic characters, and white space at line ends.</summary>
internal static class TextLocator
{
    private const string Dashes = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212";
    private const string SingleQuotes = "\u2018\u2019\u201a\u201b";
    private const string DoubleQuotes = "\u201c\u201d\u201e\u201f";
    private const string Spaces = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000";

    private static readonly SearchValues<char> Typographic = SearchValues.Create(Dashes + SingleQuotes + DoubleQuotes + Spaces);

    /// <summary>Finds what stands in a text for what was asked for; the first way that finds something wins.</summary>
    /// <param name="text">The text, with line feeds only.</param>
    /// <param name="wanted">What is looked for, not empty.</param>
    /// <returns>
    /// The text as it really stands there, and whether a line feed at the end of <paramref name="wanted"/> had to be left off.
    /// </returns>
    public static LocatedText? Find(string text, string wanted)
    {
        if (text.Contains(wanted, StringComparison.Ordinal))
        {
            return new LocatedText(wanted, IsNewlineDropped: false);
        }

        if (Plain(text).IndexOf(Plain(wanted), StringComparison.Ordinal) is var at and >= 0)
        {
            return new LocatedText(text.Substring(at, wanted.Length), IsNewlineDropped: false);
        }

        if (FindLines(text, wanted) is { } lines)
        {
            return new LocatedText(lines, IsNewlineDropped: false);
        }

        if (ComposedText.Find(text, wanted) is { } composed)
        {
            return new LocatedText(composed, IsNewlineDropped: false);
        }

        return wanted.EndsWith('\n') && FindLines(text, wanted[..^1]) is { } shorter
            ? new LocatedText(shorter, IsNewlineDropped: true) : null;
    }

    /// <summary>Gives text with the plain character for each typographic one; the length stays.</summary>
    internal static string Plain(string text) =>
        !text.AsSpan().ContainsAny(Typographic) ? text : string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = source[i] is < '\u00a0' or '\u00a1' ? source[i] : Plain(source[i]);
        }
    });

    private static char Plain(char value) =>
        Dashes.Contains(value, StringComparison.Ordinal) ? '-'
        : SingleQuotes.Contains(value, StringComparison.Ordinal) ? '\''
        : DoubleQuotes.Contains(value, StringComparison.Ordinal) ? '"'
        : Spaces.Contains(value, StringComparison.Ordinal) ? ' '
        : value;

    private static string? FindLines(string text, string wanted) =>
        string.IsNullOrWhiteSpace(wanted) ? null
        : FindLines(text, text, wanted, static line => line)
        ?? FindLines(text, text, wanted, static line => line.TrimEnd())
        ?? FindLines(text, Plain(text), Plain(wanted), static line => line.TrimEnd());

    // "compared" is the text, or a text of the same length.
    private static string? FindLines(string text, string compared, string wanted, Func<ReadOnlySpan<char>, ReadOnlySpan<char>> view)
    {
        var lines = wanted.Split('\n');
        for (var start = 0; start >= 0 && start <= compared.Length; start = compared.IndexOf('\n', start) is var next and >= 0
            ? next + 1 : -1)
        {
            if (EndOfMatch(compared, start, lines, view) is var end and >= 0)
            {
                return text[start..end];
            }
        }

        return null;
    }

    private static int EndOfMatch(string text, int start, string[] lines, Func<ReadOnlySpan<char>, ReadOnlySpan<char>> view)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var newline = text.IndexOf('\n', start);
            var end = newline < 0 ? text.Length : newline;
            if (!view(text.AsSpan(start, end - start)).SequenceEqual(view(lines[i])))
            {
                return -1;
            }

            if (i == lines.Length - 1)
            {
                return end;
            }

            if (newline < 0)
            {
                return -1;
            }

            start = newline + 1;
        }

        return -1;
    }
}
