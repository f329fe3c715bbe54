using System.Buffers;
using System.Text;

namespace QwenCode.Platform.Processes;

/// <summary>The beginning of an output. What is over the bound is dropped.</summary>
/// <param name="capacity">How many bytes are kept.</param>
public sealed class OutputHead(int capacity)
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly Lock _gate = new();
    private bool _isCut;

    /// <summary>Gets whether something was dropped.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return _isCut;
            }
        }
    }

    /// <summary>Gets what was kept so far, read as UTF-8.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return Encoding.UTF8.GetString(_kept.WrittenSpan);
            }
        }
    }

    /// <summary>Takes a piece of output.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var room = Math.Min(bytes.Length, capacity - _kept.WrittenCount);
            _kept.Write(bytes[..room]);
            _isCut |= room < bytes.Length;
        }
    }
}
