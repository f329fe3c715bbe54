using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>Searches files line by line through one reused buffer. For one thread.</summary>
/// <remarks>
/// A file streams through in windows that end at a line's end, so memory does not grow with the file. A line that does not fit the
/// buffer is searched in overlapping pieces. What has a NUL byte near its beginning is binary, and not searched.
/// </remarks>
internal sealed class LineSearcher : IDisposable
{
    private const int FirstRead = 64 * 1024;
    private const int BufferSize = 1024 * 1024;
    private const int Overlap = 64 * 1024;

    /// <summary>So many lines are tried before the expression is compiled, which takes as long as trying some ten thousand.</summary>
    private const int TriedBeforeCompiling = 10_000;
    private const int Doubt = 1_000;

    private readonly LinePattern _pattern;
    private readonly FoundLines _matches;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private char[] _characters = [];
    private FileMatches? _found;
    private string _path = string.Empty;
    private long _line;
    private int _counted;
    private long _lastMatch;
    private Regex? _regex;
    private readonly LineAutomaton? _automaton;
    private LineAutomaton? _filter;
    private long _tried;
    private long _passed;

    /// <summary>Makes a searcher.</summary>
    public LineSearcher(LinePattern pattern, FoundLines matches, CancellationToken cancellationToken)
    {
        (_pattern, _matches, _cancellationToken, _regex) = (pattern, matches, cancellationToken, pattern.Regex);

        // Where nothing better is known, the look of a line chooses those that are tried.
        if (pattern is { Regex: not null, Literal: null, Literals: null })
        {
            _automaton = pattern.Shape is { } shape ? LineAutomaton.Of(shape) : null;
        }
    }

    /// <summary>Searches a file; one that cannot be read has nothing in it.</summary>
    /// <exception cref="OperationCanceledException">The search was stopped; what was found in the file until then counts.</exception>
    public void Search(string path)
    {
        if (!RawFile.TryOpen(path, out var file))
        {
            return;
        }

        _path = path;
        _found = null;
        _line = 1;
        _lastMatch = 0;
        try
        {
            SearchOpen(ref file);
        }
        finally
        {
            file.Dispose();
            if (_found is not null)
            {
                _matches.Add(_found);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<char>.Shared.Return(_characters);
    }

    private void SearchOpen(ref RawFile file)
    {
        var filled = file.Read(_buffer.AsSpan(0, FirstRead));
        var head = _buffer.AsSpan(0, filled);
        if (filled == 0)
        {
            return;
        }

        var mark = 0;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            SearchUtf16(ref file, filled, head[0] == 0xFE);
            return;
        }

        if (head.Contains((byte)0))
        {
            return;
        }

        mark = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        if (filled < FirstRead)
        {
            // Less than was asked for: that is the end of a file, and nearly every file ends here.
            SearchWindow(_buffer.AsSpan(mark, filled - mark), isFragment: false);
            return;
        }

        Stream(ref file, mark, filled);
    }

    private void Stream(ref RawFile file, int start, int filled)
    {
        var isMidLine = false;
        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var read = filled < BufferSize ? file.Read(_buffer.AsSpan(filled, BufferSize - filled)) : 0;
            filled += read;
            var isEnd = read == 0 && filled < BufferSize;
            if (!isEnd && filled < BufferSize)
            {
                continue;
            }

            var window = _buffer.AsSpan(start, filled - start);
            var end = isEnd ? window.Length : window.LastIndexOf((byte)'\n') + 1;
            var isFragment = end == 0;
            end = isFragment ? window.Length : end;
            SearchWindow(window[..end], isFragment || isMidLine);
            if (isEnd)
            {
                return;
            }

            var kept = isFragment ? Math.Min(Overlap, window.Length) : window.Length - end;
            isMidLine = isFragment;
            _buffer.AsSpan(filled - kept, kept).CopyTo(_buffer);
            (start, filled) = (0, kept);
        }
    }

