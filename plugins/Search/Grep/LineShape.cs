using System.Globalization;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// What a line of ASCII has to look like for a regular expression to match in it, as a machine with states; more lines may look
/// like that than match.
/// </summary>
/// <remarks>
/// What only says no (anchors, word boundaries, looking around) is left out, and whatever is not fully understood makes it say nothing.
/// Case does not count.
/// </remarks>
internal sealed partial class LineShape
{
    private const int MostStates = 3_000;
    private const int MostDepth = 50;

    private static readonly UInt128 Digits = Range('0', '9');
    private static readonly UInt128 Words = Range('0', '9') | Range('a', 'z') | Range('A', 'Z') | Bit('_');
    private static readonly UInt128 Spaces = Range('\t', '\r') | Bit(' ');
    private static readonly UInt128 AllButNewline = ~Bit('\n');

    private readonly string _pattern;
    private readonly List<State> _states = [];
    private int _at;

    private LineShape(string pattern) => _pattern = pattern;

    /// <summary>Gets the states. The first is the one in which the line looks right.</summary>
    public IReadOnlyList<State> States => _states;

    /// <summary>Gets the state to begin in.</summary>
    public int Start { get; private set; }

    /// <summary>Makes the machine.</summary>
    /// <param name="pattern">A valid expression in the dialect of .NET.</param>
    /// <returns>The machine; <c>null</c> where the expression is beyond it.</returns>
    public static LineShape? Of(string pattern)
    {
        if (!System.Text.Ascii.IsValid(pattern))
        {
            // Some characters beyond ASCII are the same as a letter of it, case aside.
            return null;
        }

        var shape = new LineShape(pattern);
        try
        {
            var node = shape.Alternatives(0);
            if (shape._at < pattern.Length)
            {
                return null;
            }

            shape._states.Add(new State(StateKind.Found, default, -1, -1));
            shape.Start = shape.Add(node, 0);
            return shape;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static UInt128 Bit(char value) => UInt128.One << value;

    private static UInt128 Range(char first, char last)
    {
        var mask = UInt128.Zero;
        for (var value = first; value <= last; value++)
        {
            mask |= Bit(value);
        }

        return mask;
    }

    private static UInt128 Folded(UInt128 mask)
    {
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            var both = Bit(letter) | Bit(char.ToUpperInvariant(letter));
            mask = (mask & both) != 0 ? mask | both : mask;
        }

        return mask;
    }

    private static NotSupportedException Unknown() => new();

    private Node Alternatives(int depth)
    {
        if (depth > MostDepth)
        {
            throw Unknown();
        }

        var branches = new List<Node> { Sequence(depth) };
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            branches.Add(Sequence(depth));
        }

        return branches.Count == 1 ? branches[0] : new Node.Any([.. branches]);
    }

    private Node Sequence(int depth)
    {
        var parts = new List<Node>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var atom = Atom(depth);
            parts.Add(Quantified(atom));
        }

