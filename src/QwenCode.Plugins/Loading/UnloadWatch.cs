using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Loading;

/// <summary>Watches generations that were replaced until the garbage collector has taken them. Not safe for several threads.</summary>
internal sealed class UnloadWatch
{
    /// <summary>
    /// Collecting a load context takes two full collections with finalizers run between them; a few more keep a collector that
    /// works in the background, or a value that lingers on a stack, from being reported.
    /// </summary>
    public const int Patience = 4;

    private readonly List<PluginGeneration> _generations = [];

    /// <summary>Gets whether there is nothing to watch.</summary>
    public bool IsEmpty => _generations.Count == 0;

    /// <summary>Adds a generation that is being retired. One that was never loaded leaves nothing behind.</summary>
    public void Add(PluginGeneration generation) => _generations.Add(generation);

    /// <summary>Forgets what is gone, and returns a fault for each plugin of which something stays.</summary>
    public IReadOnlyList<PluginFault> Look()
    {
        // Still in use: it is unloaded when its last call ends.
        _generations.RemoveAll(static generation => generation.Unloaded.IsCompleted && generation.Context is not { IsAlive: true });
        var collections = GC.CollectionCount(GC.MaxGeneration);
        List<PluginFault>? faults = null;
        foreach (var plugin in _generations
            .Where(generation => collections - generation.CollectionsAtUnload >= Patience)
            .GroupBy(static generation => generation.AssemblyPath))
        {
            var (count, name) = (plugin.Count(), plugin.First().Manifest.Name);
            (faults ??= []).Add(new(
                PluginFaultReason.NotCollected,
                plugin.Key,
                $"{(count == 1 ? "A replaced generation" : $"{count} replaced generations")} of the plugin '{name}' cannot be removed "
                + "from memory: something in the process still refers to it.",
                "Let go in Dispose of what outlives a call: handlers of process-wide events such as AppDomain.ProcessExit, timers, "
                + "threads, and entries in static caches of the framework. Some libraries hold such things themselves "
                + "(Microsoft.Data.Sqlite does); then each reload costs their memory until the program is restarted."));
        }

        return faults ?? [];
    }
}
