using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QwenCode.Configuration;
using QwenCode.Mcp;
using QwenCode.Mcp.Configuration;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Hosting;

/// <summary>
/// The MCP servers of the settings, shared by all sessions of the process. If none are configured, nothing that speaks the
/// protocol is loaded.
/// </summary>
/// <param name="project">The project.</param>
/// <param name="loggerFactory">The log.</param>
/// <param name="time">The clock.</param>
public sealed class ConfiguredMcpServers(WorkspaceServices project, ILoggerFactory loggerFactory, TimeProvider time) : IToolSource,
    IAsyncDisposable
{
    private readonly Lock _gate = new();
    private List<string> _problems = [];
    private IReadOnlyList<McpServerConfiguration> _configurations = [];
    private McpServers? _servers;
    private bool _isRead;

    /// <summary>Gets how the servers stand; empty if there are none.</summary>
    public IReadOnlyList<McpServerStatus> Status => Read()?.Status ?? [];

    /// <summary>Gets the entries of servers that may be used, those that are switched off included.</summary>
    public IReadOnlyList<McpServerConfiguration> Configurations => Read() is null ? [] : _configurations;

    /// <summary>Returns whether a server is only listed, by its entry or <c>mcp.excluded</c>.</summary>
    /// <param name="server">The server.</param>
    public bool IsDisabled(McpServerConfiguration server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.IsDisabled || Disabled.Contains(server.Name);
    }

    /// <summary>Gets the file with the tokens of logins at servers.</summary>
    public string TokenFile => Path.Combine(project.Settings.Locations.UserDirectory, "mcp-oauth-tokens.json");

    /// <summary>Gets the servers; <c>null</c> if there are none.</summary>
    internal McpServers? Servers => Read();

    /// <summary>Makes room for the servers that a client brings for one session.</summary>
    public SessionMcpServers ForSession() => new(this);

    /// <summary>Begins to connect; returns at once.</summary>
    public void Start() => Read()?.Start();

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => Read()?.Snapshot() ?? [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        if (Read() is not { } servers)
        {
            return [];
        }

        var news = await servers.PrepareAsync(cancellationToken).ConfigureAwait(false);
        var problems = Interlocked.Exchange(ref _problems, []);
        return problems.Count == 0 ? news : [.. problems, .. news];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNews() => _servers?.TakeNews() ?? [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _servers?.DisposeAsync() ?? ValueTask.CompletedTask;

    // The flag replaces both lists of the settings.
    private IReadOnlyList<string> Disabled =>
        project.Options.AllowedMcpServers.Count > 0 ? [] : project.Settings.StringList("mcp.excluded") ?? [];

    private McpServers? Read()
    {
        lock (_gate)
        {
            if (!_isRead)
            {
                _isRead = true;
                var entries = project.Settings.Element("mcpServers");
                var command = project.Settings.String("mcp.serverCommand");
                if (command is not null || entries is { } map && (map.ValueKind is not JsonValueKind.Object || map.EnumerateObject().Any()))
                {
                    Create(entries, command);
                }
            }

            return _servers;
        }
    }

    // Kept out of line: compiling a method may load what it mentions.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Create(JsonElement? entries, string? command)
    {
        if (entries is { ValueKind: not JsonValueKind.Object })
        {
            throw project.Settings.Invalid("mcpServers", "must be an object that maps names to servers.");
        }

        var servers = new List<McpServerConfiguration>();
        foreach (var entry in entries is { } map ? map.EnumerateObject() : default)
        {
            var origin = (entry.Name.Contains('.') ? null : project.Settings.Origin($"mcpServers.{entry.Name}"))
                ?? project.Settings.Origin("mcpServers");
            if (project.Options.LeavesOutCustomizations && origin?.Scope is not (SettingsScope.CommandLine or SettingsScope.System))
            {
                continue;
            }

            try
            {
                servers.Add(McpServerEntry.Read(entry.Name, entry.Value, origin?.ToString()));
            }
            catch (McpConfigurationException exception)
            {
                _problems.Add($"MCP server '{entry.Name}' is left out: {exception.Message} ({origin})");
            }
        }

        if (command is not null && !project.Options.LeavesOutCustomizations && CommandWords.Split(command) is { Count: > 0 } words)
        {
            servers.Add(new McpServerConfiguration
            {
                Name = "mcp",
                Transport = McpTransport.Stdio,
                Command = words[0],
                Arguments = [.. words.Skip(1)],
                Origin = project.Settings.Origin("mcp.serverCommand")?.ToString(),
            });
        }

        _configurations = [.. servers.Where(IsAllowed)];
        _servers = Connect(servers);
    }

    /// <summary>Describes servers on behalf of the project, those that the settings or the command line do not allow left out.</summary>
    internal McpServers Connect(IEnumerable<McpServerConfiguration> servers) => new(new McpServersOptions
    {
        Servers = [.. servers.Where(IsAllowed)],
        Disabled = Disabled,
        Workspace = project.Workspace,
        Environment = project.ChildEnvironment,
        TokenFile = TokenFile,
        LoggerFactory = loggerFactory,
        Time = time,
    });

    /// <summary>Returns whether the settings or the command line allow a server.</summary>
    internal bool IsAllowed(McpServerConfiguration server) =>
        (project.Options.AllowedMcpServers is { Count: > 0 } flag ? flag : project.Settings.StringList("mcp.allowed"))
            ?.Contains(server.Name) is not false;
}
