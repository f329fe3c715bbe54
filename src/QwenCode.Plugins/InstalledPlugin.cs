using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Calls;
using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins;

/// <summary>A plugin folder as it was last looked at.</summary>
internal sealed class InstalledPlugin
{
    private readonly PluginTool[] _tools;

    /// <summary>Creates a plugin that can be used.</summary>
    public InstalledPlugin(
        FoundFolder folder, PluginGeneration generation, PluginHostOptions options, FaultList faults, ILogger log,
        Func<string, Tool?> findCurrent)
        : this(folder.Path, folder.Origin, generation.Manifest.Name, options, faults, log)
    {
        Version = generation.Manifest.Version;
        Generation = generation;
        _tools = [.. generation.Manifest.Tools.Select(entry => new PluginTool(entry, this, Generation, findCurrent))];
    }

    /// <summary>Creates a plugin that cannot.</summary>
    public InstalledPlugin(string folder, PluginOrigin origin, string name, PluginHostOptions options, FaultList faults, ILogger log)
    {
        (Folder, Origin, Name, Options, Faults, Log) = (folder, origin, name, options, faults, log);
        _tools = [];
    }

    public string Folder { get; }

    public PluginOrigin Origin { get; }

    public string Name { get; }

    public string Version { get; } = string.Empty;

    public PluginHostOptions Options { get; }

    public FaultList Faults { get; }

    public ILogger Log { get; }

    /// <summary>Gets what serves the calls; <c>null</c> if the plugin cannot be used.</summary>
    public PluginGeneration? Generation { get; }

    public IReadOnlyList<PluginTool> Tools => _tools;

    /// <summary>Gets or sets what is wrong with a newer state of the folder, because of which this one stays in use.</summary>
    public IReadOnlyList<PluginFault> Pending { get; set; } = [];

    public PluginReport Report(bool isOverridden, IEnumerable<PluginFault> conflicts) => new(
        Name,
        Version,
        Origin,
        Folder,
        isOverridden ? PluginState.Overridden : Generation?.State ?? PluginState.Broken,
        [.. _tools.Select(static tool => tool.Declaration)],
        [.. Faults.ToList(), .. Pending, .. conflicts],
        Generation?.LoadTime)
    {
        Loader = Generation?.LoaderName ?? PluginLoaders.Own,
    };
}
