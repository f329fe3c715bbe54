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

/// <summary>The program's host.</summary>
internal static class Composition
{
    /// <summary>Builds the host; where nobody has configured a model, with one that runs on this machine, if there is one.</summary>
    public static async ValueTask<IHost> BuildAsync(CliOptions options)
    {
        var host = Build(options);
        try
        {
            var project = host.Services.GetRequiredService<Project>();
            if (project.Models.Default.Problem is not ModelProblem.NothingConfigured || await ModelCheck.FindLocalAsync(project).ConfigureAwait(false) is not { } local)
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
        var arguments = options.Arguments;
        if (arguments.Flag("debug") is true)
        {
            DebugLog.AddTo(builder);
        }

        builder.Services.AddQwenCode(qwen =>
        {
            qwen.Model = arguments.Text("model") ?? local?.Model;
            qwen.AuthType = arguments.Text("auth-type") ?? (local is null ? null : "openai");
            qwen.ApiKey = arguments.Text("openai-api-key") ?? (local is null ? null : "local");
            qwen.BaseUrl = arguments.Text("openai-base-url") ?? local?.BaseUrl.ToString();
            qwen.IncludeDirectories = arguments.List("include-directories");
            qwen.PluginDirectories = arguments.List("plugin-dir");
            qwen.PluginLoaders.Add(McMasterLoaders.Name, static () => McMasterLoader());
            qwen.Features = arguments.Flag("experimental-lsp") is true ? ["lsp"] : [];
            qwen.AllowedTools = arguments.List("allowed-tools");
            qwen.ExcludedTools = arguments.List("exclude-tools");
            qwen.CoreTools = arguments.List("core-tools");
            qwen.AllowedMcpServers = arguments.List("allowed-mcp-server-names");
            qwen.Sandbox = arguments.Flag("sandbox");
            qwen.SystemPrompt = arguments.Text("system-prompt");
            qwen.AppendSystemPrompt = arguments.Text("append-system-prompt");
            qwen.RecordTranscripts = arguments.Flag("chat-recording");
            qwen.Version = ProgramVersion.Text;
            qwen.Protocols = new Dictionary<string, Func<IServiceProvider, ModelEntry, IChatClient>> { [OpenAIConnector.Protocol] = AskThroughConnector };
            // What runs one prompt and ends has no use for newer code.
            qwen.EnablePluginReload = options.IsStreamJsonInput || options.IsInteractive(StandardInput.IsTerminal);
        });
        return builder.Build();
    }

    // Apart, so that the assemblies of that loader are not loaded before a plugin selects it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static McMasterPluginLoader McMasterLoader() => new();

    // Not inlined: the connector's libraries are loaded by the model that is asked through them, and by no other run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IChatClient AskThroughConnector(IServiceProvider services, ModelEntry entry) => OpenAIConnector.CreateClient(entry);
}
