namespace QwenCode.Workspaces;

/// <summary>
/// The characters between the brackets of a pattern: ranges, named classes such as <c>[:digit:]</c>, and <c>!</c> or <c>^</c> for
/// all others.
/// </summary>
internal sealed class CharacterSet
{
    private readonly List<(char First, char Last)> _ranges = [];
    private readonly List<Func<char, bool>> _classes = [];
    private readonly GlobCase _case;
    private bool _negated;

    private CharacterSet(GlobCase casing) => _case = casing;

    /// <summary>Reads a set that starts with its bracket.</summary>
    /// <param name="text">The pattern from the bracket on.</param>
    /// <param name="casing">Whether case counts.</param>
    /// <param name="set">The set.</param>
    /// <param name="length">How much of the text it took, both brackets included.</param>
    public static bool TryParse(ReadOnlySpan<char> text, GlobCase casing, out CharacterSet set, out int length)
    {
        set = new CharacterSet(casing);
        var at = 1;
        if (at < text.Length && text[at] is '!' or '^')
        {
            set._negated = true;
            at++;
        }

        // A closing bracket that comes first is one of the characters.
        for (var first = true; at < text.Length; first = false)
        {
            if (text[at] is ']' && !first)
            {
                length = at + 1;
                return true;
            }

            if (text[at..].StartsWith("[:") && text[at..].IndexOf(":]") is var end and > 0)
            {
                if (ClassOf(text[(at + 2)..(at + end)]) is not { } named)
                {
                    break;
                }

                set._classes.Add(named);
                at += end + 2;
                continue;
            }

            var low = Next(text, ref at);
            var high = low;
            if (at + 1 < text.Length && text[at] is '-' && text[at + 1] is not ']')
            {
                at++;
                high = Next(text, ref at);
            }

            set._ranges.Add((low, high));
        }

        length = 0;
        return false;
    }

    /// <summary>Returns whether a character belongs to the set.</summary>
    public bool Contains(char value) =>
        (Has(value) || (_case is GlobCase.Ignore && (Has(char.ToLowerInvariant(value)) || Has(char.ToUpperInvariant(value))))) != _negated;

    private static char Next(ReadOnlySpan<char> text, ref int at)
    {
        if (text[at] is '\\' && at + 1 < text.Length)
        {
            at++;
        }

        return text[at++];
    }

    private static Func<char, bool>? ClassOf(ReadOnlySpan<char> name) => name switch
    {
        "alpha" => char.IsAsciiLetter,
        "digit" => char.IsAsciiDigit,
        "alnum" => char.IsAsciiLetterOrDigit,
        "upper" => char.IsAsciiLetterUpper,
        "lower" => char.IsAsciiLetterLower,
        "xdigit" => char.IsAsciiHexDigit,
        "space" => static value => value is ' ' or (>= '\t' and <= '\r'),
        "blank" => static value => value is ' ' or '\t',
        "cntrl" => static value => value is < ' ' or '\u007f',
        "print" => static value => value is >= ' ' and < '\u007f',
        "graph" => static value => value is > ' ' and < '\u007f',
        "punct" => static value => value is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(value),
        _ => null,
    };

    private bool Has(char value)
    {
        foreach (var (first, last) in _ranges)
        {
            if (value >= first && value <= last)
            {
                return true;
            }
        }

        foreach (var named in _classes)
        {
            if (named(value))
            {
                return true;
            }
        }

        return false;
    }
}
