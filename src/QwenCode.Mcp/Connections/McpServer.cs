using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Sampling;

namespace QwenCode.Mcp.Connections;

/// <summary>A configured server: its connection, which may be made anew, and the tools it gave last.</summary>
internal sealed partial class McpServer : IAsyncDisposable
{
    public const string Connecting = "connecting";
    public const string Connected = "connected";
    public const string Disconnected = "disconnected";

    private static readonly TimeSpan LoginPoll = TimeSpan.FromSeconds(2);

    private readonly McpServersOptions _options;
    private readonly Transports _transports;
    private readonly Action<string> _tell;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _gate = new();
    private readonly List<Task> _watching = [];
    private readonly Restarts _restarts;
    private readonly Elicitations _elicitations;
    private volatile McpConnection? _connection;
    private volatile string _status = Connecting;

    /// <param name="configuration">What the settings say of it.</param>
    /// <param name="options">On whose behalf it is connected.</param>
    /// <param name="transports">What makes the way to it.</param>
    /// <param name="changed">Called after its tools have changed.</param>
    /// <param name="tell">Takes what people should know.</param>
    public McpServer(
        McpServerConfiguration configuration, McpServersOptions options, Transports transports, Action changed, Action<string> tell)
    {
        (Configuration, _options, _transports, _tell) = (configuration, options, transports, tell);
        _logger = options.LoggerFactory.CreateLogger<McpServer>();
        _stopped = _stopping.Token;
        _restarts = new Restarts(configuration, options);
        _elicitations = new Elicitations(this, tell);
        Sampling = new SamplingRequests(this, tell);
        Offer = new ServerOffer(this, changed, tell, _logger);
    }

    public McpServerConfiguration Configuration { get; }

    public string Name => Configuration.Name;

    /// <summary>Gets how the server stands.</summary>
    public string Status => _status;

    /// <summary>Gets whether a login is all that it lacks.</summary>
    public bool NeedsLogin { get; private set; }

    /// <summary>Gets what it offers.</summary>
    public ServerOffer Offer { get; }

    public bool IsTrusted => Configuration.IsTrusted && _options.Workspace.IsTrusted;

    public TimeProvider Time => _options.Time;

    /// <summary>Gets what answers its requests to the model.</summary>
    public SamplingRequests Sampling { get; }

