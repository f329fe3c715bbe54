using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Hosting;
using QwenCode.Plugins;

namespace QwenCode.Cli.Programs;

/// <summary>Decides whether a run needs the managed program: only that one can load assemblies.</summary>
internal static class ManagedNeed
{
    /// <summary>The environment variable that selects the managed program.</summary>
    public const string Variable = "QWEN_MANAGED";

    /// <summary>The protocol of models that are asked through Semantic Kernel's OpenAI connector.</summary>
    public const string ConnectorProtocol = "sk-openai";

    /// <summary>Returns why the command line alone needs the managed program; <c>null</c> if it does not.</summary>
    public static string? Find(CliOptions options) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value && value is not "0" ? $"{Variable} is set"
        : options.PluginDirectories.Count > 0 ? "--plugin-dir names a plugin directory"
        : options.Command is "plugins" ? "the command inspects plugins"
        : null;

    /// <summary>Returns why the settings and folders of a project need the managed program; <c>null</c> if they do not.</summary>
    public static string? Find(CliOptions options, WorkspaceServices project)
    {
        // A session that goes on may see a plugin appear; a run of one prompt ends before that.
        var isLong = options.IsAcp || options.IsStreamJsonInput || options.IsServing
            || (options.Command is null && options.IsInteractive(StandardInput.IsTerminal));
        foreach (var folder in PluginFolder.Standard(project.Options.ApplicationDirectory, project.Workspace))
        {
            if (folder.Origin is not PluginOrigin.Shipped && Directory.Exists(folder.Path) && (isLong || MayHoldPlugins(folder.Path)))
            {
                return $"{folder.Path} may hold plugins";
            }
        }

        var models = project.Models;
        return IsConnector(models.Default.Model?.Protocol) || models.Catalogue.Any(static model => IsConnector(model.Protocol))
            ? $"a model uses the protocol {ConnectorProtocol}"
            : null;
    }

    // A plugin is a folder; a DLL beside the folders is reported, and the managed program does that.
    private static bool MayHoldPlugins(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any(static entry =>
                Directory.Exists(entry) || entry.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The managed program reports what is wrong with it.
            return true;
        }
    }

    private static bool IsConnector(string? protocol) => string.Equals(protocol, ConnectorProtocol, StringComparison.OrdinalIgnoreCase);
}
