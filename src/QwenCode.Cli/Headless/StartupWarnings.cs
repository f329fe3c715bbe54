using QwenCode.Cli.IO;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Plugins;

namespace QwenCode.Cli.Headless;

/// <summary>Prints on standard error which files of the user cannot be used. The run goes on without them.</summary>
internal static class StartupWarnings
{
    public static void Print(WorkspaceServices project, AgentCatalog agents, PluginHost plugins)
    {
        foreach (var warning in project.Settings.Warnings)
        {
            Warn(warning.ToString());
        }

        foreach (var warning in project.Models.Warnings)
        {
            Warn(warning);
        }

        foreach (var issue in agents.Inspect().Issues)
        {
            Warn(issue.ToString());
        }

        foreach (var fault in plugins.Report().AllFaults)
        {
            Warn(fault.ToString());
        }
    }

    /// <summary>Prints a warning.</summary>
    /// <param name="text">The warning.</param>
    public static void Warn(string text) => StandardStreams.ErrorLine($"Warning: {text}");
}
