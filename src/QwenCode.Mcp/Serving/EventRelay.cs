namespace QwenCode.Mcp.Serving;

/// <summary>
/// What no request waits for, on its way to a client that may come and go: the server writes as to one stream, the client listens with one
/// request after another. What is written while nobody listens is kept for the next one, within bounds.
/// </summary>
internal sealed class EventRelay : Stream
{
    private const int MaxKept = 1024 * 1024;

    // A comment shows whether the client is still there, and keeps what is between from closing the connection.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<byte[]> _kept = [];
    private readonly ITimer _beat;
    private Listener? _listener;
    private int _keptBytes;

    /// <param name="time">The clock.</param>
    public EventRelay(TimeProvider time) =>
        _beat = time.CreateTimer(static relay => _ = ((EventRelay)relay!).BeatAsync(CancellationToken.None), this, Interval, Interval);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends to a client until it goes or listens anew.</summary>
    /// <param name="stream">The client's stream.</param>
    /// <param name="cancellationToken">Ends the listening.</param>
    public async Task ListenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var listener = new Listener(stream, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _listener?.Ended.TrySetResult();
            _listener = listener;

            // At once: headers are sent with the first byte, and the client waits for them.
            await SendAsync(Comment, cancellationToken).ConfigureAwait(false);
            while (_kept.Count > 0 && _listener == listener && await SendAsync(_kept[0], cancellationToken).ConfigureAwait(false))
            {
                _keptBytes -= _kept[0].Length;
                _kept.RemoveAt(0);
            }
        }
        finally
        {
            _gate.Release();
        }

        using var stop = cancellationToken.UnsafeRegister(static ended => ((TaskCompletionSource)ended!).TrySetResult(), listener.Ended);
        await listener.Ended.Task.ConfigureAwait(false);
        Interlocked.CompareExchange(ref _listener, null, listener);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await SendAsync(buffer, cancellationToken).ConfigureAwait(false) && _keptBytes + buffer.Length <= MaxKept)
            {
                _kept.Add(buffer.ToArray());
                _keptBytes += buffer.Length;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    // Each write is sent as it comes.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _beat.DisposeAsync().ConfigureAwait(false);
        Volatile.Read(ref _listener)?.Ended.TrySetResult();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SendAsync(Comment, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends to who listens. Does not throw because the client is gone.</summary>
    /// <returns>Whether somebody has it.</returns>
    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _listener) is not { } listener)
        {
            return false;
        }

        try
        {
            await listener.Stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await listener.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or System.Net.HttpListenerException or ObjectDisposedException
            or InvalidOperationException)
        {
            Volatile.Write(ref _listener, null);
            listener.Ended.TrySetResult();
            return false;
        }
    }

    private sealed record Listener(Stream Stream, TaskCompletionSource Ended);
}
