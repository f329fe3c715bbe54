using System.Buffers;

namespace QwenCode.Workspaces;

/// <summary>
/// What one name between two slashes may look like: <c>*</c>, <c>?</c>, <c>[…]</c> and <c>\</c> before a plain character.
/// </summary>
/// <remarks>Matching takes at most name × pattern steps, whatever the pattern.</remarks>
internal sealed class Wildcard
{
    private static readonly SearchValues<char> Special = SearchValues.Create("*?[\\");

    private readonly Token[] _tokens;
    private readonly string _prefix;
    private readonly string _suffix;
    private readonly Shape _shape;
    private readonly GlobCase _case;

    private Wildcard(Token[] tokens, GlobCase casing, bool neverMatches)
    {
        _tokens = tokens;
        _case = casing;
        var head = 0;
        while (head < tokens.Length && tokens[head].Kind is TokenKind.Literal)
        {
            head++;
        }

        var tail = tokens.Length;
        while (tail > head && tokens[tail - 1].Kind is TokenKind.Literal)
        {
            tail--;
        }

        _prefix = Text(tokens.AsSpan(0, head));
        _suffix = Text(tokens.AsSpan(tail));
        _shape = neverMatches ? Shape.Nothing
            : head == tokens.Length ? Shape.Literal
            : tail - head == 1 && tokens[head].Kind is TokenKind.Star ? Shape.Ends
            : Shape.General;
    }

    private enum TokenKind : byte
    {
        Literal,
        AnyOne,
        Star,
        Set,
    }

    private enum Shape : byte
    {
        Nothing,
        Literal,
        Ends,
        General,
    }

    /// <summary>Gets the whole name if the pattern has no wildcard.</summary>
    public string? Literal => _shape is Shape.Literal ? _prefix : null;

    /// <summary>Gets what follows the star in a pattern such as <c>*.cs</c>.</summary>
    public string? AnySuffix => _shape is Shape.Ends && _prefix.Length == 0 ? _suffix : null;

    private StringComparison Comparison => _case is GlobCase.Ignore ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>
    /// Reads a pattern. A bracket that is not closed is a plain character, or matches nothing if <paramref name="strict"/>.
    /// </summary>
    public static Wildcard Parse(ReadOnlySpan<char> pattern, GlobCase casing, bool strict)
    {
        var tokens = new List<Token>(pattern.Length);
        var never = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    if (tokens.Count == 0 || tokens[^1].Kind is not TokenKind.Star)
                    {
                        tokens.Add(new Token(TokenKind.Star));
                    }

                    break;
                case '?':
                    tokens.Add(new Token(TokenKind.AnyOne));
                    break;
                case '[' when CharacterSet.TryParse(pattern[i..], casing, out var set, out var length):
                    tokens.Add(new Token(TokenKind.Set, Set: set));
                    i += length - 1;
                    break;
                case '[':
                    never |= strict;
                    tokens.Add(new Token(TokenKind.Literal, '['));
                    break;
                case '\\' when i + 1 < pattern.Length:
                    tokens.Add(new Token(TokenKind.Literal, pattern[++i]));
                    break;
                case '\\':
                    never |= strict;
                    tokens.Add(new Token(TokenKind.Literal, '\\'));
                    break;
                default:
                    tokens.Add(new Token(TokenKind.Literal, pattern[i]));
                    break;
            }
        }

        return new Wildcard([.. tokens], casing, never);
    }

    /// <summary>Returns whether a text holds anything but plain characters.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text) => text.ContainsAny(Special);

    /// <summary>Returns whether a name fits.</summary>
    public bool IsMatch(ReadOnlySpan<char> name) => _shape switch
    {
        Shape.Literal => name.Equals(_prefix, Comparison),
        Shape.Nothing => false,
        _ => name.Length >= _prefix.Length + _suffix.Length
            && name.StartsWith(_prefix, Comparison) && name.EndsWith(_suffix, Comparison)
            && (_shape is Shape.Ends || MatchTokens(name[_prefix.Length..(name.Length - _suffix.Length)])),
    };

    private static string Text(ReadOnlySpan<Token> literals)
    {
        Span<char> text = literals.Length <= 256 ? stackalloc char[literals.Length] : new char[literals.Length];
        for (var i = 0; i < literals.Length; i++)
        {
            text[i] = literals[i].Value;
        }

        return new string(text);
    }

    // Only the latest star is ever worth going back to: what an earlier one could take, the later one can take too.
    private bool MatchTokens(ReadOnlySpan<char> name)
    {
        var tokens = _tokens.AsSpan(_prefix.Length, _tokens.Length - _prefix.Length - _suffix.Length);
        int at = 0, position = 0, star = -1, resume = 0;
        while (position < name.Length)
        {
            if (at < tokens.Length && tokens[at].Kind is TokenKind.Star)
            {
                star = at++;
                resume = position;
            }
            else if (at < tokens.Length && Fits(tokens[at], name[position]))
            {
                at++;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (at < tokens.Length && tokens[at].Kind is TokenKind.Star)
        {
            at++;
        }

        return at == tokens.Length;
    }

    private bool Fits(in Token token, char value) => token.Kind switch
    {
        TokenKind.AnyOne => true,
        TokenKind.Set => token.Set!.Contains(value),
        _ => token.Value == value || (_case is GlobCase.Ignore && char.ToUpperInvariant(token.Value) == char.ToUpperInvariant(value)),
    };

    private readonly record struct Token(TokenKind Kind, char Value = '\0', CharacterSet? Set = null);
}
