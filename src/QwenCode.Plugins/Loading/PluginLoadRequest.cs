using System.Reflection;

namespace QwenCode.Plugins.Loading;

/// <summary>What a loader is asked to load.</summary>
public sealed record PluginLoadRequest
{
    /// <summary>Gets the plugin's name, for debuggers and messages.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the absolute path of the main assembly. Its folder holds what the plugin needs of its own.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>
    /// Gets whether the plugin must be unloadable. An unloadable context is collectible, and the runtime uses no precompiled
    /// code in it.
    /// </summary>
    public required bool IsUnloadable { get; init; }

    /// <summary>
    /// Gets the rule for shared assemblies: the plugin must use the host's copy of an assembly if it returns <c>true</c>, also
    /// if the plugin's folder holds one. The contract and the framework are shared, and Semantic Kernel's abstractions if the folder
    /// holds the host's very build; everything else is private.
    /// </summary>
    public required Func<AssemblyName, bool> IsShared { get; init; }

    /// <summary>Gets the absolute path of the folder of <see cref="AssemblyPath"/>.</summary>
    public string Folder => Path.GetDirectoryName(AssemblyPath)!;

    /// <summary>Makes a request with the host's rule for shared assemblies.</summary>
    internal static PluginLoadRequest Create(string name, string assemblyPath, bool isUnloadable)
    {
        var shared = SharedAssemblies.Of(Path.GetDirectoryName(assemblyPath)!);
        return new()
        {
            Name = name,
            AssemblyPath = assemblyPath,
            IsUnloadable = isUnloadable,
            IsShared = reference => shared.Owns(reference.Name!),
        };
    }
}
