using System.Globalization;

namespace QwenCode.Permissions.Shell;

/// <summary>Expands <c>{a,b}</c> and <c>{1..3}</c> as the shell does.</summary>
internal static class ShellBraces
{
    private const int MaxWords = 128;

    /// <summary>Expands a word. Too many results become one unknown word.</summary>
    public static IReadOnlyList<ShellWord> Expand(ShellWord word)
    {
        if (!Array.Exists(word.Chars, static c => c.IsPlain('{')))
        {
            return [word];
        }

        var done = new List<WordChar[]>();
        var pending = new Stack<WordChar[]>();
        pending.Push(word.Chars);
        for (var steps = 0; pending.TryPop(out var chars);)
        {
            if (++steps > 4 * MaxWords || done.Count > MaxWords || pending.Count > MaxWords)
            {
                return [new ShellWord(ShellWord.Unknown.Chars, word.Substitutions, word.Variables, word.IsQuoted, word.HidesCode)];
            }

            if (FindBraces(chars) is not var (open, close, choices))
            {
                done.Add(chars);
                continue;
            }

            for (var i = choices.Count - 1; i >= 0; i--)
            {
                pending.Push([.. chars[..open], .. choices[i], .. chars[(close + 1)..]]);
            }
        }

        return [.. done.Where(chars => chars.Length > 0 || word.IsQuoted)
            .Select((chars, index) =>
                new ShellWord(chars, index == 0 ? word.Substitutions : [], word.Variables, word.IsQuoted, word.HidesCode))];
    }

    private static (int Open, int Close, List<WordChar[]> Choices)? FindBraces(WordChar[] chars)
    {
        // One pass from the right finds every pair; the leftmost that can be expanded is taken, as the shell does.
        var pairs = new int[chars.Length];
        var open = new Stack<int>();
        for (var i = 0; i < chars.Length; i++)
        {
            if (chars[i].IsPlain('{'))
            {
                open.Push(i);
            }
            else if (chars[i].IsPlain('}') && open.TryPop(out var start))
            {
                pairs[start] = i;
            }
        }

        for (var i = 0; i < chars.Length; i++)
        {
            if (pairs[i] > 0 && Choices(chars, i, pairs[i]) is { } choices)
            {
                return (i, pairs[i], choices);
            }
        }

        return null;
    }

    private static List<WordChar[]>? Choices(WordChar[] chars, int open, int close)
    {
        var choices = new List<WordChar[]>();
        var (level, start) = (0, open + 1);
        for (var i = open + 1; i < close; i++)
        {
            level += chars[i].IsPlain('{') ? 1 : chars[i].IsPlain('}') ? -1 : 0;
            if (level == 0 && chars[i].IsPlain(','))
            {
                choices.Add(chars[start..i]);
                start = i + 1;
            }
        }

        if (choices.Count > 0)
        {
            choices.Add(chars[start..close]);
            return choices;
        }

        return Range(string.Concat(chars[(open + 1)..close].Select(static c => c.Kind is WordCharKind.Plain ? c.Value : '\0')));
    }

    private static List<WordChar[]>? Range(string text)
    {
        var ends = text.Split("..");
        if (ends.Length is not (2 or 3))
        {
            return null;
        }

        var isNumber = int.TryParse(ends[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var from)
            & int.TryParse(ends[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var to);
        if (!isNumber && (ends[0].Length != 1 || ends[1].Length != 1 || !char.IsAsciiLetter(ends[0][0]) || !char.IsAsciiLetter(ends[1][0])))
        {
            return null;
        }

        if (!isNumber)
        {
            (from, to) = (ends[0][0], ends[1][0]);
        }

        if (ends.Length == 3 || Math.Abs((long)from - to) > 64 || ends[0].StartsWith('0')
            || ends[0].StartsWith("-0", StringComparison.Ordinal))
        {
            return [ShellWord.Unknown.Chars];
        }

        var step = from <= to ? 1 : -1;
        return [.. Enumerable.Range(0, Math.Abs(from - to) + 1).Select(i => from + (i * step))
            .Select(value => isNumber ? value.ToString(CultureInfo.InvariantCulture) : ((char)value).ToString())
            .Select(static item => item.Select(static c => new WordChar(c, WordCharKind.Plain)).ToArray())];
    }
}
