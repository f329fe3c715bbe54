namespace QwenCode.Models.Transport;

/// <summary>A POST of JSON. The body is a list of segments that several requests may share.</summary>
internal sealed record TransportRequest(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<ReadOnlyMemory<byte>> Body)
{
    /// <summary>Gets the size of the body.</summary>
    public long Length { get; } = Sum(Body);

    /// <summary>Writes the body in slices: one large write would keep its buffer alive for as long as the answer streams.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="cancellationToken">Abandons the write.</param>
    public async Task WriteBodyAsync(Stream stream, CancellationToken cancellationToken)
    {
        const int Slice = 4096;
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Slice);
        try
        {
            var filled = 0;
            foreach (var segment in Body)
            {
                for (var rest = segment; !rest.IsEmpty;)
                {
                    var count = Math.Min(rest.Length, Slice - filled);
                    rest.Span[..count].CopyTo(buffer.AsSpan(filled));
                    filled += count;
                    rest = rest[count..];
                    if (filled == Slice)
                    {
                        await stream.WriteAsync(buffer.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
                        filled = 0;
                    }
                }
            }

            if (filled > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, filled), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Sum(IReadOnlyList<ReadOnlyMemory<byte>> body)
    {
        var sum = 0L;
        foreach (var segment in body)
        {
            sum += segment.Length;
        }

        return sum;
    }
}
