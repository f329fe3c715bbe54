using System.Text;

namespace QwenCode.Platform.Processes;

/// <summary>The end of an output. A program may log for hours; only the last words explain a failure.</summary>
/// <param name="capacity">How many bytes are kept.</param>
public sealed class OutputTail(int capacity)
{
    private readonly Lock _gate = new();
    private byte[] _tail = [];

    /// <summary>Gets what was kept so far, read as UTF-8 and trimmed.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return Encoding.UTF8.GetString(_tail).Trim();
            }
        }
    }

    /// <summary>Takes a piece of output.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            byte[] all = [.. _tail, .. bytes];
            _tail = all.Length > capacity ? all[^capacity..] : all;
        }
    }
}
