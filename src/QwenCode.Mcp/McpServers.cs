using System.Collections.Concurrent;
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
    private readonly List<McpServer> _servers = [];
    private readonly ConcurrentQueue<string> _news = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _clashes = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<Tool> _tools = [];
    private Task? _started;
    private Task? _deadline;
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
        if (!options.Workspace.IsTrusted)
        {
            if (options.Servers.Count > 0)
            {
                _news.Enqueue($"MCP servers are not started, because this folder is not trusted: "
                    + $"{string.Join(", ", options.Servers.Select(static server => server.Name))}.");
            }

            return;
        }

        var transports = new Transports(options);
        foreach (var server in options.Servers)
        {
            foreach (var warning in server.Warnings)
            {
                _news.Enqueue(server.Origin is null ? warning : $"{server.Origin}: {warning}");
            }

            if (!server.IsDisabled && !options.Disabled.Contains(server.Name))
            {
                _servers.Add(new McpServer(server, options, transports, Publish, _news.Enqueue));
            }
        }
    }

    /// <summary>Gets how the servers stand, in the order of their configuration; none where the folder is not trusted.</summary>
    public IReadOnlyList<McpServerStatus> Status => !_options.Workspace.IsTrusted
        ? []
        : [.. _options.Servers.Select(server => new McpServerStatus(
            server.Name, _servers.Find(one => ReferenceEquals(one.Configuration, server))?.Status ?? McpServer.Disconnected))];

    /// <summary>Begins to connect; returns at once. Later calls do nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_started is not null || _isDisposed)
            {
                return;
            }

            // On the pool: loading what speaks the protocol takes longer than all else a session does before its first request.
            _started = Task.WhenAll(_servers.ConvertAll(server => Task.Run(() => server.StartAsync(_stopping.Token))));
            _deadline = _servers.Count == 0 ? Task.CompletedTask : ReportLateAsync(_stopping.Token);
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
        Start();
        if (_started is { IsCompleted: false } started && _deadline is { IsCompleted: false } deadline)
        {
            await Task.WhenAny(started, deadline).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var news = new List<string>();
        while (_news.TryDequeue(out var item))
        {
            news.Add(item);
        }

        return news;
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
        await Task.WhenAll(_servers.ConvertAll(static server => server.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_started ?? Task.CompletedTask, _deadline ?? Task.CompletedTask).ConfigureAwait(false);
        _stopping.Dispose();
    }

    // Each server is waited for as long as its own entry says; the last of them ends the wait.
    private async Task ReportLateAsync(CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        var groups = _servers.GroupBy(server => Max(server.Configuration.StartTimeout, _options.StartTimeout));
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
            foreach (var tool in _servers.SelectMany(static server => server.Tools))
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
}
