using System.Buffers;
using QwenCode.Cli.IO;
using QwenCode.Protocol.StreamJson;

namespace QwenCode.Cli.Headless;

/// <summary>One JSON object a line, as things happen. Safe to write to from several threads.</summary>
internal sealed class LineSink : IMessageSink
{
    private readonly Lock _gate = new();
    private byte[] _line = new byte[4096];

    public void Write(ReadOnlySpan<byte> json)
    {
        lock (_gate)
        {
            // One write for the line and its end: what another writer puts between two writes would break the format.
            if (_line.Length < json.Length + 1)
            {
                _line = new byte[(json.Length + 1) * 2];
            }

            json.CopyTo(_line);
            _line[json.Length] = (byte)'\n';
            StandardStreams.Out(_line.AsSpan(0, json.Length + 1));
        }
    }
}

/// <summary>The same objects as one array on one line, at the end.</summary>
internal sealed class ArraySink : IMessageSink
{
    private readonly ArrayBufferWriter<byte> _array = new();

    public void Write(ReadOnlySpan<byte> json)
    {
        _array.Write(_array.WrittenCount == 0 ? "["u8 : ","u8);
        _array.Write(json);
    }

    public void Finish()
    {
        if (_array.WrittenCount > 0)
        {
            _array.Write("]\n"u8);
            StandardStreams.Out(_array.WrittenSpan);
        }
    }
}
