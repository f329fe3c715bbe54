using ModelContextProtocol.Server;

namespace QwenCode.Mcp.Serving;

/// <summary>The session of a client over HTTP.</summary>
internal sealed class McpHttpSession : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly IMcpConnection _connection;
    private readonly Task _running;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly EventRelay _events;
    private Task? _streaming;
    private Task? _end;
    private long _used;
    private int _requests;
    private int _listening;

    public McpHttpSession(string id, Func<ModelContextProtocol.Protocol.ITransport, IMcpConnection> open, TimeProvider time)
    {
        (Id, _time, _used) = (id, time, time.GetTimestamp());
        _events = new EventRelay(time);
        Transport = new StreamableHttpServerTransport { SessionId = id };
        _connection = open(Transport);
        _running = _connection.RunAsync(_stop.Token);
    }

    public string Id { get; }

    public StreamableHttpServerTransport Transport { get; }

    /// <summary>Gets whether the client listens, as far as is known: that one is gone shows only when something is sent to it.</summary>
    public bool IsListening => Volatile.Read(ref _listening) > 0;

    /// <summary>Gets for how long the client has asked for nothing; zero while a request is worked on or a task runs.</summary>
    public TimeSpan Silence => Volatile.Read(ref _requests) > 0 || _connection.IsBusy
        ? TimeSpan.Zero : _time.GetElapsedTime(Volatile.Read(ref _used));

    /// <summary>Notes that a request begins.</summary>
    public void Begin() => Interlocked.Increment(ref _requests);

    /// <summary>Notes that a request ends.</summary>
    public void End()
    {
        Volatile.Write(ref _used, _time.GetTimestamp());
        Interlocked.Decrement(ref _requests);
    }

    /// <summary>Sends what no request waits for, until the client goes, listens anew, or the session ends.</summary>
    /// <param name="stream">The client's stream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task ListenAsync(Stream stream, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // The transport has one such stream in its life.
            _streaming ??= Transport.HandleGetRequestAsync(_events, _stop.Token);
        }

        return FollowAsync(stream, cancellationToken);
    }

    private async Task FollowAsync(Stream stream, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _listening);
        try
        {
            await _events.ListenAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _listening);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_end ??= EndAsync(CancellationToken.None));
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        // Its tasks are stopped first: what is to be said of them goes over the streams that are open.
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Transport.DisposeAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (_streaming ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _events.DisposeAsync().ConfigureAwait(false);
    }
}
