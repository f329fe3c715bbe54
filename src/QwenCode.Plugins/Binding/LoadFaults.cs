using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Binding;

/// <summary>Returns in plain words why code of a plugin could not be loaded.</summary>
internal static class LoadFaults
{
    /// <summary>Returns the fault if an exception means that an assembly or native library is not there.</summary>
    public static PluginFault? FindMissingAssembly(Exception exception, string file)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case FileNotFoundException { FileName: { Length: > 0 } name } when IsAssemblyName(name):
                    return Missing(name, file);
                case FileLoadException { FileName: { Length: > 0 } name }:
                    return new(PluginFaultReason.MissingDependency, file,
                        $"It needs the assembly '{name}', which cannot be loaded: {current.Message}",
                        "Build it against the versions this host has.");
                case DllNotFoundException:
                    return new(PluginFaultReason.MissingDependency, file, $"A native library is missing: {current.Message}",
                        "Put it beside the assembly or into runtimes/<rid>/native.");
                case TypeLoadException or MissingMemberException:
                    return new(
                        PluginFaultReason.MissingDependency, file, $"It needs something its dependencies do not have: {current.Message}",
                        "Build it against the versions this host has.");
                case System.Reflection.ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] }:
                    return FindMissingAssembly(first, file);
            }
        }

        return null;
    }

    /// <summary>Describes an assembly that cannot be found.</summary>
    /// <param name="name">The full name that is referenced.</param>
    /// <param name="file">The plugin's assembly or folder.</param>
    public static PluginFault Missing(string name, string file) =>
        HostAssemblies.FindVersion(name) is { } version
            ? new(PluginFaultReason.MissingDependency, file, $"It needs the assembly '{name}', which the host brings in version {version}.",
                "Build it against that version, or use a newer version of the program.")
            : RequiredFrameworks.Explain(name, file)
            ?? new(PluginFaultReason.MissingDependency, file, $"It needs the assembly '{name}', which is not in its folder.",
                "Copy it there; a project with EnableDynamicLoading puts everything it needs into its output folder.");

    /// <summary>Describes any failure to load.</summary>
    public static PluginFault Describe(Exception exception, string file) =>
        exception is PluginFaultException own ? own.Fault
        : FindMissingAssembly(exception, file)
        ?? (exception is BadImageFormatException
            ? new(PluginFaultReason.NotAnAssembly, file, $"It cannot be loaded: {exception.Message}",
                "Build it for this platform, or as AnyCPU.")
            : new(PluginFaultReason.LoadFailed, file, $"It cannot be loaded: {exception.GetType().Name}: {exception.Message}",
                "See the log for the whole story."));

    // A plugin's own FileNotFoundException about a data file must not be taken for a missing assembly.
    private static bool IsAssemblyName(string name) => name.Contains(", Version=", StringComparison.Ordinal);
}
