using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// The assemblies every plugin shares with the host, and what else the host has; <see cref="SharedAssemblies"/> decides about that.
/// </summary>
internal static class HostAssemblies
{
    private static readonly string FrameworkDirectory = FindFrameworkDirectory();
    private static readonly ConcurrentDictionary<string, AssemblyBuild?> Builds = new(StringComparer.Ordinal);

    [UnconditionalSuppressMessage("SingleFile", "IL3000",
        Justification = "In a single file the path is empty, and every use handles that.")]
    private static string FindFrameworkDirectory() => Path.GetDirectoryName(typeof(object).Assembly.Location) ?? string.Empty;

    /// <summary>Returns whether an assembly must be the host's: its types appear in the contract, or the framework brings it.</summary>
    public static bool Owns(string name) => name switch
    {
        "QwenCode.Abstractions" or "QwenCode.Platform" or "Microsoft.Extensions.AI.Abstractions"
            or "Microsoft.Extensions.Logging.Abstractions" => true,
        // Logging's own public surface speaks of it.
        "Microsoft.Extensions.DependencyInjection.Abstractions" => true,
        "netstandard" or "mscorlib" => true,
        _ when FrameworkDirectory.Length > 0 => File.Exists(Path.Combine(FrameworkDirectory, name + ".dll")),
        // A single file has no framework folder to look into; what carries the framework's names is tried with the host first.
        _ => (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            && CanLoad(name),
    };

    /// <summary>Returns the version the host has of an assembly it brings to every plugin; <c>null</c> for one it does not.</summary>
    public static Version? FindVersion(string fullName)
    {
        var name = new AssemblyName(fullName).Name!;
        try
        {
            return Owns(name) ? AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name)).GetName().Version : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Returns the build that the host has of any assembly, which need not be loaded; <c>null</c> if it has none.</summary>
    public static AssemblyBuild? FindBuild(string name) => Builds.GetOrAdd(name, static name =>
    {
        if (AssemblyLoadContext.Default.Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == name) is { } loaded)
        {
            return BuildOf(loaded);
        }

        var known = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? string.Empty).Split(Path.PathSeparator);
        var file = name + ".dll";
        var path = Array.Find(known, path => string.Equals(Path.GetFileName(path), file, StringComparison.OrdinalIgnoreCase));
        return path is not null ? AssemblyBuild.Find(path)
            // A single file has no list of files; what is bundled can only be asked for.
            : FrameworkDirectory.Length == 0 && CanLoad(name)
                ? BuildOf(AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name)))
                : null;
    });

    private static AssemblyBuild BuildOf(Assembly assembly) => new(assembly.GetName().Version!, assembly.ManifestModule.ModuleVersionId);

    private static bool CanLoad(string name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name)) is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
