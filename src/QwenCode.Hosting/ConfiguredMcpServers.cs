using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using QwenCode.Agents;
using QwenCode.Configuration;
using QwenCode.Configuration.Servers;
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
    private IReadOnlyList<McpServerConfiguration> _waiting = [];
    private McpServers? _servers;
    private bool _isRead;

    /// <summary>Gets how the servers stand; empty if there are none.</summary>
    public IReadOnlyList<McpServerStatus> Status => Read()?.Status ?? [];

    /// <summary>Gets the entries of servers that may be used, those that are switched off included.</summary>
    public IReadOnlyList<McpServerConfiguration> Configurations => Read() is null ? [] : _configurations;

    /// <summary>Gets the entries of the project's <c>.mcp.json</c> that are not used, because the user has not approved them.</summary>
    public IReadOnlyList<McpServerConfiguration> Waiting => Read() is null ? [] : _waiting;

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

    /// <summary>Makes the servers of an agent: those that its definition describes, which nothing starts before the agent does.</summary>
    /// <param name="named">What the definition says.</param>
    /// <param name="session">The servers of its session.</param>
    /// <returns><c>null</c> if there is nothing to start and nothing to say.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal IToolSource? ForAgent(AgentServers named, SessionMcpServers session)
    {
        var known = Status.Concat(session.Status).Select(static one => one.Name).ToHashSet(StringComparer.Ordinal);
        List<string> problems = [.. named.Names.Where(name => !known.Contains(name))
            .Select(static name => $"it names MCP server '{name}', and there is none of that name.")];
        var servers = new List<McpServerConfiguration>();
        foreach (var own in named.Own)
        {
            try
            {
                var (entry, problem) = ServerVariables.Fill(own.Entry, project.ChildEnvironment);

                // A file that a project brings cannot say that nobody is asked.
                var server = problem is null ? McpServerEntry.Read(own.Name, entry, own.Origin) with { IsTrusted = false }
                    : throw new McpConfigurationException(own.Name, null, problem);
                if (IsAllowed(server))
                {
                    servers.Add(server);
                }
                else
                {
                    problems.Add($"MCP server '{own.Name}' is left out: mcp.allowed or --allowed-mcp-server-names does not name it.");
                }
            }
            catch (McpConfigurationException exception)
            {
                problems.Add($"{own.Origin}: MCP server '{own.Name}' is left out: {exception.Message}");
            }
        }

        return servers.Count == 0 && problems.Count == 0 ? null
            : new AgentMcpServers(servers.Count == 0 ? null : Connect(servers), problems);
    }

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
                var hasEntries = entries is { } map && (map.ValueKind is not JsonValueKind.Object || map.EnumerateObject().Any());
                if (hasEntries || command is not null || HasProjectFile())
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

        if (HasProjectFile())
        {
            AddProjectServers(servers);
        }

        _configurations = [.. servers.Where(IsAllowed)];
        _servers = Connect(servers);
    }

    // In a folder that is not trusted nothing of the project is read, this file no more than its settings.
    private bool HasProjectFile() =>
        project.Settings.IsTrusted && File.Exists(Path.Combine(project.Workspace.Root, ProjectServersFile.Name));

    private void AddProjectServers(List<McpServerConfiguration> servers)
    {
        var file = ProjectServersFile.Read(project.Workspace.Root, project.ChildEnvironment);
        _problems.AddRange(file.Problems);
        var approvals = new ServerApprovals(ApprovalsFile(project), project.Workspace.Root);
        var waiting = new List<McpServerConfiguration>();
        foreach (var server in file.Servers)
        {
            if (servers.Exists(one => one.Name == server.Name))
            {
                _problems.Add($"{server.Origin}: MCP server '{server.Name}' is left out: the settings have a server of that name.");
                continue;
            }

            try
            {
                var read = McpServerEntry.Read(server.Name, server.Entry, server.Origin.ToString());
                if (read.IsTrusted)
                {
                    _problems.Add($"{server.Origin}: mcpServers.{server.Name}.trust has no effect here; only settings can say it.");
                    read = read with { IsTrusted = false };
                }

                (approvals.Find(server) is true ? servers : waiting).Add(read);
                if (approvals.Find(server) is null && IsAllowed(read))
                {
                    _problems.Add($"MCP server '{server.Name}' is not started, because nobody has approved it ({server.Origin}). Look at "
                        + $"its entry, and then: qwen mcp approve {server.Name}, or qwen mcp reject {server.Name}.");
                }
            }
            catch (McpConfigurationException exception)
            {
                _problems.Add($"{server.Origin}: MCP server '{server.Name}' is left out: {exception.Message}");
            }
        }

        _waiting = [.. waiting.Where(IsAllowed)];
    }

    /// <summary>Gets the file with what the user has decided about servers of projects.</summary>
    /// <param name="project">The project.</param>
    public static string ApprovalsFile(WorkspaceServices project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return Path.Combine(project.Settings.Locations.UserDirectory, "mcp-approvals.json");
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
