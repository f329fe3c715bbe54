namespace QwenCode.Permissions.Matching;

/// <summary>How certain a match is.</summary>
internal enum GlobMatch
{
    /// <summary>Does not match.</summary>
    No,

    /// <summary>Matches for some values of the unknown parts.</summary>
    Possible,

    /// <summary>Matches for every value of the unknown parts.</summary>
    Certain,
}

/// <summary>
/// A compiled pattern. It is compared with texts in which some positions are unknown: the question is then whether both can
/// match a common text. Time is the product of the lengths for any content.
/// </summary>
internal sealed class RulePattern
{
    private const long MaxWork = 40_000_000;

    private readonly List<Element> _elements = [];

    private enum Op : byte
    {
        Char,
        One,
        OneInSegment,
        Many,
        ManyInSegment,

        /// <summary>Either continues, or skips the next two elements.</summary>
        Optional,
    }

    /// <summary>Compiles a command pattern: <c>*</c> is any text, and right after a space it makes the space optional, too.</summary>
    /// <param name="text">The pattern. Without a star it also covers the command followed by a space and arguments.</param>
    public static RulePattern ForCommand(string text)
    {
        var pattern = new RulePattern();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is ' ' && i + 1 < text.Length && text[i + 1] is '*')
            {
                pattern.AddOptional(' ', Op.Many);
                i++;
            }
            else
            {
                pattern._elements.Add(text[i] is '*' ? new Element(Op.Many) : new Element(Op.Char, text[i]));
            }
        }

        if (!text.Contains('*', StringComparison.Ordinal))
        {
            pattern.AddOptional(' ', Op.Many);
        }

        return pattern;
    }

    /// <summary>Compiles an absolute path pattern with the wildcards of gitignore.</summary>
    /// <param name="text">The pattern, with forward slashes.</param>
    /// <param name="coversBelow">Whether a last segment without wildcards also covers everything below it.</param>
    public static RulePattern ForPath(string text, bool coversBelow)
    {
        var pattern = new RulePattern();
        for (var i = 0; i < text.Length; i++)
        {
            if (string.CompareOrdinal(text, i, "/**", 0, 3) == 0 && (i + 3 == text.Length || text[i + 3] is '/'))
            {
                // `a/**` is a and everything below it; `a/**/b` is b at any depth.
                pattern.AddOptional('/', Op.Many);
                i += 2;
                continue;
            }

            pattern._elements.Add(text[i] switch
            {
                '*' => new Element(Op.ManyInSegment),
                '?' => new Element(Op.OneInSegment),
                '[' when ClassEnd(text, i) is > 0 and var end => Class(text, ref i, end),
                _ => new Element(Op.Char, text[i]),
            });
        }

        if (coversBelow)
        {
            pattern.AddOptional('/', Op.Many);
        }

        return pattern;
    }

    /// <summary>Compares the pattern with a text.</summary>
    public GlobMatch Match(GlobSymbol[] text, bool ignoreCase = false)
    {
        if (IsTooMuch(text))
        {
            return _elements is [{ Op: Op.Many }] ? GlobMatch.Certain : GlobMatch.Possible;
        }

        var hasUnknown = Array.Exists(text, static symbol => symbol.Kind is GlobSymbolKind.Anything);
        if (Run(text, ignoreCase, unknownIsOpaque: true))
        {
            return GlobMatch.Certain;
        }

        return hasUnknown && Run(text, ignoreCase, unknownIsOpaque: false) ? GlobMatch.Possible : GlobMatch.No;
    }

    /// <summary>Returns whether the pattern covers a text for every value of its unknown positions and wildcards.</summary>
    public bool Covers(GlobSymbol[] text) => Run(
        Array.ConvertAll(text, static symbol => symbol.Kind is GlobSymbolKind.Char ? symbol : new GlobSymbol(GlobSymbolKind.Anything)),
            false, unknownIsOpaque: true);

    /// <summary>Returns whether the pattern and a text with wildcards can match a common text.</summary>
    public bool Meets(GlobSymbol[] text, bool ignoreCase) => Run(text, ignoreCase, unknownIsOpaque: false);

    private void AddOptional(char first, Op rest)
    {
        _elements.Add(new Element(Op.Optional));
        _elements.Add(new Element(Op.Char, first));
        _elements.Add(new Element(rest));
    }

    private static int ClassEnd(string text, int open)
    {
        var end = text.IndexOf(']', Math.Min(open + 2, text.Length));
        return end > 0 && !text.AsSpan(open, end - open).Contains('/') ? end : -1;
    }

    private static Element Class(string text, ref int at, int end)
    {
        var body = text[(at + 1)..end];
        at = end;
        return new Element(Op.OneInSegment, '\0', body);
    }

    private bool IsTooMuch(GlobSymbol[] text) => (long)(_elements.Count + 1) * (text.Length + 1) > MaxWork;

    private bool Run(GlobSymbol[] text, bool ignoreCase, bool unknownIsOpaque)
    {
        var (count, length) = (_elements.Count, text.Length);
        if (IsTooMuch(text))
        {
            return !unknownIsOpaque || _elements is [{ Op: Op.Many }];   // deny rules match more, allow rules less
        }

        var next = new bool[count + 1];
        var current = new bool[count + 1];
        for (var j = length; j >= 0; j--)
        {
            for (var i = count; i >= 0; i--)
            {
                current[i] = i == count ? Rest(j) : Step(i, j);
            }

            (next, current) = (current, next);
        }

        return next[0];

        bool IsSequence(int j) => text[j].Kind is GlobSymbolKind.AnyInSegment or GlobSymbolKind.Wildcard
            || (text[j].Kind is GlobSymbolKind.Anything && !unknownIsOpaque);

        bool Rest(int j) => j == length || (IsSequence(j) && next[count]);

        bool Step(int i, int j)
        {
            var element = _elements[i];
            if (element.Op is Op.Optional)
            {
                return current[i + 1] || current[i + 3];
            }

            if (element.Op is Op.Many or Op.ManyInSegment && current[i + 1])
            {
                return true;
            }

            if (j == length)
            {
                return false;
            }

            var symbol = text[j];
            if (IsSequence(j))
            {
                // The unknown text ends here, or it also includes this element.
                return next[i] || (Fits(element, symbol) && current[i + 1]) || (element.Op is Op.Many or Op.ManyInSegment && next[i]);
            }

            return Fits(element, symbol) && (element.Op is Op.Many or Op.ManyInSegment ? next[i] : next[i + 1]);
        }

        bool Fits(Element element, GlobSymbol symbol)
        {
            if (symbol.Kind is GlobSymbolKind.Anything && unknownIsOpaque)
            {
                return element.Op is Op.Many;
            }

            if (symbol.Kind is not GlobSymbolKind.Char)
            {
                return symbol.Kind is not GlobSymbolKind.AnyInSegment || element.Op is not Op.Char || element.Value is not '/';
            }

            return element.Op switch
            {
                Op.Char => element.Value == symbol.Value
                    || (ignoreCase && char.ToUpperInvariant(element.Value) == char.ToUpperInvariant(symbol.Value)),
                Op.Many or Op.One => true,
                _ => symbol.Value is not '/' && (element.Class is null || InClass(element.Class, symbol.Value, ignoreCase)),
            };
        }
    }

    private static bool InClass(string body, char value, bool ignoreCase)
    {
        var isNegated = body[0] is '!' or '^';
        var found = false;
        for (var i = isNegated ? 1 : 0; i < body.Length && !found; i++)
        {
            var (from, to) = (body[i], body[i]);
            if (i + 2 < body.Length && body[i + 1] is '-')
            {
                to = body[i + 2];
                i += 2;
            }

            found = Within(value, from, to) || (ignoreCase
                && (Within(char.ToUpperInvariant(value), from, to) || Within(char.ToLowerInvariant(value), from, to)));
        }

        return found != isNegated;
    }

    private static bool Within(char value, char from, char to) => value >= from && value <= to;

    private readonly record struct Element(Op Op, char Value = '\0', string? Class = null);
}
