using System.Text;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// Finds texts of which every match of a regular expression must contain at least one, so that most lines need not be looked at
/// twice.
/// </summary>
/// <remarks>Whatever it does not fully understand makes it say nothing: a text too few would lose matches.</remarks>
internal sealed class RequiredLiterals
{
    private const int MostAlternatives = 64;

    private readonly string _pattern;
    private int _at;
    private bool _isUnsure;

    private RequiredLiterals(string pattern) => _pattern = pattern;

    /// <summary>Finds the texts.</summary>
    /// <param name="pattern">A valid expression.</param>
    /// <returns>ASCII texts, of which a match contains at least one in some case; <c>null</c> where nothing can be said.</returns>
    public static string[]? Find(string pattern)
    {
        var reader = new RequiredLiterals(pattern);
        var found = reader.Alternatives(depth: 0);
        return reader._isUnsure || reader._at < pattern.Length || found is null || found.Any(static text => text.Length < 2)
            ? null : [.. found.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private List<string>? Alternatives(int depth)
    {
        List<string>? all = [];
        if (depth > 50)
        {
            _isUnsure = true;
            return null;
        }

        while (true)
        {
            var branch = Sequence(depth);
            all = branch is null || all is null || all.Count + branch.Count > MostAlternatives ? null : [.. all, .. branch];
            if (_at >= _pattern.Length || _pattern[_at] != '|')
            {
                return all;
            }

            _at++;
        }
    }

    private List<string>? Sequence(int depth)
    {
        List<string>? best = null;
        var run = new StringBuilder();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')') && !_isUnsure)
        {
            List<string>? group = null;
            var literal = Atom(depth, ref group);
            var (least, isOne) = Quantifier();
            if (literal is { } value && least > 0)
            {
                run.Append(value);
            }

            // What is repeated or may be missing ends the text that stands together.
            if (literal is null || !isOne)
            {
                Offer(ref best, run);
            }

            if (least > 0 && group is not null)
            {
                best = Better(best, group);
            }
        }

        Offer(ref best, run);
        return best;
    }

    private static void Offer(ref List<string>? best, StringBuilder run)
    {
        if (run.Length > 0)
        {
            best = Better(best, [run.ToString()]);
            run.Clear();
        }
    }

    // The longer the shortest text the rarer a false alarm; of equals the shorter list.
    private static List<string> Better(List<string>? best, List<string> other)
    {
        if (best is null)
        {
            return other;
        }

        var (mine, theirs) = (best.Min(static text => text.Length), other.Min(static text => text.Length));
        return theirs > mine || (theirs == mine && other.Count < best.Count) ? other : best;
    }

    private char? Atom(int depth, ref List<string>? group)
    {
        var value = _pattern[_at++];
        switch (value)
        {
            case '(':
                group = Group(depth);
                return null;
            case '[':
                SkipSet();
                return null;
            case '\\':
                return Escape();
            case '.' or '^' or '$':
                return null;
            case '*' or '+' or '?':
                _isUnsure = true;
                return null;
            default:
                return char.IsAscii(value) ? value : null;
        }
    }

    private List<string>? Group(int depth)
    {
        var isLook = false;
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            var rest = _pattern.AsSpan(_at);
            if (rest.StartsWith("?:"))
            {
                _at += 2;
            }
            else if (rest.StartsWith("?=") || rest.StartsWith("?!") || rest.StartsWith("?<=") || rest.StartsWith("?<!"))
            {
                // What stands beside a match need not be in it.
                isLook = true;
                _at += rest[1] == '<' ? 3 : 2;
            }
            else if (rest.StartsWith("?<") && rest.IndexOf('>') is var end and > 2)
            {
                _at += end + 1;
            }
            else
            {
                _isUnsure = true;
                return null;
            }
        }

        var found = Alternatives(depth + 1);
        if (_at >= _pattern.Length || _pattern[_at] != ')')
        {
            _isUnsure = true;
            return null;
        }

        _at++;
        return isLook ? null : found;
    }

    private char? Escape()
    {
        if (_at >= _pattern.Length)
        {
            _isUnsure = true;
            return null;
        }

        var value = _pattern[_at++];
        switch (value)
        {
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'b' or 'B' or 'n' or 'r' or 'f' or 'v' or 'A' or 'z' or 'Z' or 'G':
                return null;
            case 't':
                return '\t';
            case 'p' or 'P' when _at < _pattern.Length && _pattern[_at] == '{' && _pattern.IndexOf('}', _at) is var end and > 0:
                _at = end + 1;
                return null;
            case var _ when char.IsAsciiLetterOrDigit(value) || !char.IsAscii(value):
                // A number, a code or a reference: leave it alone.
                _isUnsure = true;
                return null;
            default:
                return value;
        }
    }

    private void SkipSet()
    {
        for (var first = true; _at < _pattern.Length; first = false)
        {
            var value = _pattern[_at++];
            if (value == '\\')
            {
                _at++;
            }
            else if (value == ']' && !first)
            {
                return;
            }
            else if (value == '^' && first && _at < _pattern.Length && _pattern[_at] == ']')
            {
                _at++;
            }
        }

        _isUnsure = true;
    }

    // At least how often, and whether exactly once.
    private (int Least, bool IsOne) Quantifier()
    {
        if (_at >= _pattern.Length)
        {
            return (1, true);
        }

        var least = 1;
        switch (_pattern[_at])
        {
            case '*' or '?':
                least = 0;
                _at++;
                break;
            case '+':
                _at++;
                break;
            case '{' when Braces() is { } bounds:
                least = bounds;
                break;
            default:
                return (1, true);
        }

        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            _at++;
        }

        return (least, false);
    }

    private int? Braces()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
        {
            return null;
        }

        var bounds = _pattern.AsSpan(_at + 1, end - _at - 1);
        var comma = bounds.IndexOf(',');
        var low = comma < 0 ? bounds : bounds[..comma];
        if (low.IsEmpty || low.ContainsAnyExceptInRange('0', '9')
            || (comma >= 0 && bounds[(comma + 1)..].ContainsAnyExceptInRange('0', '9')))
        {
            return null; // Braces that are plain characters.
        }

        _at = end + 1;
        return low.TrimStart('0').IsEmpty ? 0 : 1;
    }
}
