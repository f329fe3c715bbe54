using QwenCode.Protocol.Control;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.HostTools;

/// <summary>The tools that a host serves, of all its servers.</summary>
/// <param name="host">The host.</param>
/// <param name="version">The program's version.</param>
public sealed class HostToolSource(HostChannel host, string version) : IToolSource
{
    private readonly Lock _gate = new();
    private IReadOnlyList<Tool> _tools = [];
    private IReadOnlyList<McpServerStatus> _servers = [];

    /// <summary>Gets the servers and how they stand.</summary>
    public IReadOnlyList<McpServerStatus> Servers => Volatile.Read(ref _servers);

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => Volatile.Read(ref _tools);

    /// <summary>Connects servers, all at once. One that cannot be used stays disconnected.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="warn">Takes what went wrong.</param>
    /// <param name="cancellationToken">Abandons the attempt.</param>
    public async Task ConnectAsync(IEnumerable<string> names, Action<string> warn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(warn);
        var fresh = names.Distinct(StringComparer.Ordinal).Where(name => Servers.All(known => known.Name != name)).ToArray();
        var connected = await Task.WhenAll(fresh.Select(name => ConnectAsync(name, warn, cancellationToken))).ConfigureAwait(false);
        lock (_gate)
        {
            _servers = [.. _servers,
                .. fresh.Zip(connected, static (name, tools) => new McpServerStatus(name, tools is null ? "disconnected" : "connected"))];
            if (connected.Any(static tools => tools is { Count: > 0 }))
            {
                _tools = [.. _tools, .. connected.SelectMany(static tools => tools ?? [])];
            }
        }
    }

    private async Task<IReadOnlyList<Tool>?> ConnectAsync(string name, Action<string> warn, CancellationToken cancellationToken)
    {
        try
        {
            return await new HostToolServer(name, host, version).ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HostRequestException exception)
        {
            warn($"MCP server '{name}' of the host cannot be used: {exception.Message}");
            return null;
        }
    }
}
