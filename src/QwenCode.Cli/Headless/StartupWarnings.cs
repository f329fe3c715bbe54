using QwenCode.Agents;
using QwenCode.Cli.Commands;
using QwenCode.Cli.IO;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace QwenCode.Cli.Headless;

/// <summary>Prints on standard error which files of the user cannot be used. The run goes on without them.</summary>
internal static class StartupWarnings
{
    private static readonly string[] UnusedKinds = ["extensions", "skills", "commands"];

    public static void Print(WorkspaceServices project, AgentCatalog agents, PluginHost plugins, Func<IEnumerable<IToolSource>> tools)
    {
        foreach (var warning in project.Settings.Warnings)
        {
            Warn(warning.ToString());
        }

        PrintInsecure(project);
        foreach (var warning in project.Models.Warnings)
        {
            Warn(warning);
        }

        Print(agents.Inspect(), tools);
        PrintUnused(project);

        foreach (var fault in plugins.Report().AllFaults)
        {
            Warn(fault.ToString());
        }
    }

    /// <summary>Prints that the certificates of servers are not checked, if so.</summary>
    /// <param name="project">The project.</param>
    public static void PrintInsecure(WorkspaceServices project)
    {
        if (project.AcceptsAnyCertificate)
        {
            Warn("The certificates of model servers are not checked (--insecure or QWEN_TLS_INSECURE): "
                + "others on the network can read what is sent, the key included.");
        }
    }

    /// <summary>Prints which directories of other versions hold something that is not used.</summary>
    /// <param name="project">The project.</param>
    public static void PrintUnused(WorkspaceServices project)
    {
        foreach (var kind in UnusedKinds)
        {
            foreach (var parent in (string[])[project.Settings.Locations.UserDirectory, Path.Combine(project.Workspace.Root, ".qwen")])
            {
                var directory = Path.Combine(parent, kind);
                if (Directory.Exists(directory) && HasEntries(directory))
                {
                    Warn($"{directory} is not used: {kind} are not supported. Use agents and plugins instead.");
                }
            }
        }
    }

    private static bool HasEntries(string directory)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory).Any();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;   // what cannot be looked into is not used either
        }
    }

    /// <summary>Prints which agent files cannot be used, and what of the others has no effect.</summary>
    /// <param name="agents">The agents.</param>
    /// <param name="tools">Returns where tools come from; asked only if an agent forbids some.</param>
    public static void Print(AgentLoadReport agents, Func<IEnumerable<IToolSource>> tools)
    {
        foreach (var issue in agents.Issues)
        {
            Warn(issue.ToString());
        }

        IReadOnlyCollection<string>? known = null;
        foreach (var agent in agents.Usable.Where(static agent => agent.Level is not AgentLevel.BuiltIn))
        {
            if (agent.IgnoredKeys.Count > 0)
            {
                Warn($"{agent.FilePath}: {List(agent.IgnoredKeys)} not supported and without effect.");
            }

            if (agent.DisallowedTools.Count > 0 && AgentReportText.UnknownTools(
                agent with { Tools = null }, known ??= KnownTools.Of(tools())) is { Count: > 0 } unknown)
            {
                var names = string.Join(", ", unknown.Select(static one => $"'{one}'"));
                Warn($"{agent.FilePath}: 'disallowedTools' forbids nothing by {names}: there is no such tool.");
            }
        }
    }

    private static string List(IReadOnlyList<string> keys) =>
        $"{string.Join(", ", keys.Select(static key => $"'{key}'"))} {(keys.Count == 1 ? "is" : "are")}";

    /// <summary>Prints a warning.</summary>
    /// <param name="text">The warning.</param>
    public static void Warn(string text) => StandardStreams.ErrorLine($"Warning: {text}");
}
