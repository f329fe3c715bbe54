using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Configuration.Models;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Plugins.McMaster;
using QwenCode.SemanticKernel.OpenAI;

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

    // An empty host: the usual one reads configuration files, logs to the console and costs 70 ms more of every start.
    public static IHost Build(CliOptions options, LocalModel? local = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (options.IsDebugging)
        {
            DebugLog.AddTo(builder);
        }

        builder.Services.AddQwenCode(qwen =>
        {
            qwen.EnvironmentVariables = ModelKeys.Variables;
            qwen.Model = options.Model ?? local?.Model;
            qwen.AuthType = options.AuthType ?? (local is null ? null : "openai");
            qwen.ApiKey = options.ApiKey ?? (local is null ? null : "local");
            qwen.BaseUrl = options.BaseUrl ?? local?.BaseUrl.ToString();
            qwen.Proxy = options.Proxy;
            qwen.LogModelRequests = options.LogModelRequests;
            qwen.ModelLogDirectory = options.ModelLogDirectory;
            qwen.IncludeDirectories = options.IncludeDirectories;
            qwen.PluginDirectories = options.PluginDirectories;
            qwen.PluginLoaders.Add(McMasterLoaders.Name, static () => McMasterLoader());
            qwen.Features = options.EnableLanguageServers ? ["lsp"] : [];
            qwen.AllowedTools = options.AllowedTools;
            qwen.ExcludedTools = options.ExcludedTools;
            qwen.CoreTools = options.CoreTools;
            qwen.AllowedMcpServers = options.AllowedMcpServers;
            qwen.Sandbox = options.Sandbox;
            qwen.SystemPrompt = options.SystemPrompt;
            qwen.AppendSystemPrompt = options.AppendSystemPrompt;
            qwen.RecordTranscripts = options.RecordSession;
            qwen.Version = ProgramVersion.Text;
            qwen.Protocols = new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>>
            {
                [OpenAIConnector.Protocol] = AskThroughConnector,
            };
            // A run of one prompt ends before newer code would matter.
            qwen.EnablePluginReload = options.IsStreamJsonInput || options.IsInteractive(StandardInput.IsTerminal);
        });
        var host = builder.Build();
        try
        {
            ModelKeys.Hide(host.Services.GetRequiredService<WorkspaceServices>());
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    // Apart, so that the assemblies of that loader are not loaded before a plugin selects it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static McMasterPluginLoader McMasterLoader() => new();

    // Not inlined: the connector's libraries are loaded by the model that is asked through them, and by no other run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IChatClient AskThroughConnector(IServiceProvider services, ModelEntry entry) => OpenAIConnector.CreateClient(entry);
}
