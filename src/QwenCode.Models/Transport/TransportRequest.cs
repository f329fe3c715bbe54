using System.Buffers;

namespace QwenCode.Models.Transport;

/// <summary>A POST of JSON. The body is a list of segments that several requests may share.</summary>
internal sealed record TransportRequest(Uri Url, KeyValuePair<string, string>[] Headers, List<byte[]> Body)
{
    private const int Slice = 4096;

    /// <summary>Gets the form the request was made in, compared by reference; <c>null</c> where there is only one.</summary>
    public object? Form { get; init; }

    /// <summary>Gets the size of the body.</summary>
    public long Length { get; } = Sum(Body);

    /// <summary>Writes head and body in slices: one large write would keep its buffer alive for as long as the answer streams.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="head">What comes before the body.</param>
    /// <param name="cancellationToken">Abandons the write.</param>
    public async Task WriteAsync(Stream stream, byte[] head, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Slice);
        try
        {
            var filled = 0;
            for (var i = -1; i < Body.Count; i++)
            {
                var segment = i < 0 ? head : Body[i];
                for (var used = 0; used < segment.Length;)
                {
                    var count = Math.Min(segment.Length - used, Slice - filled);
                    Buffer.BlockCopy(segment, used, buffer, filled, count);
                    filled += count;
                    used += count;
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
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long Sum(List<byte[]> body)
    {
        var sum = 0L;
        foreach (var segment in body)
        {
            sum += segment.Length;
        }

        return sum;
    }
}
