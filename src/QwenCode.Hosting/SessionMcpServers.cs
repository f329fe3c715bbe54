using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using QwenCode.Mcp;
using QwenCode.Mcp.Configuration;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Hosting;

/// <summary>
/// The MCP servers of one session: those that its client brings, which are started, limited and asked about as those of the settings
/// are, and end with the session; and the prompts and resources of both. Without servers, nothing that speaks the protocol is loaded.
/// </summary>
public sealed class SessionMcpServers : IToolSource, IAsyncDisposable
{
    private readonly ConfiguredMcpServers _settings;
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly Lock _gate = new();
    private volatile McpServers? _servers;
    private McpCatalog? _catalog;
    private IReadOnlyList<Tool>? _own;
    private IReadOnlyList<Tool>? _forResources;
    private IReadOnlyList<Tool> _tools = [];

    internal SessionMcpServers(ConfiguredMcpServers settings) => _settings = settings;

    /// <summary>Gets the prompts and resources, those of the settings' servers included; <c>null</c> if there are no servers.</summary>
    public McpCatalog? Catalog => _settings.Servers is null && _servers is null ? null : CreateCatalog();

    /// <summary>Gets how the client's servers stand; empty if there are none.</summary>
    public IReadOnlyList<McpServerStatus> Status => _servers is { } servers ? servers.Status : [];

    /// <summary>
    /// Adds servers, and begins to connect them; returns at once. What cannot be used is told of when the session's next run begins. A
    /// server whose name the settings or the session have already is left out.
    /// </summary>
    /// <param name="servers">
    /// <c>{NAME: entry}</c> with entries as in the settings, or the list that editors send, whose servers are never trusted: see
    /// <see cref="ClientServers.Read"/>.
    /// </param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(JsonElement servers)
    {
        var wanted = new List<McpServerConfiguration>();
        var taken = _settings.Status;
        foreach (var server in ClientServers.Read(servers, _problems.Enqueue))
        {
            if (taken.Any(one => one.Name == server.Name))
            {
                _problems.Enqueue($"MCP server '{server.Name}' of the client is left out: the settings have a server of that name.");
            }
            else if (!_settings.IsAllowed(server))
            {
                _problems.Enqueue(
                    $"MCP server '{server.Name}' of the client is left out: mcp.allowed or --allowed-mcp-server-names does not name it.");
            }
            else
            {
                wanted.Add(server);
            }
        }

        if (wanted.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_servers is { } known)
            {
                known.Add(wanted);
            }
            else
            {
                _servers = _settings.Connect(wanted);
                _servers.Start();
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => Catalog is null ? [] : Combine();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        var news = new List<string>();
        while (_problems.TryDequeue(out var problem))
        {
            news.Add(problem);
        }

        if (_servers is { } servers)
        {
            news.AddRange(await servers.PrepareAsync(cancellationToken).ConfigureAwait(false));
        }

        return news;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNews() => _servers?.TakeNews() ?? [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _servers is { } servers ? servers.DisposeAsync() : ValueTask.CompletedTask;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private McpCatalog CreateCatalog()
    {
        lock (_gate)
        {
            return _catalog ??= new McpCatalog(() => [.. new[] { _settings.Servers, _servers }.OfType<McpServers>()]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IReadOnlyList<Tool> Combine()
    {
        var (own, forResources) = (_servers?.Snapshot() ?? [], Catalog!.Tools);
        lock (_gate)
        {
            if (!ReferenceEquals(own, _own) || !ReferenceEquals(forResources, _forResources))
            {
                (_own, _forResources) = (own, forResources);
                _tools = [.. own, .. forResources];
            }

            return _tools;
        }
    }
}
