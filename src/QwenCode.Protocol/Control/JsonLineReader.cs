namespace QwenCode.Protocol.Control;

/// <summary>Cuts a stream into lines. Blank lines are counted and left out; the last line needs no line feed.</summary>
/// <param name="stream">The stream; reading blocks.</param>
/// <param name="maxLineBytes">What a line may hold at most; a longer one is skipped and reported. The default is 256 MiB.</param>
public sealed class JsonLineReader(Stream stream, int maxLineBytes = 256 * 1024 * 1024)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _isAtEnd;
    private bool _isSkipping;

    /// <summary>Gets the number of the line that was read last, counted from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">Its bytes without the line's end, valid until the next call; empty for a line that was too long.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (TryReadAny(out line, out var isTooLong))
        {
            LineNumber++;
            if (LineNumber == 1 && line.Span.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            if (isTooLong || line.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryReadAny(out ReadOnlyMemory<byte> line, out bool isTooLong)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (found >= 0 || (_isAtEnd && (_end > _start || _isSkipping)))
            {
                var stop = found >= 0 ? _scanned + found : _end;
                isTooLong = _isSkipping;
                line = isTooLong ? default : _buffer.AsMemory(_start, stop - _start);
                _start = _scanned = found >= 0 ? stop + 1 : stop;
                _isSkipping = false;
                return true;
            }

            if (_isAtEnd)
            {
                (line, isTooLong) = (default, false);
                return false;
            }

            _scanned = _end;
            Fill();
        }
    }

    private void Fill()
    {
        if (_end - _start > maxLineBytes)
        {
            _isSkipping = true;
        }

        if (_isSkipping)
        {
            _start = _scanned = _end = 0;
        }
        else if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_scanned, _end, _start) = (_scanned - _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isAtEnd = read == 0;
    }
}
