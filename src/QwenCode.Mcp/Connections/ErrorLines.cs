using System.Buffers;
using System.Text;

namespace QwenCode.Mcp.Connections;

/// <summary>The error output of a program, line by line; the last lines are kept for the message about its end.</summary>
/// <param name="log">Takes each line.</param>
internal sealed class ErrorLines(Action<string> log)
{
    private const int KeptLines = 10;
    private const int LongestLine = 16 * 1024;
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Queue<string> _last = new();

    /// <summary>Gets the last lines, one that was not ended included.</summary>
    public IReadOnlyList<string> Last
    {
        get
        {
            lock (_gate)
            {
                return _line.WrittenCount == 0 ? [.. _last] : [.. _last, Encoding.UTF8.GetString(_line.WrittenSpan)];
            }
        }
    }

    /// <summary>Takes a piece of the output.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
            {
                Keep(bytes[..end]);
                bytes = bytes[(end + 1)..];
                Finish();
            }

            Keep(bytes);
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes) => _line.Write(bytes[..Math.Min(bytes.Length, LongestLine - _line.WrittenCount)]);

    private void Finish()
    {
        var text = Encoding.UTF8.GetString(_line.WrittenSpan).TrimEnd('\r');
        _line.ResetWrittenCount();
        if (_last.Count == KeptLines)
        {
            _last.Dequeue();
        }

        _last.Enqueue(text);
        log(text);
    }
}
