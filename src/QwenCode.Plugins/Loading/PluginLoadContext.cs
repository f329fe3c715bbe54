using System.Reflection;
using System.Runtime.Loader;

namespace QwenCode.Plugins.Loading;

/// <summary>Where one generation of a plugin lives: what it shares from the host, everything else from its own folder.</summary>
internal sealed class PluginLoadContext : AssemblyLoadContext, IPluginScope
{
    private readonly string _main;
    private readonly string _folder;
    private readonly Func<AssemblyName, bool> _isShared;
    private readonly bool _prefersResolver;
    private AssemblyDependencyResolver? _resolver;
    private Assembly? _assembly;

    /// <param name="request">What is loaded into it.</param>
    public PluginLoadContext(PluginLoadRequest request)
        : base(request.Name, request.IsUnloadable)
    {
        _main = request.AssemblyPath;
        _folder = request.Folder;
        _isShared = request.IsShared;
        // deps.json matters if an assembly differs by platform. Elsewhere looking into the folder gives the same answer without
        // the resolver, which costs more than the whole rest of the load.
        _prefersResolver = Directory.Exists(Path.Combine(_folder, "runtimes"));
    }

    public AssemblyLoadContext Context => this;

    public Assembly MainAssembly => LoadMain();

    public Assembly LoadMain() => _assembly ??= LoadFromAssemblyPath(_main);

    void IPluginScope.Unload()
    {
        // The runtime holds an unloading context until its code is gone; with the assembly in its hands that would be never.
        _assembly = null;
        if (IsCollectible)
        {
            Unload();
        }
    }

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

        if (_isShared(assemblyName))
        {
            return null;
        }

        var path = (_prefersResolver ? FindByResolver(assemblyName) : null) ?? FindInFolder(name) ?? FindByResolver(assemblyName);
        // null would let the host's own libraries stand in: a plugin would then work or not by what the host happens to use. A whole
        // shared framework is another matter: the plugin names it in its runtimeconfig.json, and only the host can bring it.
        return path is not null ? LoadFromAssemblyPath(path)
            : HostFrameworks.Brings(name) ? null
            : throw new FileNotFoundException(
            $"The plugin '{Name}' needs {assemblyName}, which is not in its folder.", assemblyName.FullName);
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
