using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Programs;
using QwenCode.Cli.Running;
using QwenCode.Configuration;
using QwenCode.Configuration.Catalogue;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Models;
using QwenCode.Models.Vertex;
using QwenCode.Plugins;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen doctor</c>: which program runs and why, what it was configured with, and what is wrong. Contacts no model and starts no
/// server.
/// </summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(CliOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var host = Composition.Build(options);
        var project = host.Services.GetRequiredService<WorkspaceServices>();
        var plugins = host.Services.GetRequiredService<PluginHost>();
        await using var owned = plugins.ConfigureAwait(false);
        var faults = new List<string>();

        Line("version", $"{ProgramVersion.Text}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        Line("program", ProgramDescription.Describe(options, project));
        Line("path", Environment.ProcessPath ?? "unknown");
        Line("settings", Settings(project.Settings));
        Line("folder", $"{project.Workspace.Root}{(project.Settings.IsTrusted ? string.Empty : " (not trusted)")}");
        Line("model", Model(project, faults));
        if (project.Models.Default.Model is { Protocol: ModelProtocols.VertexAI } vertex)
        {
            Line("account", new VertexSettings(project.Settings.Variable, vertex.ApiKey).Describe());
        }

        Line("plugins", Plugins(plugins, faults));
        Line("agents", Agents(host.Services.GetRequiredService<AgentCatalog>(), faults));
        Line("sandbox", project.Sandbox ?? "off");
        faults.AddRange(project.Settings.Warnings.Select(static warning => warning.ToString()));
        foreach (var issue in project.Settings.Inspect().Where(static issue => issue.Kind is SettingIssueKind.Unsupported))
        {
            Line("unused", issue.ToString());
        }

        foreach (var fault in faults)
        {
            StandardStreams.Out($"fault      {fault}\n");
        }

        return faults.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Line(string name, string text) => StandardStreams.Out($"{name,-10} {text}\n");

    private static string Settings(Settings settings)
    {
        var read = new[] { settings.Locations.SystemDefaultsFile, settings.Locations.SystemFile, settings.Locations.UserFile,
            settings.Locations.ProjectFile, settings.EnvironmentFile }.Where(File.Exists).Distinct().ToArray();
        return read.Length == 0 ? "none" : string.Join(", ", read);
    }

    // The key itself is never shown, only where it comes from.
    private static string Model(WorkspaceServices project, List<string> faults)
    {
        var choice = project.Models.Default;
        if (!choice.IsUsable)
        {
            faults.Add(choice.Message ?? "No model is configured.");
        }

        return choice.Model is not { } model ? "none"
            : $"{model.Id} ({model.Protocol}) at {model.BaseUrl ?? "the provider's own address"}, "
                + (model.ApiKey is null ? "without a key" : $"with a key{(model.EnvKeyName is { } name ? $" from {name}" : string.Empty)}");
    }

    private static string Plugins(PluginHost plugins, List<string> faults)
    {
        var report = plugins.Report();
        faults.AddRange(report.AllFaults.Select(static fault => fault.ToString()));
        return $"{report.Plugins.Count} (qwen plugins doctor loads and checks each)";
    }

    private static string Agents(AgentCatalog catalog, List<string> faults)
    {
        var report = catalog.Inspect();
        if (!report.IsSound)
        {
            faults.Add("Some agent files cannot be used; qwen agents validate names them.");
        }

        return $"{report.Usable.Count}";
    }
}