    // Rare enough to be read whole, if it is not too large: turned into UTF-8 it is searched like all others.
    private void SearchUtf16(ref RawFile file, int filled, bool isBigEndian)
    {
        var encoding = isBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        var decoder = encoding.GetDecoder();
        var bytes = new byte[BufferSize];
        var characters = new char[(BufferSize / 2) + 1];
        var pending = 0;
        var source = _buffer.AsSpan(2, filled - 2).ToArray().AsSpan();
        var text = new byte[(BufferSize * 2) + Overlap];
        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var length = decoder.GetChars(source, characters, flush: source.IsEmpty);
            pending += Encoding.UTF8.GetBytes(characters.AsSpan(0, length), text.AsSpan(pending));
            var end = source.IsEmpty ? pending : text.AsSpan(0, pending).LastIndexOf((byte)'\n') + 1;
            var isFragment = end == 0 && pending > Overlap;
            end = isFragment ? pending : end;
            SearchWindow(text.AsSpan(0, end), isFragment);
            if (source.IsEmpty)
            {
                return;
            }

            text.AsSpan(end, pending - end).CopyTo(text);
            pending -= end;
            source = bytes.AsSpan(0, file.Read(bytes));
        }
    }

    private void SearchWindow(ReadOnlySpan<byte> window, bool isFragment)
    {
        _counted = 0;
        window = WesternText.IsUtf8(window) ? window : WesternText.ToUtf8(window);
        if (_automaton is { IsExhausted: false } automaton)
        {
            for (var at = 0; automaton.IndexOf(window[at..]) is var place and >= 0 && (at = Consider(window, at + place)) < window.Length;)
            {
            }
        }
        else if (_pattern.Literal is { } literal)
        {
            for (var at = 0; literal.IndexOf(window[at..]) is var place and >= 0 && (at = Consider(window, at + place)) < window.Length;)
            {
            }
        }
        else if (_pattern.Literals is { } literals)
        {
            var text = Widen(window);
            for (var at = 0; text[at..].IndexOfAny(literals) is var place and >= 0 && (at = Consider(window, at + place)) < window.Length;)
            {
            }
        }
        else if (_pattern.Regex is { } regex && _pattern.IsForManyLines && !isFragment && !window.Contains((byte)'\r'))
        {
            SearchText(window, regex);
        }
        else
        {
            for (var at = 0; at < window.Length;)
            {
                at = Consider(window, at);
            }
        }

        _line += window[Math.Min(_counted, window.Length)..].Count((byte)'\n');
    }

    // Many lines in one go. A match that spans lines is none, but tells where to look: the line it begins in is tried alone.
    private void SearchText(ReadOnlySpan<byte> window, Regex regex)
    {
        var text = Decode(window);

        // Bytes and characters are counted side by side, line by line.
        int atByte = 0, atCharacter = 0;
        while (atCharacter < text.Length)
        {
            var place = -1;
            foreach (var match in regex.EnumerateMatches(text, atCharacter))
            {
                place = match.Index;
                break;
            }

            if (place < 0)
            {
                return;
            }

            var newlines = text[atCharacter..place].Count('\n');
            for (; newlines > 0; newlines--)
            {
                atByte += window[atByte..].IndexOf((byte)'\n') + 1;
                atCharacter += text[atCharacter..].IndexOf('\n') + 1;
            }

            if (atByte >= window.Length)
            {
                return;
            }

            _ = Consider(window, atByte);
            var next = window[atByte..].IndexOf((byte)'\n');
            if (next < 0)
            {
                return;
            }

            atByte += next + 1;
            atCharacter += text[atCharacter..].IndexOf('\n') + 1;
        }
    }

    // Tries the line that holds a place, and gives the place where the next line begins.
    private int Consider(ReadOnlySpan<byte> window, int place)
    {
        var start = window[..place].LastIndexOf((byte)'\n') + 1;
        var length = window[place..].IndexOf((byte)'\n') is var newline and >= 0 ? place + newline - start : window.Length - start;
        var line = window.Slice(start, length);
        line = line.EndsWith((byte)'\r') ? line[..^1] : line;
        if (Matches(line))
        {
            if (start > _counted)
            {
                _line += window[_counted..start].Count((byte)'\n');
                _counted = start;
            }

            Keep(line);
        }
        else if ((start & 0xFFF) == 0)
        {
            _cancellationToken.ThrowIfCancellationRequested();
        }

        return start + length + 1;
    }

    private bool Matches(ReadOnlySpan<byte> line)
    {
        if (_regex is not { } regex)
        {
            return _pattern.Text is not { } text || Decode(line).Contains(text, StringComparison.OrdinalIgnoreCase);
        }

        if (++_tried == TriedBeforeCompiling)
        {
            // And many lines that hold the literal hold little else of what is wanted: a look at their bytes is cheaper than
            // turning them into text.
            _regex = regex = _pattern.Compiled!;
            _filter = _automaton is null && _pattern.Shape is { } shape ? LineAutomaton.Of(shape) : null;
        }

        if (_filter is { IsExhausted: false } filter)
        {
            if (filter.IndexOf(line) < 0)
            {
                return false;
            }

            // Where most lines pass, looking first is for nothing.
            _filter = ++_passed * 2L > _tried - TriedBeforeCompiling + Doubt ? null : filter;
        }

        return regex.IsMatch(Decode(line));
    }

    private void Keep(ReadOnlySpan<byte> line)
    {
        // A line that came in pieces counts once.
        if (_line == _lastMatch)
        {
            return;
        }

        _lastMatch = _line;
        _found ??= new FileMatches(_path);
        _found.Count++;
        if (_found.Lines.Count < _matches.MostLines)
        {
            var most = _matches.MostCharacters;
            var text = Encoding.UTF8.GetString(line.Length > most ? line[..(int)Math.Min(line.Length, most * 3L)] : line);
            _found.Lines.Add((_line, text.Length > most ? string.Concat(text.AsSpan(0, most), "...") : text));
        }
    }

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes)
    {
        var target = Characters(bytes.Length);
        return target[..Encoding.UTF8.GetChars(bytes, target)];
    }

    // One character for each byte, so that places are the same in both; good enough to find ASCII in.
    private ReadOnlySpan<char> Widen(ReadOnlySpan<byte> bytes)
    {
        var target = Characters(bytes.Length);
        return target[..Encoding.Latin1.GetChars(bytes, target)];
    }

    private Span<char> Characters(int length)
    {
        if (_characters.Length < length)
        {
            ArrayPool<char>.Shared.Return(_characters);
            _characters = ArrayPool<char>.Shared.Rent(length);
        }

        return _characters;
    }
}
