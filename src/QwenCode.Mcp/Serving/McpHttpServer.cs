using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ModelContextProtocol.Protocol;

namespace QwenCode.Mcp.Serving;

/// <summary>
/// Serves clients by streamable HTTP, each in a session of its own. Browsers are kept out: what comes for a foreign host or from a page of
/// one is refused.
/// </summary>
public sealed class McpHttpServer : IAsyncDisposable
{
    /// <summary>The path that is served.</summary>
    public const string Path = "/mcp";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly McpHttpOptions _options;
    private readonly Func<ITransport, IMcpConnection> _open;
    private readonly TimeProvider _time;
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, McpHttpSession> _sessions = new(StringComparer.Ordinal);
    private readonly McpHttpExchange _exchange;
    private readonly ITimer _look;
    private readonly ConcurrentDictionary<Task, byte> _handling = new();
    private volatile bool _isEnding;
    private Task? _end;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where and for whom.</param>
    /// <param name="open">Opens the connection of a client over a transport.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public McpHttpServer(McpHttpOptions options, Func<ITransport, IMcpConnection> open, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _open, _time) = (options, open, time);
        Port = options.Port == 0 ? FreePort() : options.Port;
        _exchange = new McpHttpExchange(options, Find, Open, CloseAsync);
        try
        {
            foreach (var host in options.Host is "localhost" or "127.0.0.1" ? ["127.0.0.1", "localhost"] : (string[])[options.Host])
            {
                _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{Port}/"));
            }

            _listener.Start();
        }
        catch (Exception exception) when (exception is HttpListenerException or SocketException or ArgumentException)
        {
            throw new IOException(
                $"{options.Host}:{Port} cannot be listened on: {exception.Message}. Choose another address with --http.", exception);
        }

        _look = time.CreateTimer(static server => ((McpHttpServer)server!).Look(), this, LookInterval, LookInterval);
    }

    /// <summary>Gets the port that is listened on.</summary>
    public int Port { get; }

    /// <summary>Gets the address for clients.</summary>
    public string Address =>
        string.Create(CultureInfo.InvariantCulture, $"http://{(_options.Host is "localhost" ? "127.0.0.1" : _options.Host)}:{Port}{Path}");

    /// <summary>Serves until it is told to end; then every session is ended.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (HttpListenerException) when (_listener.IsListening)
            {
                // A connection that broke before its request was whole.
                continue;
            }

            // Not cancelled with the server: what sessions have to say at their end goes over the streams that are open.
            var handling = Task.Run(() => _exchange.HandleAsync(context, CancellationToken.None), CancellationToken.None);
            _handling.TryAdd(handling, 0);
            _ = handling.ContinueWith(
                static (done, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(done, out _), _handling, CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends every session, and the listening.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_handling)
        {
            return new ValueTask(_end ??= EndAsync(CancellationToken.None));
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        await _look.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Keys.Select(id => CloseAsync(id, cancellationToken).AsTask())).ConfigureAwait(false);
        try
        {
            // Closing the listener beside a response that is closed makes the two wait for each other.
            await Task.WhenAll(_handling.Keys).WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(false);
            _listener.Close();
        }
        catch (TimeoutException)
        {
            // A client that does not read holds its answer up; the process does not wait for it.
        }
    }

    private McpHttpSession? Find(string id) => _sessions.GetValueOrDefault(id);

    private McpHttpSession? Open()
    {
        if (_isEnding)
        {
            return null;
        }

        if (_sessions.Count >= _options.MaxSessions)
        {
            // Whoever works keeps its place.
            if (_sessions.Values.MaxBy(static session => session.Silence) is not { } silent || silent.Silence == TimeSpan.Zero)
            {
                return null;
            }

            _ = CloseAsync(silent.Id, CancellationToken.None).AsTask();
        }

        var session = new McpHttpSession(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), _open, _time);
        _sessions[session.Id] = session;
        return session;
    }

    private async ValueTask CloseAsync(string id, CancellationToken cancellationToken)
    {
        if (_sessions.TryRemove(id, out var session))
        {
            await session.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Look()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.Silence >= _options.IdleLimit && !session.IsListening)
            {
                _ = CloseAsync(session.Id, CancellationToken.None).AsTask();
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
