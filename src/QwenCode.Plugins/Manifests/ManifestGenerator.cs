using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.SemanticKernel;

namespace QwenCode.Plugins.Manifests;

/// <summary>Makes a manifest of an assembly, by looking at its classes in a load context that is gone afterwards.</summary>
internal static class ManifestGenerator
{
    /// <summary>Makes the manifest.</summary>
    /// <param name="path">The assembly, in a folder with all it needs.</param>
    /// <param name="shownPath">The path faults name.</param>
    /// <param name="metadata">What its metadata says.</param>
    /// <param name="dialects">The ways of marking tools.</param>
    /// <param name="loader">Loads it.</param>
    /// <param name="services">Fills in constructors of classes that do not describe themselves.</param>
    /// <exception cref="PluginFaultException">The assembly cannot be loaded.</exception>
    public static PluginManifest Generate(
        string path,
        string shownPath,
        PluginMetadata metadata,
        IReadOnlyList<IPluginDialect> dialects,
        IPluginLoader loader,
        Func<Type, object?> services)
    {
        var faults = new FaultList();
        var tools = Describe(path, shownPath, metadata, dialects, loader, services, faults);
        var usable = new List<PluginToolEntry>(tools.Count);
        foreach (var tool in tools.OrderBy(static tool => tool.Order))
        {
            if (ToolCheck.FindFault(tool.Declaration.Name, tool.Declaration.Parameters, shownPath) is { } fault)
            {
                faults.Add(fault);
            }
            else if (usable.Exists(other => other.Declaration.Name == tool.Declaration.Name))
            {
                faults.Add(new(PluginFaultReason.DuplicateTool, shownPath,
                    "The assembly brings two tools of this name; the first one counts.", "Rename one.") { Tool = tool.Declaration.Name });
            }
            else
            {
                usable.Add(tool);
            }
        }

        return new PluginManifest
        {
            Name = metadata.Name,
            Version = metadata.Version.ToString(),
            Assembly = Path.GetFileName(shownPath),
            Contract = metadata.Contract,
            Stamp = AssemblyStamp.Of(path, metadata.Mvid),
            Tools = usable,
            Faults = faults.ToList(),
        };
    }

    // Apart, so that no local variable of the caller keeps the context alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<PluginToolEntry> Describe(
        string path,
        string shownPath,
        PluginMetadata metadata,
        IReadOnlyList<IPluginDialect> dialects,
        IPluginLoader loader,
        Func<Type, object?> services,
        FaultList faults)
    {
        IPluginScope? scope = null;
        var instances = new PluginInstances(shownPath, services, NullLoggerFactory.Instance, TimeProvider.System);
        try
        {
            var binding = new BindingContext(metadata.Name, shownPath, instances, faults);
            scope = loader.Load(PluginLoadRequest.Create($"{metadata.Name} (manifest)", path, isUnloadable: true));
            var assembly = scope.MainAssembly;
            var tools = new List<PluginToolEntry>();
            foreach (var name in metadata.ToolTypes)
            {
                try
                {
                    var type = assembly.GetType(name, throwOnError: true)!;
                    foreach (var dialect in dialects)
                    {
                        tools.AddRange(dialect.Bind(type, binding).Select(tool => Copy(tool, metadata.Name, name, dialect)));
                    }
                }
                catch (Exception exception)
                {
                    // The plugin's code and types: one class that cannot be looked at must not hide the others.
                    faults.Add(LoadFaults.Describe(exception, shownPath));
                }
            }

            foreach (var dialect in dialects)
            {
                foreach (var place in dialect.FindPlaces(Path.GetDirectoryName(path)!))
                {
                    try
                    {
                        tools.AddRange(
                            dialect.BindPlace(place, assembly, binding).Select(tool => Copy(tool, metadata.Name, place, dialect)));
                    }
                    catch (Exception exception)
                    {
                        // As above; what reads the place is the plugin's own as well.
                        faults.Add(LoadFaults.Describe(exception, shownPath));
                    }
                }
            }

            return tools;
        }
        catch (Exception exception)
        {
            throw new PluginFaultException(LoadFaults.Describe(exception, shownPath), exception);
        }
        finally
        {
            instances.Abandon();
            SerializerCaches.Clear();
            KernelCaches.Clear();
            scope?.Unload();
        }
    }

    // The declaration is copied: one that the plugin made may be of a type that keeps it loaded.
    private static PluginToolEntry Copy(BoundTool tool, string plugin, string type, IPluginDialect dialect) =>
        new(tool.Declaration with { Source = plugin, Parameters = tool.Declaration.Parameters.Clone() }, type, tool.Method,
            tool.Order) { Dialect = dialect.Name };
}
