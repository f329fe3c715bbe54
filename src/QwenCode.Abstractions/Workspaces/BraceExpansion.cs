using System.Globalization;

namespace QwenCode.Workspaces;

/// <summary>Writes <c>a{b,c}</c> out as <c>ab</c> and <c>ac</c>, and <c>{1..3}</c> as its numbers, as shells do.</summary>
internal static class BraceExpansion
{
    private const int Most = 1_000;
    private const int MostCharacters = 4_096;

    public static List<string> Expand(string pattern)
    {
        // Bounds the recursion as well: every level takes characters.
        if (pattern.Length > MostCharacters)
        {
            throw new FormatException($"The pattern has more than {MostCharacters} characters.");
        }

        var expanded = new List<string>();
        Expand(string.Empty, pattern, expanded);
        return expanded;
    }

    private static void Expand(string done, string rest, List<string> expanded)
    {
        if (!TryFindGroup(rest, out var open, out var close, out var alternatives))
        {
            expanded.Add(done + rest);
            return;
        }

        foreach (var alternative in alternatives)
        {
            // The alternative goes before what follows, and is looked at again: it may hold braces of its own.
            Expand(done + rest[..open], alternative + rest[(close + 1)..], expanded);
            if (expanded.Count > Most)
            {
                throw new FormatException($"The braces of the pattern stand for more than {Most} alternatives.");
            }
        }
    }

    private static bool TryFindGroup(string text, out int open, out int close, out List<string> alternatives)
    {
        alternatives = [];
        for (open = NextBrace(text, 0); open >= 0; open = NextBrace(text, open + 1))
        {
            close = Split(text, open, alternatives);
            if (close > 0 && (alternatives.Count > 1 || TryExpandRange(alternatives)))
            {
                return true;
            }

            alternatives.Clear();
        }

        close = -1;
        return false;
    }

    private static int NextBrace(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\': i++; break;
                case '{': return i;
            }
        }

        return -1;
    }

    private static int Split(string text, int open, List<string> alternatives)
    {
        var depth = 0;
        var start = open + 1;
        for (var i = open; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\': i++; break;
                case '{': depth++; break;
                case ',' when depth == 1:
                    alternatives.Add(text[start..i]);
                    start = i + 1;
                    break;
                case '}' when --depth == 0:
                    alternatives.Add(text[start..i]);
                    return i;
            }
        }

        return -1;
    }

    private static bool TryExpandRange(List<string> alternatives)
    {
        if (alternatives[0].Split("..") is not [var from, var to])
        {
            return false;
        }

        var isLetters = from is [var first] && to is [var last] && char.IsAsciiLetter(first) && char.IsAsciiLetter(last);
        if (!isLetters && (!IsNumber(from) || !IsNumber(to)))
        {
            return false;
        }

        var low = isLetters ? from[0] : int.Parse(from, CultureInfo.InvariantCulture);
        var high = isLetters ? to[0] : int.Parse(to, CultureInfo.InvariantCulture);
        if (Math.Abs((long)high - low) > Most)
        {
            throw new FormatException($"The braces of the pattern stand for more than {Most} alternatives.");
        }

        alternatives.Clear();
        for (var value = Math.Min(low, high); value <= Math.Max(low, high); value++)
        {
            alternatives.Add(isLetters ? ((char)value).ToString() : value.ToString(CultureInfo.InvariantCulture));
        }

        return true;
    }

    private static bool IsNumber(string text) =>
        text.Length is > 0 and < 9 && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
