using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.IO;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Plugins;

namespace QwenCode.Cli.Headless;

/// <summary>What of the person's files cannot be used, on standard error before the run: the rest goes on without it, but never in silence.</summary>
internal static class StartupWarnings
{
    public static void Tell(IServiceProvider services)
    {
        var project = services.GetRequiredService<Project>();
        foreach (var warning in project.Settings.Warnings)
        {
            Warn(warning.ToString());
        }

        foreach (var warning in project.Models.Warnings)
        {
            Warn(warning);
        }

        foreach (var issue in services.GetRequiredService<AgentCatalog>().Inspect().Issues)
        {
            Warn(issue.ToString());
        }

        foreach (var fault in services.GetRequiredService<PluginHost>().Report().AllFaults)
        {
            Warn(fault.ToString());
        }
    }

    private static void Warn(string text) => StandardStreams.ErrorLine($"Warning: {text}");
}
