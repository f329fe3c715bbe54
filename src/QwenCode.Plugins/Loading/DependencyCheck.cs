using System.Reflection;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Loading;

/// <summary>Compares what a plugin's assemblies reference with its folder and the host, by metadata, without loading any of them.</summary>
internal static class DependencyCheck
{
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 6,
        IgnoreInaccessible = true,
    };

    /// <summary>Returns a fault for each reference that nothing satisfies, from the main assembly on through those it brings.</summary>
    public static IReadOnlyList<PluginFault> FindFaults(PluginLoadRequest request, IPluginLoader loader)
    {
        var faults = new List<PluginFault>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var waiting = new Queue<string>([request.AssemblyPath]);
        while (waiting.TryDequeue(out var path))
        {
            foreach (var reference in PluginMetadataReader.ReadReferences(path)?.References ?? [])
            {
                if (!seen.Add(reference.FullName))
                {
                    continue;
                }

                if (request.IsShared(reference))
                {
                    var version = HostAssemblies.FindVersion(reference.FullName);
                    AddIfOlder(reference, version, "the host brings it in version", request.AssemblyPath, faults);
                }
                else if (FindPrivate(reference, request, loader) is { } file)
                {
                    var version = PluginMetadataReader.ReadReferences(file)?.Name.Version;
                    AddIfOlder(reference, version, $"{file} is version", request.AssemblyPath, faults);
                    if (seen.Add(file))
                    {
                        waiting.Enqueue(file);
                    }
                }
                else if (!HostFrameworks.Brings(reference.Name!)
                    && Describe(reference, path, request.AssemblyPath) is var fault && !faults.Contains(fault))
                {
                    faults.Add(fault);
                }
            }
        }

        return faults;
    }

    // Beside the main assembly as a rule; below runtimes/ if it differs by platform.
    private static string? FindPrivate(AssemblyName reference, PluginLoadRequest request, IPluginLoader loader)
    {
        var file = reference.Name + ".dll";
        var beside = Path.Combine(request.Folder, file);
        return File.Exists(beside) ? beside
            : Directory.EnumerateFiles(request.Folder, file, Everywhere).FirstOrDefault() ?? loader.FindOutsideFolder(request, reference);
    }

    private static void AddIfOlder(AssemblyName reference, Version? present, string where, string file, List<PluginFault> faults)
    {
        if (present is not null && reference.Version is { } needed && present < needed)
        {
            faults.Add(new(
                PluginFaultReason.MissingDependency,
                file,
                $"It needs the assembly '{reference.FullName}', and {where} {present}.",
                "Build it against that version, or bring the newer one."));
        }
    }

    private static PluginFault Describe(AssemblyName reference, string from, string file)
    {
        var fault = LoadFaults.Missing(reference.FullName, file);
        if (from == file || fault.Reason is not PluginFaultReason.MissingDependency)
        {
            return fault;
        }

        var library = Path.GetFileName(from);
        return fault with { Message = $"{library} needs the assembly '{reference.FullName}', which is not in the plugin's folder." };
    }
}