    /// <summary>Connects for the first time. Reports what goes wrong; never throws.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            await Offer.Refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            _status = Disconnected;
        }
        catch (Exception exception)
        {
            // Whatever a server or the way to it does wrong: the rest goes on without it.
            _status = Disconnected;
            LogFailed(Name, exception.GetType().Name);
            if (Failures.FindLogin(exception) is not null)
            {
                Watch(AwaitLoginAsync(exception, _stopped));
                return;
            }

            var explained = Failures.Explain(Configuration, exception);
            if (!Restarts.MayPass(exception))
            {
                _tell(explained);
                return;
            }

            _tell($"{explained} It is tried again from time to time, and joins as soon as it can be reached.");
            Watch(RestoreAsync(_stopped));
        }
    }

    /// <summary>Gives the connection; one that is lost is made anew, once.</summary>
    public async ValueTask<McpConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Current() is { } current)
        {
            return current;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await _connecting.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            return Current() ?? await OpenAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);

        // Whoever still connects gives up first; nothing may be opened behind our back.
        await _connecting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        Task[] left;
        lock (_gate)
        {
            left = [.. _watching, Offer.Refreshing];
        }

        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(left).ConfigureAwait(false);
        _status = Disconnected;
        _connecting.Dispose();
        _stopping.Dispose();
    }

    private McpConnection? Current() => _connection is { Completion.IsCompleted: false } connection ? connection : null;

    private async Task<McpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } lost)
        {
            _status = Connecting;
            _connection = null;
            await lost.DisposeAsync().ConfigureAwait(false);
        }

        McpConnection? connection = null;
        try
        {
            connection = await McpConnection.OpenAsync(_transports.For(Configuration), ClientOptions(), cancellationToken)
                .ConfigureAwait(false);
            await Offer.OpenAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _status = Disconnected;
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        _connection = connection;
        _status = Connected;
        NeedsLogin = false;
        _restarts.Began();
        Watch(WatchAsync(connection, _stopped));

        // A change that came while the list was on its way has found no connection to ask.
        Offer.Refresh(ServerOffer.Stale.Prompts, connection, _stopped);
        return connection;
    }

    private McpClientOptions ClientOptions() => new()
    {
        ClientInfo = new Implementation { Name = $"qwen-cli-mcp-client-{Name}", Version = "0.0.1" },
        InitializationTimeout = Configuration.StartTimeout is { } own && own > _options.ConnectTimeout ? own : _options.ConnectTimeout,
        DiscoverProbeTimeout = _options.ProbeTimeout,
        Handlers = new McpClientHandlers
        {
#pragma warning disable MCP9005 // Deprecated by the newest revision of the protocol, but what servers of the older ones go by.
            RootsHandler = (_, _) => ValueTask.FromResult(new ListRootsResult
            {
                Roots = [.. _options.Workspace.Directories.Select(
                    static directory => new Root { Uri = new Uri(directory).AbsoluteUri, Name = Path.GetFileName(directory) })],
            }),
            SamplingHandler = (request, _, token) => Sampling.AnswerAsync(request, token),
#pragma warning restore MCP9005
            ElicitationHandler = (request, _) => ValueTask.FromResult(_elicitations.Answer(request)),
            NotificationHandlers =
            [
                new(NotificationMethods.ToolListChangedNotification, (_, _) => Changed(ServerOffer.Stale.Tools, _stopped)),
                new(NotificationMethods.PromptListChangedNotification, (_, _) => Changed(ServerOffer.Stale.Prompts, _stopped)),
            ],
        },
    };

    private ValueTask Changed(ServerOffer.Stale what, CancellationToken cancellationToken)
    {
        Offer.Refresh(what, Current(), cancellationToken);
        return ValueTask.CompletedTask;
    }

    private void Watch(Task task)
    {
        lock (_gate)
        {
            _watching.RemoveAll(static one => one.IsCompleted);
            _watching.Add(task);
        }
    }

    private async Task WatchAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        var details = await connection.Completion.ConfigureAwait(false);
        if (!ReferenceEquals(_connection, connection) || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        var mayStart = _restarts.MayStart();
        _tell($"MCP server '{Name}' has ended{Failures.Why(Configuration, details)}. " + (mayStart
            ? "It is started again."
            : "It has ended too often, and is started again by the next call of one of its tools only."));
        _status = Disconnected;
        if (mayStart)
        {
            await RestoreAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A call that comes meanwhile connects at once; then there is nothing left to do here.
    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        for (var wasLost = true; wasLost && await _restarts.WaitAsync(cancellationToken).ConfigureAwait(false);)
        {
            if (Current() is not null)
            {
                return;
            }

            try
            {
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
                _tell($"MCP server '{Name}' is connected now.");
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it does wrong this time, too.
                LogFailed(Name, exception.GetType().Name);
                if (Failures.FindLogin(exception) is not null)
                {
                    await AwaitLoginAsync(exception, cancellationToken).ConfigureAwait(false);
                    return;
                }

                wasLost = Configuration.Transport is McpTransport.Stdio ? _restarts.MayStart() : Restarts.MayPass(exception);
                if (!wasLost)
                {
                    _tell(Failures.Explain(Configuration, exception));
                }
            }
        }
    }

    // The user logs in with another program, which keeps what is issued in a file.
    private async Task AwaitLoginAsync(Exception exception, CancellationToken cancellationToken)
    {
        var known = _transports.LoginTime(Configuration);
        NeedsLogin = true;
        _tell(Failures.Explain(Configuration, exception));
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(LoginPoll, _options.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Current() is null && _transports.LoginTime(Configuration) is { } time && time != known)
            {
                NeedsLogin = false;
                await RestoreAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "MCP server {Server} could not be connected: {Failure}.")]
    private partial void LogFailed(string server, string failure);
}