        return parts.Count == 1 ? parts[0] : new Node.All([.. parts]);
    }

    private Node Atom(int depth)
    {
        var value = _pattern[_at++];
        switch (value)
        {
            case '(':
                return Group(depth);
            case '[':
                return new Node.One(Set());
            case '.':
                return new Node.One(AllButNewline);
            case '^' or '$':
                return new Node.All([]);
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw Unknown();
            default:
                return new Node.One(Folded(Bit(value)));
        }
    }

    private Node Escape()
    {
        if (_at >= _pattern.Length)
        {
            throw Unknown();
        }

        var value = _pattern[_at++];
        return value is 'b' or 'B' or 'A' or 'z' or 'Z' or 'G' ? new Node.All([])
            : value is 'k' or (>= '1' and <= '9') ? Reference(value)
            : new Node.One(Class(value));
    }

    // What an escape stands for, in and outside brackets alike.
    private static UInt128 Class(char value) => value switch
    {
        'd' => Digits,
        'D' => ~Digits,
        'w' => Words,
        'W' => ~Words,
        's' => Spaces,
        'S' => ~Spaces,
        't' => Bit('\t'),
        'n' => Bit('\n'),
        'r' => Bit('\r'),
        'f' => Bit('\f'),
        'v' => Bit('\v'),
        _ when char.IsAsciiLetterOrDigit(value) => throw Unknown(),
        _ => Bit(value),
    };

    private UInt128 Set()
    {
        var isNegated = _at < _pattern.Length && _pattern[_at] == '^';
        _at += isNegated ? 1 : 0;
        var mask = UInt128.Zero;
        for (var isFirst = true; ; isFirst = false)
        {
            var (low, isClass) = Member(isFirst, out var isEnd);
            if (isEnd)
            {
                break;
            }

            if (_at + 1 >= _pattern.Length || _pattern[_at] != '-' || _pattern[_at + 1] == ']')
            {
                mask |= isClass ? Class(low) : Bit(low);
                continue;
            }

            _at++;
            var (high, isHighClass) = Member(isFirst: false, out _);
            mask |= isClass || isHighClass || high < low ? throw Unknown() : Range(low, high);
        }

        mask = Folded(mask);
        return isNegated ? ~mask : mask;
    }

    private (char Value, bool IsClass) Member(bool isFirst, out bool isEnd)
    {
        isEnd = false;
        if (_at >= _pattern.Length)
        {
            throw Unknown();
        }

        var value = _pattern[_at++];
        if (value == ']' && !isFirst)
        {
            isEnd = true;
            return default;
        }

        if (value != '\\')
        {
            return (value, false);
        }

        if (_at >= _pattern.Length)
        {
            throw Unknown();
        }

        value = _pattern[_at++];
        return value == 'b' ? ('\b', false) : char.IsAsciiLetterOrDigit(value) ? (value, true) : (value, false);
    }

    private Node Quantified(Node atom)
    {
        if (_at >= _pattern.Length)
        {
            return atom;
        }

        (int Least, int Most)? bounds = _pattern[_at] switch
        {
            '*' => (0, int.MaxValue),
            '+' => (1, int.MaxValue),
            '?' => (0, 1),
            '{' => Braces(),
            _ => null,
        };
        if (bounds is not var (least, most))
        {
            return atom;
        }

        _at += _pattern[_at] == '{' ? _pattern.IndexOf('}', _at) - _at + 1 : 1;
        _at += _at < _pattern.Length && _pattern[_at] == '?' ? 1 : 0;
        return new Node.Many(atom, least, most);
    }

    // Braces that are no bounds are plain characters.
    private (int Least, int Most)? Braces()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
        {
            return null;
        }

        var parts = _pattern[(_at + 1)..end].Split(',');
        return parts.Length <= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            ? parts.Length == 1 ? (least, least)
            : parts[1].Length == 0 ? (least, int.MaxValue)
            : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? (least, most)
            : null
            : null;
    }

    // Gives the state in which the node begins; it leads to "next".
    private int Add(Node node, int next)
    {
        switch (node)
        {
            case Node.One one:
                return Add(new State(StateKind.One, one.Mask, next, -1));
            case Node.All all:
                for (var i = all.Parts.Length - 1; i >= 0; i--)
                {
                    next = Add(all.Parts[i], next);
                }

                return next;
            case Node.Any any:
                var start = Add(any.Branches[^1], next);
                for (var i = any.Branches.Length - 2; i >= 0; i--)
                {
                    start = Add(new State(StateKind.Either, default, Add(any.Branches[i], next), start));
                }

                return start;
            case Node.Many many:
                if (many.Most == int.MaxValue)
                {
                    var loop = Add(new State(StateKind.Either, default, -1, next));
                    _states[loop] = _states[loop] with { Next = Add(many.Inner, loop) };
                    next = loop;
                }
                else
                {
                    for (var i = many.Least; i < many.Most; i++)
                    {
                        next = Add(new State(StateKind.Either, default, Add(many.Inner, next), next));
                    }
                }

                for (var i = 0; i < many.Least; i++)
                {
                    next = Add(many.Inner, next);
                }

                return next;
            default:
                throw Unknown();
        }
    }

    private int Add(State state)
    {
        if (_states.Count >= MostStates)
        {
            throw Unknown();
        }

        _states.Add(state);
        return _states.Count - 1;
    }

    private abstract record Node
    {
        public sealed record One(UInt128 Mask) : Node;

        public sealed record All(Node[] Parts) : Node;

        public sealed record Any(Node[] Branches) : Node;

        public sealed record Many(Node Inner, int Least, int Most) : Node;
    }

    /// <summary>What a state does.</summary>
    internal enum StateKind : byte
    {
        /// <summary>Takes one character.</summary>
        One,

        /// <summary>Goes on in two ways, without taking any.</summary>
        Either,

        /// <summary>Is the end.</summary>
        Found,
    }

    /// <summary>A state.</summary>
    /// <param name="Kind">What it does.</param>
    /// <param name="Mask">The characters it takes.</param>
    /// <param name="Next">Where it leads.</param>
    /// <param name="Other">Where else it leads.</param>
    internal readonly record struct State(StateKind Kind, UInt128 Mask, int Next, int Other);
}
