using System.Reflection;
using System.Runtime.Loader;

namespace QwenCode.Plugins.Loading;

/// <summary>Where one generation of a plugin lives: what it shares from the host, everything else from its own folder.</summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly string _main;
    private readonly string _folder;
    private readonly SharedAssemblies _shared;
    private readonly bool _prefersResolver;
    private AssemblyDependencyResolver? _resolver;

    /// <param name="name">The plugin's name, for debuggers.</param>
    /// <param name="main">The path of the plugin's assembly.</param>
    /// <param name="collectible">Whether it can be unloaded; ready-to-run code is not used then.</param>
    public PluginLoadContext(string name, string main, bool collectible)
        : base(name, collectible)
    {
        _main = main;
        _folder = Path.GetDirectoryName(main)!;
        _shared = SharedAssemblies.Of(_folder);
        // deps.json matters where an assembly differs by platform. Elsewhere looking into the folder gives the same answer without
        // the resolver, which costs more than the whole rest of the load.
        _prefersResolver = Directory.Exists(Path.Combine(_folder, "runtimes"));
    }

    public Assembly LoadMain() => LoadFromAssemblyPath(_main);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (assemblyName.CultureName is { Length: > 0 } culture)
        {
            var satellite = Path.Combine(_folder, culture, name + ".dll");
            return File.Exists(satellite) ? LoadFromAssemblyPath(satellite)
                : FindByResolver(assemblyName) is { } resolved ? LoadFromAssemblyPath(resolved)
                : null;
        }

        if (_shared.Owns(name))
        {
            return null;
        }

        var path = (_prefersResolver ? FindByResolver(assemblyName) : null) ?? FindInFolder(name) ?? FindByResolver(assemblyName);
        // null would let the host's own libraries stand in: a plugin would then work or not by what the host happens to use.
        return path is not null
            ? LoadFromAssemblyPath(path)
            : throw new FileNotFoundException($"The plugin '{Name}' needs {assemblyName}, which is not in its folder.", assemblyName.FullName);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var candidate in NativeLibraries.Candidates(_folder, unmanagedDllName))
        {
            if (File.Exists(candidate))
            {
                return LoadUnmanagedDllFromPath(candidate);
            }
        }

        return Resolver?.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }

    private AssemblyDependencyResolver? Resolver =>
        _resolver ??= File.Exists(Path.ChangeExtension(_main, ".deps.json")) ? new AssemblyDependencyResolver(_main) : null;

    private string? FindByResolver(AssemblyName name) => Resolver?.ResolveAssemblyToPath(name);

    private string? FindInFolder(string name) => Path.Combine(_folder, name + ".dll") is var path && File.Exists(path) ? path : null;
}
