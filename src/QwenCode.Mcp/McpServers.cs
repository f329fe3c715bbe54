using System.Collections.Concurrent;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Connections;
using QwenCode.Mcp.Tools;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Mcp;

/// <summary>
/// The tools of configured servers. All are connected side by side, in the background, from <see cref="Start"/> on; one that
/// fails is told of once and left out. Disposing ends the connections and the programs behind them.
/// </summary>
public sealed class McpServers : IToolSource, IAsyncDisposable
{
    private const int ManyTools = 128;

    private readonly McpServersOptions _options;
    private readonly Transports _transports;
    private readonly ConcurrentQueue<string> _news = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _clashes = new(StringComparer.Ordinal);
    private readonly List<Task> _starts = [];
    private volatile IReadOnlyList<Listed> _listed = [];
    private volatile IReadOnlyList<Tool> _tools = [];
    private Task _wait = Task.CompletedTask;
    private bool _isStarted;
    private bool _hasWarnedOfMany;
    private bool _isDisposed;

    /// <summary>Describes the servers; nothing is started yet.</summary>
    /// <param name="options">Which servers, and on whose behalf.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    public McpServers(McpServersOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _transports = new Transports(options);
        Add(options.Servers);
    }

    /// <summary>Gets how the servers stand, in the order of their configuration; none where the folder is not trusted.</summary>
    public IReadOnlyList<McpServerStatus> Status => !_options.Workspace.IsTrusted
        ? []
        : [.. _listed.Select(static one => new McpServerStatus(one.Name, one.Server?.Status ?? McpServer.Disconnected)
            {
                NeedsLogin = one.Server?.NeedsLogin is true,
            })];

    /// <summary>Describes further servers, which connect at once if the others do; those with known names are left out.</summary>
    /// <param name="servers">The servers.</param>
    public void Add(IReadOnlyList<McpServerConfiguration> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        lock (_gate)
        {
            var known = _listed;
            Listed[] fresh = [.. servers.Where(server => !known.Any(one => one.Name == server.Name)).Select(Describe)];
            _listed = [.. known, .. fresh];
            if (!_options.Workspace.IsTrusted && fresh.Length > 0)
            {
                _news.Enqueue($"MCP servers are not started, because this folder is not trusted: "
                    + $"{string.Join(", ", fresh.Select(static one => one.Name))}.");
            }

            if (_isStarted && !_isDisposed)
            {
                Connect(fresh);
            }
        }
    }

    /// <summary>Begins to connect; returns at once. Later calls do nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_isStarted && !_isDisposed)
            {
                _isStarted = true;
                Connect(_listed);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => _tools;

    /// <inheritdoc/>
    /// <remarks>
    /// Waits for all servers, but for none beyond <see cref="McpServersOptions.StartTimeout"/> or its own longer timeout after the start;
    /// from then on it returns at once.
    /// </remarks>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return TakeNews();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNews()
    {
        var news = new List<string>();
        while (_news.TryDequeue(out var item))
        {
            news.Add(item);
        }

        return news;
    }

    /// <summary>Waits as <see cref="PrepareAsync"/> does, and leaves what there is to say to that.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ReadyAsync(CancellationToken cancellationToken)
    {
        Start();
        lock (_gate)
        {
            return _wait.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(Servers.Select(static server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_starts).ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal IEnumerable<McpServer> Servers => _listed.Select(static one => one.Server).OfType<McpServer>();

    private Listed Describe(McpServerConfiguration server)
    {
        if (!_options.Workspace.IsTrusted)
        {
            return new(server.Name, null);
        }

        foreach (var warning in server.Warnings)
        {
            _news.Enqueue(server.Origin is null ? warning : $"{server.Origin}: {warning}");
        }

        return new(server.Name, server.IsDisabled || _options.Disabled.Contains(server.Name)
            ? null : new McpServer(server, _options, _transports, Publish, _news.Enqueue));
    }

    private void Connect(IReadOnlyList<Listed> listed)
    {
        McpServer[] servers = [.. listed.Select(static one => one.Server).OfType<McpServer>()];
        if (servers.Length == 0)
        {
            return;
        }

        // On the pool: loading what speaks the protocol takes longer than all else a session does before its first request.
        var started = Task.WhenAll(servers.Select(server => Task.Run(() => server.StartAsync(_stopping.Token))));
        var deadline = ReportLateAsync(servers, started, _stopping.Token);
        _starts.AddRange([started, deadline]);
        _wait = Task.WhenAll(_wait, Task.WhenAny(started, deadline));
    }

    // Each server is waited for as long as its own entry says; the last of them ends the wait.
    private async Task ReportLateAsync(McpServer[] servers, Task started, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var groups = servers.GroupBy(server => Max(server.Configuration.StartTimeout, _options.StartTimeout));
        foreach (var group in groups.OrderBy(static one => one.Key))
        {
            try
            {
                await Task.Delay(group.Key - waited, _options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (started.IsCompleted)
            {
                return;
            }

            waited = group.Key;
            foreach (var server in group.Where(static server => server.Status == McpServer.Connecting))
            {
                _news.Enqueue($"MCP server '{server.Name}' is still connecting; its tools are offered as soon as it is ready. If it needs "
                    + $"longer, set mcpServers.{server.Name}.timeout, in milliseconds.");
            }
        }

        static TimeSpan Max(TimeSpan? own, TimeSpan general) => own > general ? own.Value : general;
    }

    private void Publish()
    {
        lock (_gate)
        {
            var tools = new Dictionary<string, McpTool>(StringComparer.Ordinal);
            foreach (var tool in Servers.SelectMany(static server => server.Offer.Tools))
            {
                if (!tools.TryAdd(tool.Name, tool) && _clashes.Add($"{tool.Server.Name}\n{tool.OwnName}"))
                {
                    var first = tools[tool.Name];
                    _news.Enqueue($"The tool '{tool.OwnName}' of MCP server '{tool.Server.Name}' is not offered: '{first.OwnName}' of "
                        + $"'{first.Server.Name}' has the same name {tool.Name}. Rename one of the servers, or name one of the tools in "
                        + "excludeTools.");
                }
            }

            if (tools.Count > ManyTools && !_hasWarnedOfMany)
            {
                _hasWarnedOfMany = true;
                _news.Enqueue($"MCP servers offer {tools.Count} tools, and every request sends them all: that costs tokens, and some "
                    + $"providers take at most {ManyTools}. Choose with includeTools or excludeTools in mcpServers.");
            }

            _tools = [.. tools.Values];
        }
    }

    /// <summary>A server by its name; one that is not to be connected is only a name.</summary>
    private sealed record Listed(string Name, McpServer? Server);
}
