using System.Threading.Channels;
using ModelContextProtocol;

namespace QwenCode.Cli.Serving;

/// <summary>
/// What a client is told beside answers, in order. Nobody who raises an event waits for a client; one that does not read loses what says
/// how far calls have come.
/// </summary>
internal sealed class Outbox
{
    private const int MaxWaiting = 1000;

    private readonly Channel<Func<Task>> _waiting = Channel.CreateUnbounded<Func<Task>>(new() { SingleReader = true });
    private int _count;

    public Outbox() => _ = SendAsync(CancellationToken.None);

    /// <summary>Posts something to send.</summary>
    /// <param name="send">Sends it.</param>
    /// <param name="mayBeLost">Whether it is left out if much waits already.</param>
    public void Post(Func<Task> send, bool mayBeLost = false)
    {
        if (Interlocked.Increment(ref _count) > MaxWaiting && mayBeLost)
        {
            Interlocked.Decrement(ref _count);
            return;
        }

        _waiting.Writer.TryWrite(send);
    }

    /// <summary>Returns once everything that was posted so far is sent.</summary>
    /// <param name="cancellationToken">Ends the waiting; the sending goes on.</param>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            done.SetResult();
            return Task.CompletedTask;
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        await foreach (var send in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Decrement(ref _count);
            try
            {
                await send().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException
                or McpException or ObjectDisposedException)
            {
                // The client is gone; its session ends for other reasons.
            }
        }
    }
}
