using System.Buffers;

namespace QwenCode.Models.Requests;

/// <summary>
/// Reads server-sent events as servers really send them: any line end, a mark at the beginning, no empty line at the end, errors in a
/// field of their own (<c>error:</c>, as llama.cpp does). Bytes that are not UTF-8 become U+FFFD.
/// </summary>
internal sealed class EventStreamReader(Stream body, ReadOnlyMemory<byte> first)
{
    /// <summary>The largest event or answer that is read, in bytes; a larger one is a fault of the server.</summary>
    internal const int LargestEvent = 64 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _data = new(1024);
    private byte[] _buffer = first.Length > 0 ? first.ToArray() : new byte[4096];
    private int _start;
    private int _end = first.Length;
    private int _searched;
    private string _type = string.Empty;
    private bool _hasData;
    private bool _isAtStart = true;
    private bool _skipsLineFeed;

    /// <summary>Gets the type of the event; <c>error</c> if its data stood in the field of that name.</summary>
    public string EventType { get; private set; } = string.Empty;

    /// <summary>Gets the data of the event, valid UTF-8. It holds until the next event is read.</summary>
    public ReadOnlySpan<byte> Data => _data.WrittenSpan;

    /// <summary>Reads the next event that has data.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="Transport.InvalidAnswerException">An event is larger than anything a model says in one.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        _data.ResetWrittenCount();
        _hasData = false;
        while (true)
        {
            if (TakeLines())
            {
                return true;
            }

            if (_start > 0)
            {
                Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
                (_start, _end, _searched) = (0, _end - _start, _searched - _start);
            }

            if (_end == _buffer.Length)
            {
                if (_end >= LargestEvent)
                {
                    throw new Transport.InvalidAnswerException("one event of it is larger than 64 MiB");
                }

                Array.Resize(ref _buffer, Math.Max(4096, _end * 2));
            }

            var count = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return Finish();
            }

            _end += count;
        }
    }

    /// <summary>Takes whole lines up to the end of an event.</summary>
    private bool TakeLines()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_searched, _end - _searched).IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0)
            {
                _searched = _end;
                return false;
            }

            var lineEnd = _searched + length;
            var line = _buffer.AsSpan(_start, lineEnd - _start);
            var isRest = _skipsLineFeed && line.IsEmpty && _buffer[lineEnd] == '\n';
            _skipsLineFeed = _buffer[lineEnd] == '\r';
            _start = _searched = lineEnd + 1;
            if (!isRest && TakeLine(line))
            {
                return true;
            }
        }
    }

    /// <summary>Takes a line.</summary>
    /// <returns>Whether an event is complete.</returns>
    private bool TakeLine(ReadOnlySpan<byte> line)
    {
        if (_isAtStart)
        {
            _isAtStart = false;
            line = line.StartsWith("\uFEFF"u8) ? line[3..] : line;
        }

        if (line.IsEmpty)
        {
            EventType = _type;
            _type = string.Empty;
            return _hasData;
        }

        if (Field(line, "data:"u8, out var value))
        {
            AddData(value);
        }
        else if (Field(line, "event:"u8, out value))
        {
            _type = value.SequenceEqual("message"u8) ? string.Empty : System.Text.Encoding.UTF8.GetString(value);
        }
        else if (Field(line, "error:"u8, out value))
        {
            _type = "error";
            AddData(value);
        }

        if (_data.WrittenCount > LargestEvent)
        {
            throw new Transport.InvalidAnswerException("one event of it is larger than 64 MiB");
        }

        return false;
    }

    private bool Finish()
    {
        if (_end > _start)
        {
            var line = _buffer.AsSpan(_start, _end - _start);
            _start = _searched = _end;
            TakeLine(line);
        }

        EventType = _type;
        return _hasData;
    }

    private void AddData(ReadOnlySpan<byte> value)
    {
        if (_hasData)
        {
            _data.Write("\n"u8);
        }

        _hasData = true;
        if (System.Text.Unicode.Utf8.IsValid(value))
        {
            _data.Write(value);
        }
        else
        {
            _data.Write(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(value)));
        }
    }

    private static bool Field(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = line;
        if (!line.StartsWith(name))
        {
            return false;
        }

        value = line[name.Length..];
        value = value.StartsWith(" "u8) ? value[1..] : value;
        return true;
    }
}
