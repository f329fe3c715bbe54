namespace QwenCode.Models.Transport;

/// <summary>Reads from another stream and keeps what was read, up to a limit.</summary>
internal sealed class RecordingStream(Stream inner) : ForwardStream(inner)
{
    private const int MaxRecorded = 16 * 1024 * 1024;
    private readonly MemoryStream _recorded = new();

    /// <summary>Gets what was read.</summary>
    public ReadOnlySpan<byte> Recorded => _recorded.GetBuffer().AsSpan(0, (int)_recorded.Length);

    public override int Read(byte[] buffer, int offset, int count) => Record(buffer.AsSpan(offset, Inner.Read(buffer, offset, count)));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Record(buffer.Span[..count]);
    }

    private int Record(ReadOnlySpan<byte> read)
    {
        _recorded.Write(read[..(int)Math.Min(read.Length, MaxRecorded - _recorded.Length)]);
        return read.Length;
    }
}
