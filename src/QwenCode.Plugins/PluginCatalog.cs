using QwenCode.Plugins.Calls;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins;

/// <summary>All plugins at one moment, with the conflicts between them settled. Immutable.</summary>
internal sealed class PluginCatalog
{
    private readonly Dictionary<InstalledPlugin, List<PluginFault>> _conflicts = [];
    private readonly HashSet<InstalledPlugin> _overridden = [];
    private readonly Dictionary<string, PluginTool> _byName = new(StringComparer.Ordinal);
    private PluginTool[] _winners = [];

    private PluginCatalog(IReadOnlyList<InstalledPlugin> plugins, IReadOnlyList<PluginFault> faults) =>
        (Plugins, Faults) = (plugins, faults);

    public static PluginCatalog Empty { get; } = Create([], []);

    public IReadOnlyList<InstalledPlugin> Plugins { get; }

    public IReadOnlyList<PluginFault> Faults { get; }

    /// <summary>Gets the tools that are offered. Those of a feature are among them once they were found ready.</summary>
    public IReadOnlyList<Tool> Tools { get; private set; } = [];

    /// <summary>Gets the tools of experimental features; they are offered if they are asked for.</summary>
    public IReadOnlyList<PluginTool> Conditional { get; private set; } = [];

    /// <summary>Settles who wins: the stronger origin; within one, the plugin whose folder was found first.</summary>
    public static PluginCatalog Create(IReadOnlyList<InstalledPlugin> plugins, IReadOnlyList<PluginFault> faults)
    {
        var catalog = new PluginCatalog(plugins, faults);
        var names = new Dictionary<string, InstalledPlugin>(StringComparer.OrdinalIgnoreCase);
        foreach (var plugin in StrongestFirst(plugins))
        {
            if (plugin.Generation is null)
            {
                continue;
            }

            if (!names.TryAdd(plugin.Name, plugin))
            {
                catalog._overridden.Add(plugin);
                catalog.Conflict(plugin, new(PluginFaultReason.DuplicatePlugin, plugin.Folder,
                    $"The plugin '{plugin.Name}' of {names[plugin.Name].Folder} is used instead.", "Rename or remove one of them."));
                continue;
            }

            foreach (var tool in plugin.Tools)
            {
                if (!catalog._byName.TryAdd(tool.Name, tool))
                {
                    var winner = plugins.First(other => other.Tools.Contains(catalog._byName[tool.Name]));
                    catalog.Conflict(plugin, new(PluginFaultReason.DuplicateTool, plugin.Folder, $"The plugin '{winner.Name}' of "
                        + $"{winner.Folder} has a tool of this name and goes first.",
                        "Rename one of them, or remove a plugin.") { Tool = tool.Name });
                }
            }
        }

        // With one number in the order of folders, which does not change when a stronger plugin takes a name over.
        catalog._winners = [.. plugins.SelectMany(static plugin => plugin.Tools).Where(tool => catalog.Find(tool.Name) == tool)];
        Sort(catalog._winners);
        catalog.Conditional = [.. catalog._winners.Where(static tool => tool.Declaration.Feature is not null)];
        catalog.Offer([]);
        return catalog;
    }

    /// <summary>Offers the tools of features that were found ready. The list stays the same object while nothing changes.</summary>
    public void Offer(IReadOnlyList<PluginTool> ready)
    {
        var tools = Conditional.Count == 0
            ? _winners : _winners.Where(tool => tool.Declaration.Feature is null || ready.Contains(tool)).ToArray();
        if (!tools.SequenceEqual(Tools))
        {
            Tools = tools;
        }
    }

    // By insertion, since the order is there already as a rule; and by hand for the reason given below.
    private static void Sort(PluginTool[] tools)
    {
        for (var i = 1; i < tools.Length; i++)
        {
            var tool = tools[i];
            var place = i;
            for (; place > 0 && tools[place - 1].Order > tool.Order; place--)
            {
                tools[place] = tools[place - 1];
            }

            tools[place] = tool;
        }
    }

    // By hand, for the sort of the base library over an enumeration is compiled anew at every start.
    private static List<InstalledPlugin> StrongestFirst(IReadOnlyList<InstalledPlugin> plugins)
    {
        var sorted = new List<InstalledPlugin>(plugins.Count);
        foreach (var plugin in plugins)
        {
            var at = sorted.Count;
            while (at > 0 && sorted[at - 1].Origin < plugin.Origin)
            {
                at--;
            }

            sorted.Insert(at, plugin);
        }

        return sorted;
    }

    public PluginTool? Find(string name) => _byName.GetValueOrDefault(name);

    public PluginLoadReport Report()
    {
        // Every start makes one, to report faults.
        var sorted = new List<InstalledPlugin>(Plugins);
        sorted.Sort(static (one, other) => one.Origin == other.Origin
            ? string.CompareOrdinal(one.Name, other.Name) : (int)one.Origin - (int)other.Origin);
        return new(
            [.. sorted.Select(plugin => plugin.Report(_overridden.Contains(plugin), _conflicts.GetValueOrDefault(plugin) ?? []))], Faults);
    }

    /// <summary>Loads every plugin, and looks for references that nothing satisfies; what is wrong is then among its faults.</summary>
    public void Verify(CancellationToken cancellationToken)
    {
        foreach (var plugin in Plugins)
        {
            if (plugin.Generation is not { } generation || !generation.TryEnter(out var lease))
            {
                continue;
            }

            using (lease)
            {
                foreach (var tool in generation.Manifest.Tools)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    try
                    {
                        (generation.GetTool(tool) as KernelFunctionTool)?.Verify();
                    }
                    catch (PluginFaultException)
                    {
                        // Already among the plugin's faults, which is all this is for.
                    }
                }

                // A reference is looked up when a method that uses it is compiled, so loading does not show that it is missing.
                foreach (var fault in generation.FindDependencyFaults())
                {
                    if (!plugin.Faults.ToList().Any(known => known.Reason == fault.Reason && known.Message == fault.Message))
                    {
                        plugin.Faults.Add(fault);
                    }
                }
            }
        }
    }

    private void Conflict(InstalledPlugin plugin, PluginFault fault)
    {
        if (!_conflicts.TryGetValue(plugin, out var list))
        {
            _conflicts.Add(plugin, list = []);
        }

        list.Add(fault);
    }
}
