using System.Globalization;
using System.Text;

namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>Takes messages off a stream: a header with the length, an empty line, the message.</summary>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>The largest message that is read. The symbols of a huge file take some megabytes.</summary>
    private const int LargestMessage = 64 * 1024 * 1024;

    private const int LargestHeader = 8 * 1024;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads the next message; blocks.</summary>
    /// <returns>The message; <c>null</c> at the end of the stream.</returns>
    /// <exception cref="FrameException">What came is no message.</exception>
    public byte[]? Read()
    {
        if (ReadHeader() is not { } length)
        {
            return null;
        }

        var message = new byte[length];
        var have = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, have).CopyTo(message);
        _start += have;
        while (have < length)
        {
            var count = stream.Read(message, have, length - have);
            if (count == 0)
            {
                throw new FrameException($"it stopped in the middle of a message, after {have} of {length} bytes");
            }

            have += count;
        }

        return message;
    }

    // Some programs greet on their output before they speak the protocol; that much is passed over.
    private int? ReadHeader()
    {
        int? length = null;
        var text = new StringBuilder();
        while (true)
        {
            if (ReadLine(LargestHeader - text.Length) is not { } line)
            {
                return text.Length == 0 && length is null ? null
                    : throw new FrameException(length is null
                        ? $"what it printed is no message of the protocol: \"{Begin(text)}\"" : "it stopped in the middle of a header");
            }

            if (line.Length == 0 && length is not null)
            {
                return length;
            }

            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.TryParse(line.AsSpan("Content-Length:".Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
                    out var given) && given <= LargestMessage
                    ? given
                    : throw new FrameException(
                    $"it announced a message of {line["Content-Length:".Length..].Trim()} bytes, and at most {LargestMessage} are read");
            }

            text.Append(line).Append('\n');
        }
    }

    private string? ReadLine(int most)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = stream.Read(_buffer, 0, _buffer.Length);
                if (_end == 0)
                {
                    return line.Length == 0 ? null : line.ToString();
                }
            }

            var value = _buffer[_start++];
            if (value == '\n')
            {
                return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
            }

            line.Append(value is >= 32 and < 127 or (byte)'\r' ? (char)value : '?');
            if (line.Length >= most)
            {
                throw new FrameException($"what it printed is no message of the protocol: \"{Begin(line)}\"");
            }
        }
    }

    private static string Begin(StringBuilder text)
    {
        var begin = text.ToString().Trim();
        return begin.Length > 120 ? begin[..120] + "…" : begin;
    }
}
