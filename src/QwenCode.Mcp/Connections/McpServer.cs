using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Tools;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;

namespace QwenCode.Mcp.Connections;

/// <summary>A configured server: its connection, which may be made anew, and the tools it gave last.</summary>
internal sealed partial class McpServer : IAsyncDisposable
{
    public const string Connecting = "connecting";
    public const string Connected = "connected";
    public const string Disconnected = "disconnected";

    private readonly McpServersOptions _options;
    private readonly Transports _transports;
    private readonly Action _changed;
    private readonly Action<string> _tell;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _watching = [];
    private readonly HashSet<string> _faults = new(StringComparer.Ordinal);
    private volatile McpConnection? _connection;
    private volatile string _status = Connecting;
    private volatile IReadOnlyList<McpTool> _tools = [];
    private Task _refresh = Task.CompletedTask;
    private bool _isStale;

    /// <param name="configuration">What the settings say of it.</param>
    /// <param name="options">On whose behalf it is connected.</param>
    /// <param name="transports">What makes the way to it.</param>
    /// <param name="changed">Called after its tools have changed.</param>
    /// <param name="tell">Takes what people should know.</param>
    public McpServer(
        McpServerConfiguration configuration, McpServersOptions options, Transports transports, Action changed, Action<string> tell)
    {
        (Configuration, _options, _transports, _changed, _tell) = (configuration, options, transports, changed, tell);
        _logger = options.LoggerFactory.CreateLogger<McpServer>();
    }

    public McpServerConfiguration Configuration { get; }

    public string Name => Configuration.Name;

    /// <summary>Gets how the server stands.</summary>
    public string Status => _status;

    /// <summary>Gets its tools as they were last listed. They stay although the connection is lost: a call makes it anew.</summary>
    public IReadOnlyList<McpTool> Tools => _tools;

    public bool IsTrusted => Configuration.IsTrusted && _options.Workspace.IsTrusted;

    public TimeProvider Time => _options.Time;

    /// <summary>Connects for the first time. Reports what goes wrong; never throws.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
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
            _tell(Failures.Explain(Configuration, exception));
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
            left = [.. _watching, _refresh];
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
            var listed = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
            if (listed.Count == 0 && !connection.HasPrompts)
            {
                throw new McpConfigurationException(Name, null, "is reached, but the server offers neither tools nor prompts.");
            }

            Accept(listed);
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
        lock (_gate)
        {
            _watching.RemoveAll(static task => task.IsCompleted);
            _watching.Add(WatchAsync(connection, _stopping.Token));
        }

        // A change that came while the list was on its way has found no connection to ask.
        if (Volatile.Read(ref _isStale))
        {
            Refresh();
        }

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
#pragma warning restore MCP9005
            NotificationHandlers =
            [
                new(NotificationMethods.ToolListChangedNotification, (_, _) =>
                {
                    Refresh();
                    return ValueTask.CompletedTask;
                }),
            ],
        },
    };

    private async Task<IReadOnlyList<ProtocolTool>> ListAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var listed = await connection.ListToolsAsync(faults, cancellationToken).ConfigureAwait(false);
        foreach (var fault in faults)
        {
            if (_faults.Add(fault))
            {
                _tell($"MCP server '{Name}': {Failures.Redact(Configuration, fault)}; it is left out.");
            }
        }

        return listed;
    }

    private void Accept(IReadOnlyList<ProtocolTool> listed)
    {
        var known = _tools;
        McpTool[] tools = [.. listed.Where(tool => Configuration.Wants(tool.Name))
            .Select(tool => known.FirstOrDefault(one => one.Is(tool)) ?? new McpTool(this, tool))];

        // Servers like to announce changes that are none; a list that stays the same keeps what was made of it.
        if (!tools.SequenceEqual(known))
        {
            _tools = tools;
            _changed();
        }
    }

    private void Refresh()
    {
        Volatile.Write(ref _isStale, true);
        lock (_gate)
        {
            if (_refresh.IsCompleted && Current() is { } connection && !_stopping.IsCancellationRequested)
            {
                _refresh = RefreshAsync(connection, _stopping.Token);
            }
        }
    }

    private async Task RefreshAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        // Not under the caller's lock.
        await Task.Yield();
        try
        {
            // A change that comes while we list is listed again: of several in a row only the last counts.
            while (Interlocked.Exchange(ref _isStale, false))
            {
                Accept(await ListAsync(connection, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session ends.
        }
        catch (Exception exception)
        {
            // The tools stay as they were; the next change, or the next connection, lists them again.
            LogListFailed(Name, exception.GetType().Name);
            _tell($"MCP server '{Name}' changed its tools, but they could not be listed: "
                + $"{Failures.Redact(Configuration, exception.Message)}");
        }
    }

    private async Task WatchAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        var details = await connection.Completion.ConfigureAwait(false);
        if (ReferenceEquals(_connection, connection) && !cancellationToken.IsCancellationRequested)
        {
            _tell($"MCP server '{Name}' has ended{Failures.Why(Configuration, details)}. It is started again by the next call of one of "
                + "its tools.");
            _status = Disconnected;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "MCP server {Server} could not be connected: {Failure}.")]
    private partial void LogFailed(string server, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The tools of MCP server {Server} could not be listed: {Failure}.")]
    private partial void LogListFailed(string server, string failure);
}
