using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>A recorded body: in the pieces in which it came, to the end that it had.</summary>
/// <param name="exchange">The exchange.</param>
/// <param name="answers">What puts in the directories of this machine.</param>
internal sealed class ReplayedBody(RecordedExchange exchange, AnswerText answers) : ForwardStream(Null)
{
    private int _next;
    private ReadOnlyMemory<byte> _piece;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (_piece.IsEmpty && _next < exchange.Pieces.Count)
        {
            _piece = answers.Reveal(exchange.Pieces[_next++]);
        }

        if (_piece.IsEmpty)
        {
            return exchange.Failure is { } failure ? throw failure.ToException() : 0;
        }

        var count = Math.Min(buffer.Length, _piece.Length);
        _piece.Span[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }
}
