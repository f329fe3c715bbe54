using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>Reads from another stream and keeps what was read: the bytes, where each read ended, and how reading failed.</summary>
/// <param name="inner">The other stream.</param>
/// <param name="countEvent">Counts each read that got something.</param>
internal sealed class TappedStream(Stream inner, Func<int> countEvent) : ForwardStream(inner)
{
    private readonly MemoryStream _recorded = new();
    private readonly List<int> _cuts = [];

    /// <summary>Gets what was read.</summary>
    public ReadOnlySpan<byte> Recorded => _recorded.GetBuffer().AsSpan(0, (int)_recorded.Length);

    /// <summary>Gets where each read ended.</summary>
    public IReadOnlyList<int> Cuts => _cuts;

    /// <summary>Gets the number of the last event.</summary>
    public int LastEvent { get; private set; }

    /// <summary>Gets what reading failed with; <c>null</c> if it did not.</summary>
    public Exception? Failure { get; private set; }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count > 0)
            {
                _recorded.Write(buffer.Span[..count]);
                _cuts.Add((int)_recorded.Length);
                LastEvent = countEvent();
            }

            return count;
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
