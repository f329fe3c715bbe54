using System.Reflection;

namespace QwenCode.Plugins.Loading;

/// <summary>The assemblies every plugin shares with the host. All others are its own.</summary>
internal static class HostAssemblies
{
    private static readonly string FrameworkDirectory = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? string.Empty;

    /// <summary>Says whether an assembly must be the host's: its types appear in the contract, or the framework brings it.</summary>
    public static bool Owns(string name) => name switch
    {
        "QwenCode.Abstractions" or "Microsoft.Extensions.AI.Abstractions" or "Microsoft.Extensions.Logging.Abstractions" => true,
        // Logging's own public surface speaks of it.
        "Microsoft.Extensions.DependencyInjection.Abstractions" => true,
        "netstandard" or "mscorlib" => true,
        _ when FrameworkDirectory.Length > 0 => File.Exists(Path.Combine(FrameworkDirectory, name + ".dll")),
        // A single file has no framework folder to look into; what carries the framework's names is tried with the host first.
        _ => (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)) && CanLoad(name),
    };

    /// <summary>Gives the version the host has of an assembly it brings to every plugin; <c>null</c> for one it does not.</summary>
    public static Version? FindVersion(string fullName)
    {
        var name = new AssemblyName(fullName).Name!;
        try
        {
            return Owns(name) ? System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name)).GetName().Version : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static bool CanLoad(string name)
    {
        try
        {
            return System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name)) is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
