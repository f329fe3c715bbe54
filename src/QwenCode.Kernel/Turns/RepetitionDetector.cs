using System.Text;

namespace QwenCode.Kernel.Turns;

/// <summary>
/// Notices text that repeats itself while it streams: some window of 50 characters that has been seen 10 times within a short
/// stretch. Code, tables, lists, headings, quotes and dividers repeat themselves by nature: they start it anew, and nothing is
/// counted inside a code fence. The numbers are the reference's.
/// </summary>
internal sealed class RepetitionDetector
{
    private const int MaxHistory = 1_000;
    private const int Window = 50;
    private const int MinRepeats = 10;
    private const int MaxMeanDistance = Window * 3 / 2;

    private readonly StringBuilder _line = new();
    private readonly Dictionary<string, List<int>> _seen = new(StringComparer.Ordinal);
    private string _history = string.Empty;
    private int _next;
    private bool _isFenced;

    /// <summary>Forgets the text so far; a new answer begins.</summary>
    public void Reset()
    {
        _line.Clear();
        _isFenced = false;
        Forget();
    }

    /// <summary>Takes a piece.</summary>
    /// <returns>Whether the text repeats itself.</returns>
    public bool IsRepeating(string piece)
    {
        Follow(piece, out var isStructured);
        if (isStructured || _isFenced)
        {
            Forget();
            return false;
        }

        _history += piece;
        if (_history.Length > MaxHistory)
        {
            Shorten(_history.Length - MaxHistory);
        }

        for (; _next + Window <= _history.Length; _next++)
        {
            // A rule or a row of dots is one character many times over, and no chant.
            var window = _history.AsSpan(_next, Window);
            if (window.IndexOfAnyExcept(window[0]) >= 0 && Repeats(window.ToString(), _next))
            {
                return true;
            }
        }

        return false;
    }

    private bool Repeats(string window, int at)
    {
        if (!_seen.TryGetValue(window, out var places))
        {
            _seen[window] = places = [];
        }

        places.Add(at);
        return places.Count >= MinRepeats && (at - places[^MinRepeats]) <= MaxMeanDistance * (MinRepeats - 1);
    }

    /// <summary>Follows lines and fences. A line is known by its beginning, so it is structured as soon as that is there.</summary>
    private void Follow(string piece, out bool isStructured)
    {
        isStructured = false;
        foreach (var character in piece)
        {
            if (character == '\n')
            {
                isStructured |= EndLine();
            }
            else if (_line.Length < 16)
            {
                _line.Append(character);
            }
        }

        isStructured |= IsStructure(_line.ToString().AsSpan().TrimStart());
    }

    private bool EndLine()
    {
        var line = _line.ToString().AsSpan().TrimStart();
        var isStructure = IsStructure(line);
        if (line.StartsWith("```") || line.StartsWith("~~~"))
        {
            _isFenced = !_isFenced;
        }

        _line.Clear();
        return isStructure;
    }

    private static bool IsStructure(ReadOnlySpan<char> line) =>
        line.StartsWith("```") || line.StartsWith("~~~")
        || line.StartsWith("|") || line.StartsWith("+-")
        || line.StartsWith("# ") || line.StartsWith("## ") || line.StartsWith("### ") || line.StartsWith("#### ")
        || line.StartsWith(">")
        || line.StartsWith("* ") || line.StartsWith("- ") || line.StartsWith("+ ") || IsNumbered(line)
        || (line.Length >= 3 && line.IndexOfAnyExcept(line[0]) < 0 && line[0] is '-' or '=' or '*' or '_' or '\u2500' or '\u2550');

    private static bool IsNumbered(ReadOnlySpan<char> line)
    {
        var digits = line.IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && line[digits..].StartsWith(". ");
    }

    private void Shorten(int count)
    {
        _history = _history[count..];
        _next = Math.Max(0, _next - count);
        foreach (var (window, places) in _seen.ToArray())
        {
            places.RemoveAll(place => place < count);
            if (places.Count == 0)
            {
                _seen.Remove(window);
                continue;
            }

            for (var i = 0; i < places.Count; i++)
            {
                places[i] -= count;
            }
        }
    }

    private void Forget()
    {
        _seen.Clear();
        (_history, _next) = (string.Empty, 0);
    }
}
