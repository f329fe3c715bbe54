using QwenCode.Models.Transport;

namespace QwenCode.Models.Requests;

/// <summary>
/// A body each read of which must end in time. The guard stays armed after a read: whoever reads disarms it when no other read follows at
/// once. That keeps each read of a stream to one state machine, which is the inner stream's.
/// </summary>
internal sealed class GuardedStream(Stream inner, IdleGuard guard, TimeSpan limit) : ForwardStream(inner)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        guard.Arm(limit);
        return Inner.ReadAsync(buffer, guard.Token);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
