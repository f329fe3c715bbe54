using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;
using McMaster.NETCore.Plugins.Loader;
using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.McMaster;

/// <summary>
/// Loads plugins with McMaster.NETCore.Plugins: <see cref="PluginLoader"/>, or, for a build output that refers to packages instead
/// of holding them, the context builder of that library. Its hot reload is not used: the host replaces generations itself.
/// </summary>
/// <remarks>
/// It differs from the host's own loader in two ways. A private assembly that is missing is taken from the host if the host
/// happens to have one. And a plugin runs straight from a project's output folder: with
/// <c>GenerateRuntimeConfigDevFile</c>, packages are loaded from the NuGet cache.
/// </remarks>
public sealed class McMasterPluginLoader : IPluginLoader
{
    /// <inheritdoc/>
    public IPluginScope Load(PluginLoadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DevelopmentOutput.Find(request.AssemblyPath) is { } output ? LoadFromOutput(request, output) : LoadFromFolder(request);
    }

    /// <inheritdoc/>
    /// <remarks>Packages in the NuGet cache count; the host's own copies do not, although the library falls back to them.</remarks>
    public string? FindOutsideFolder(PluginLoadRequest request, AssemblyName reference)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reference);
        return DevelopmentOutput.Find(request.AssemblyPath)?.FindAssembly(reference.Name!);
    }

    private static McMasterScope LoadFromFolder(PluginLoadRequest request)
    {
        var loader = PluginLoader.CreateFromAssemblyFile(request.AssemblyPath, configuration =>
        {
            configuration.IsUnloadable = request.IsUnloadable;
            foreach (var shared in Shared(request))
            {
                configuration.SharedAssemblies.Add(shared);
            }
        });
        return new(loader.LoadContext, loader.LoadDefaultAssembly(), loader.Dispose);
    }

    private static McMasterScope LoadFromOutput(PluginLoadRequest request, DevelopmentOutput output)
    {
        var builder = new AssemblyLoadContextBuilder().SetMainAssemblyPath(request.AssemblyPath);
        foreach (var shared in Shared(request))
        {
            builder.PreferDefaultLoadContextAssembly(shared);
        }

        if (request.IsUnloadable)
        {
            builder.EnableUnloading();
        }

        output.AddTo(builder);
        var context = builder.Build();
        return new(context, context.LoadFromAssemblyPath(request.AssemblyPath), request.IsUnloadable ? context.Unload : static () => { });
    }

    // The library adds what these reference, and with that most of the framework. What a folder holds beyond that, such as a
    // copy of a framework assembly, is named here, or the library would prefer it to the host's.
    private static IEnumerable<AssemblyName> Shared(PluginLoadRequest request)
    {
        yield return typeof(Tools.Tool).Assembly.GetName();
        foreach (var file in Directory.EnumerateFiles(request.Folder, "*.dll"))
        {
            var name = new AssemblyName(Path.GetFileNameWithoutExtension(file));
            if (request.IsShared(name) && IsInHost(name))
            {
                yield return name;
            }
        }
    }

    // The library does not survive a shared assembly that the host lacks.
    private static bool IsInHost(AssemblyName name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(name) is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
