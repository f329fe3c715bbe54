namespace QwenCode.Plugins.Reports;

/// <summary>All plugins as they stand, and what is wrong with them.</summary>
/// <param name="Plugins">The plugins: by origin, then by name.</param>
/// <param name="Faults">What is wrong outside any plugin, such as a folder that cannot be read.</param>
public sealed record PluginLoadReport(IReadOnlyList<PluginReport> Plugins, IReadOnlyList<PluginFault> Faults)
{
    /// <summary>Gets whether nothing is wrong at all.</summary>
    public bool IsHealthy => Faults.Count == 0 && Plugins.All(static plugin => plugin.Faults.Count == 0);

    /// <summary>Gets every fault, those of the plugins included.</summary>
    public IEnumerable<PluginFault> AllFaults => Faults.Concat(Plugins.SelectMany(static plugin => plugin.Faults));
}
