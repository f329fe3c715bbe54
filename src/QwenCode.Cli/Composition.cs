using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QwenCode.Cli.Acp;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;
using QwenCode.Configuration.Models;
using QwenCode.Hosting;
using QwenCode.Models;

namespace QwenCode.Cli;

/// <summary>Builds the host of a command line.</summary>
internal static class Composition
{
    /// <summary>Builds the host. If no model is configured, it uses one that runs on this machine.</summary>
    public static async ValueTask<IHost> BuildAsync(CliOptions options, CancellationToken cancellationToken)
    {
        var host = Build(options);
        try
        {
            var project = host.Services.GetRequiredService<WorkspaceServices>();
            if (project.Models.Default.Problem is not ModelProblem.NothingConfigured
                || await ModelCheck.FindLocalAsync(project, cancellationToken).ConfigureAwait(false) is not { } local)
            {
                return host;
            }

            host.Dispose();
            return Build(options, local);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public static IHost Build(CliOptions options, LocalModel? local = null)
    {
        var host = Create(options, local, null);
        try
        {
            var project = host.Services.GetRequiredService<WorkspaceServices>();
            // Before the keys are hidden: the program that takes over needs them, too.
            ThisProgram.HandOver(ManagedNeed.Find(options, project));
            ModelKeys.Hide(project);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Builds the host of a workspace that a client names, in a process that serves several.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancellationToken">Ends the search for a model.</param>
    public static async ValueTask<IHost> BuildAsync(CliOptions options, ClientWorkspace workspace, CancellationToken cancellationToken)
    {
        var host = Create(options, null, workspace);
        try
        {
            var project = host.Services.GetRequiredService<WorkspaceServices>();
            if (project.Models.Default.Problem is ModelProblem.NothingConfigured
                && await ModelCheck.FindLocalAsync(project, cancellationToken).ConfigureAwait(false) is { } local)
            {
                host.Dispose();
                host = Create(options, local, workspace);
                project = host.Services.GetRequiredService<WorkspaceServices>();
            }

            ModelKeys.Hide(project);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static IHost Create(CliOptions options, LocalModel? local, ClientWorkspace? workspace)
    {
        // An empty host: the usual one reads configuration files, logs to the console and costs 70 ms more of every start.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (options.IsDebugging)
        {
            DebugLog.AddTo(builder);
        }

        builder.Services.AddQwenCode(qwen =>
        {
            Configure(qwen, options, local);
            if (workspace is not null)
            {
                qwen.WorkingDirectory = workspace.Directory;
                qwen.IncludeDirectories = [.. qwen.IncludeDirectories, .. workspace.Additional];
            }
        });
        return builder.Build();
    }

    /// <summary>Reads what the settings say of the project, without a host: for commands that need nothing else.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="servers">The only MCP servers to know; none leaves it to the command line and the settings.</param>
    public static WorkspaceServices ReadProject(CliOptions options, IReadOnlyList<string>? servers = null)
    {
        var qwen = new QwenCodeOptions();
        Configure(qwen, options, null);
        qwen.AllowedMcpServers = servers is { Count: > 0 } ? servers : qwen.AllowedMcpServers;
        return new WorkspaceServices(qwen, TimeProvider.System);
    }

    private static void Configure(QwenCodeOptions qwen, CliOptions options, LocalModel? local)
    {
        qwen.EnvironmentVariables = ModelKeys.Variables;
        qwen.Model = options.Model ?? local?.Model;
        qwen.AuthType = options.AuthType ?? (local is null ? null : "openai");
        qwen.ApiKey = options.ApiKey ?? (local is null ? null : "local");
        qwen.BaseUrl = options.BaseUrl ?? local?.BaseUrl.ToString();
        qwen.Proxy = options.Proxy;
        qwen.LogModelRequests = options.LogModelRequests;
        qwen.ModelLogDirectory = options.ModelLogDirectory;
        qwen.ModelCassette = options.ModelCassette;
        qwen.IncludeDirectories = options.IncludeDirectories;
        qwen.PluginDirectories = options.PluginDirectories;
        qwen.Features = options.EnableLanguageServers && !options.IsBare ? ["lsp"] : [];
        qwen.AllowedTools = options.AllowedTools;
        qwen.ExcludedTools = options.ExcludedTools;
        qwen.CoreTools = options.CoreTools;
        qwen.OffersBasicToolsOnly = options.IsBare;
        qwen.LeavesOutCustomizations = options.IsSafeMode;
        qwen.AcceptsAnyCertificate = options.AcceptsAnyCertificate;
        qwen.FallbackModels = options.FallbackModels;
        qwen.WaitsForLimits = options.IsUnattended;
        qwen.MaxAgentDepth = options.MaxAgentDepth;
        qwen.DisabledCommands = options.DisabledCommands;
        qwen.McpServers = options.McpServers;
        qwen.AllowedMcpServers = options.AllowedMcpServers;
        qwen.Sandbox = options.Sandbox;
        qwen.SystemPrompt = options.SystemPrompt;
        qwen.AppendSystemPrompt = options.AppendSystemPrompt;
        qwen.RecordTranscripts = options.RecordSession;
        qwen.EnableCheckpoints = options.EnableCheckpoints;
        qwen.Version = ProgramVersion.Text;
        ThisProgram.Configure(qwen);
        // A run of one prompt ends before newer code would matter.
        qwen.EnablePluginReload = options.IsAcp || options.IsStreamJsonInput || options.IsServing
            || options.IsInteractive(StandardInput.IsTerminal);
    }
}
