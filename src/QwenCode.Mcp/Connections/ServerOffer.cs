using Microsoft.Extensions.Logging;
using QwenCode.Mcp.Prompts;
using QwenCode.Mcp.Tools;

namespace QwenCode.Mcp.Connections;

/// <summary>What a server offers, as it was listed last. It stays although the connection is lost: a call makes that anew.</summary>
/// <param name="server">The server.</param>
/// <param name="changed">Called after the tools have changed.</param>
/// <param name="tell">Takes what people should know.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ServerOffer(McpServer server, Action changed, Action<string> tell, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _faults = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<McpTool> _tools = [];
    private volatile IReadOnlyList<McpPrompt> _prompts = [];
    private Stale _stale;
    private bool _isRefreshing;

    [Flags]
    public enum Stale
    {
        Nothing = 0,
        Tools = 1,
        Prompts = 2,
    }

    public IReadOnlyList<McpTool> Tools => _tools;

    public IReadOnlyList<McpPrompt> Prompts => _prompts;

    /// <summary>Gets what lists anew; it ends when there is nothing left to list.</summary>
    public Task Refreshing { get; private set; } = Task.CompletedTask;

    /// <summary>Gets whether the server offers resources.</summary>
    public bool HasResources { get; private set; }

    /// <summary>Lists the tools of a new connection, without which it is of no use; the rest is listed behind it.</summary>
    public async Task OpenAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        if (listed.Count == 0 && !connection.HasPrompts && !connection.HasResources)
        {
            throw new Configuration.McpConfigurationException(
                server.Name, null, "is reached, but the server offers neither tools nor prompts nor resources.");
        }

        HasResources = connection.HasResources;
        Accept(listed);
    }

    /// <summary>Lists again what has changed, as soon as there is a connection.</summary>
    public void Refresh(Stale stale, McpConnection? connection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stale |= stale;
            if (_stale is not Stale.Nothing && !_isRefreshing && connection is not null && !cancellationToken.IsCancellationRequested)
            {
                _isRefreshing = true;
                Refreshing = RefreshAsync(connection, cancellationToken);
            }
        }
    }

    private async Task RefreshAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        // Not under the caller's lock.
        await Task.Yield();
        while (Next() is not Stale.Nothing and var stale)
        {
            // A change that comes while we list is listed again: of several in a row only the last counts.
            try
            {
                if (stale.HasFlag(Stale.Tools))
                {
                    Accept(await ListAsync(connection, cancellationToken).ConfigureAwait(false));
                }

                if (stale.HasFlag(Stale.Prompts))
                {
                    _prompts = connection.HasPrompts
                        ? PromptListing.Read(server.Name, await connection.ListAsync(
                            ModelContextProtocol.Protocol.RequestMethods.PromptsList, cancellationToken).ConfigureAwait(false))
                        : [];
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The session ends.
            }
            catch (Exception exception)
            {
                // What is known stays as it was; the next change, or the next connection, lists it again.
                LogListFailed(server.Name, exception.GetType().Name);
                var what = stale.HasFlag(Stale.Tools) ? "changed its tools" : "has prompts";
                tell($"MCP server '{server.Name}' {what}, but they could not be listed: "
                    + Failures.Redact(server.Configuration, exception.Message));
            }
        }
    }

    private Stale Next()
    {
        lock (_gate)
        {
            var stale = _stale;
            (_stale, _isRefreshing) = (Stale.Nothing, stale is not Stale.Nothing);
            return stale;
        }
    }

    private async Task<IReadOnlyList<ModelContextProtocol.Protocol.Tool>> ListAsync(
        McpConnection connection, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var listed = await connection.ListToolsAsync(faults, cancellationToken).ConfigureAwait(false);
        foreach (var fault in faults)
        {
            if (_faults.Add(fault))
            {
                tell($"MCP server '{server.Name}': {Failures.Redact(server.Configuration, fault)}; it is left out.");
            }
        }

        return listed;
    }

    private void Accept(IReadOnlyList<ModelContextProtocol.Protocol.Tool> listed)
    {
        var known = _tools;
        McpTool[] tools = [.. listed.Where(tool => server.Configuration.Wants(tool.Name))
            .Select(tool => known.FirstOrDefault(one => one.Is(tool)) ?? new McpTool(server, tool))];

        // Servers like to announce changes that are none; a list that stays the same keeps what was made of it.
        if (!tools.SequenceEqual(known))
        {
            _tools = tools;
            changed();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What MCP server {Server} offers could not be listed: {Failure}.")]
    private partial void LogListFailed(string server, string failure);
}
