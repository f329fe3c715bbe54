using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Configuration;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Servers;
using QwenCode.Hosting;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen mcp</c>: the MCP servers of the settings.</summary>
internal static class McpCommand
{
    private const string Connected = "connected";

    // Longer than a program takes that starts from a package cache.
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var words = options.CommandWords;
        return options.Verb switch
        {
            "add" => Add(options),
            "remove" => Remove(options),
            "list" => await ListAsync(options, cancellationToken).ConfigureAwait(false),
            "approve" => McpApprovalCommand.Run(options, isApproved: true),
            "reject" => McpApprovalCommand.Run(options, isApproved: false),
            "login" => await McpLoginCommand.LogInAsync(options, cancellationToken).ConfigureAwait(false),
            "logout" => await McpLoginCommand.LogOutAsync(options, cancellationToken).ConfigureAwait(false),
            _ when words is ["--all"] or ["-a"] => await TestAsync(options, null, cancellationToken).ConfigureAwait(false),
            _ when words.Count == 1 => await TestAsync(options, words[0], cancellationToken).ConfigureAwait(false),
            _ => Fail($"Please specify a server name or use --all: qwen mcp {options.Verb} NAME|--all"),
        };
    }

    private static int Add(CliOptions options)
    {
        var given = McpAddArguments.Parse(options.CommandWords);
        try
        {
            McpServerEntry.Read(given.Name, given.Entry);
        }
        catch (McpConfigurationException exception)
        {
            return Fail(exception.Message);
        }

        var project = Composition.ReadProject(options);
        if (given.IsProject && project.Settings.Locations.IsHome)
        {
            return Fail("Error: Please use --scope user to edit settings in the home directory.");
        }

        var (scope, word) = given.IsProject ? (SettingsScope.Project, "project") : (SettingsScope.User, "user");
        var isKnown = Has(project, scope, given.Name);
        new SettingsWriter(project.Settings.Locations).Set(["mcpServers", given.Name], given.Entry, scope);
        StandardStreams.Out(isKnown
            ? $"MCP server \"{given.Name}\" is already configured within {word} settings.\n"
            + $"MCP server \"{given.Name}\" updated in {word} settings.\n"
            : $"MCP server \"{given.Name}\" added to {word} settings. ({given.Transport})\n");
        return ExitCodes.Success;
    }

    private static int Remove(CliOptions options)
    {
        var words = options.CommandWords.ToList();
        var at = words.FindIndex(static word => word is "-s" or "--scope");
        var scope = SettingsScope.User;
        if (at >= 0 && at + 1 < words.Count && words[at + 1] is "user" or "project")
        {
            scope = words[at + 1] is "project" ? SettingsScope.Project : SettingsScope.User;
            words.RemoveRange(at, 2);
        }

        if (words.Count != 1)
        {
            return Fail("Usage: qwen mcp remove [-s user|project] NAME");
        }

        var project = Composition.ReadProject(options);
        var word = scope is SettingsScope.Project ? "project" : "user";
        if (!Has(project, scope, words[0]))
        {
            StandardStreams.Out($"Server \"{words[0]}\" not found in {word} settings.\n");
            return ExitCodes.Success;
        }

        new SettingsWriter(project.Settings.Locations).Remove(["mcpServers", words[0]], scope);
        StandardStreams.Out($"Server \"{words[0]}\" removed from {word} settings.\n");
        return ExitCodes.Success;
    }

    private static async Task<int> ListAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var servers = new ConfiguredMcpServers(Composition.ReadProject(options), NullLoggerFactory.Instance, TimeProvider.System);
        await using var owned = servers.ConfigureAwait(false);
        if (servers.Configurations.Count == 0 && servers.Waiting.Count == 0)
        {
            StandardStreams.Out("No MCP servers configured.\n");
            (await servers.PrepareAsync(cancellationToken).ConfigureAwait(false)).ToList().ForEach(StandardStreams.ErrorLine);
            return ExitCodes.Success;
        }

        var news = await ConnectAsync(servers, ListPatience, cancellationToken).ConfigureAwait(false);
        StandardStreams.Out("Configured MCP servers:\n");
        foreach (var server in servers.Configurations)
        {
            var (mark, state) = State(servers, server);
            StandardStreams.Out($"{mark} {server.Name}: {Target(server)} - {state}{Place(server)}\n");
        }

        foreach (var server in servers.Waiting)
        {
            StandardStreams.Out($"○ {server.Name}: {Target(server)} - Not approved: qwen mcp approve {server.Name}{Place(server)}\n");
        }

        news.ForEach(StandardStreams.ErrorLine);
        return ExitCodes.Success;
    }

    private static async Task<int> TestAsync(CliOptions options, string? name, CancellationToken cancellationToken)
    {
        var project = Composition.ReadProject(options, name is null ? [] : [name]);
        var servers = new ConfiguredMcpServers(project, NullLoggerFactory.Instance, TimeProvider.System);
        await using var owned = servers.ConfigureAwait(false);
        if (servers.Configurations.Count == 0)
        {
            return Fail(name is null ? "No MCP servers configured." : Missing(servers, name));
        }

        var news = await ConnectAsync(servers, TestPatience, cancellationToken).ConfigureAwait(false);
        var isGood = true;
        var catalog = servers.ForSession().Catalog!;
        foreach (var server in servers.Configurations)
        {
            var (mark, state) = State(servers, server);
            isGood &= state is "Connected" || (name is null && state is "Disabled");
            StandardStreams.Out($"{mark} {server.Name}: {Target(server)} - {state}\n");
            foreach (var tool in servers.Snapshot().Where(tool => tool.Declaration.Source == $"mcp:{server.Name}"))
            {
                StandardStreams.Out($"    {tool.Name}  {PlainText.Line(tool.Declaration.Description, 80)}\n");
            }

            foreach (var prompt in catalog.Commands(static _ => false).Where(prompt => prompt.Server == server.Name))
            {
                StandardStreams.Out($"    /{PlainText.Line(prompt.Command, 60)}  {PlainText.Line(prompt.Description, 80)}\n");
            }
        }

        news.ForEach(StandardStreams.ErrorLine);
        return isGood ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<List<string>> ConnectAsync(
        ConfiguredMcpServers servers, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return [.. await servers.PrepareAsync(limit.Token).ConfigureAwait(false)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    private static (string Mark, string State) State(ConfiguredMcpServers servers, McpServerConfiguration server) =>
        servers.Status.FirstOrDefault(one => one.Name == server.Name) switch
        {
            { Status: Connected } => ("✓", "Connected"),
            { Status: "connecting" } => ("…", "Connecting"),
            { NeedsLogin: true } => ("✗", $"Needs login: qwen mcp login {server.Name}"),
            _ => servers.IsDisabled(server) ? ("○", "Disabled") : ("✗", "Disconnected"),
        };

    /// <summary>Says why there is no server of a name.</summary>
    public static string Missing(ConfiguredMcpServers servers, string name) => servers.Waiting.Any(server => server.Name == name)
        ? $"MCP server \"{name}\" is not approved: qwen mcp approve {name}" : $"There is no MCP server \"{name}\" in the settings.";

    private static string Place(McpServerConfiguration server) =>
        server.Origin?.Contains(ProjectServersFile.Name, StringComparison.Ordinal) is true ? $" ({ProjectServersFile.Name})" : string.Empty;

    private static string Target(McpServerConfiguration server) => PlainText.Of(server.Transport switch
    {
        McpTransport.Stdio => $"{string.Join(' ', server.Arguments.Prepend(server.Command))} (stdio)",
        McpTransport.Http => $"{server.Address!.GetLeftPart(UriPartial.Path)} (http)",
        _ => $"{server.Address!.GetLeftPart(UriPartial.Path)} (sse)",
    });

    private static bool Has(WorkspaceServices project, SettingsScope scope, string name) =>
        project.Settings.Written(scope, "mcpServers") is { ValueKind: System.Text.Json.JsonValueKind.Object } written
        && written.TryGetProperty(name, out _);

    private static int Fail(string message)
    {
        StandardStreams.ErrorLine(message);
        return ExitCodes.Failure;
    }
}
