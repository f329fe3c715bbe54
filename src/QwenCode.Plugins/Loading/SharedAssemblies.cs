using QwenCode.Plugins.SemanticKernel;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// What one plugin folder shares with the host: the contract and the framework always, and the abstractions of Semantic Kernel if
/// the folder holds the very build that the host has. Kernels, functions and filters are then the same types on both sides.
/// </summary>
internal sealed class SharedAssemblies
{
    private const string VectorData = "Microsoft.Extensions.VectorData.Abstractions";

    private static readonly SharedAssemblies Contract = new([]);

    private SharedAssemblies(IReadOnlyList<string> names) => Names = names;

    /// <summary>Gets the names of what is shared beside the contract and the framework. The default is none.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Decides for a folder. One file is looked for; metadata is read only if it is there, and nothing is loaded.</summary>
    public static SharedAssemblies Of(string folder)
    {
        if (AssemblyBuild.Find(Path.Combine(folder, KernelNames.Abstractions + ".dll")) is not { } build
            || HostAssemblies.FindBuild(KernelNames.Abstractions) != build)
        {
            return Contract;
        }

        // The abstractions speak of its types, so it goes with them; the host's cannot stand in for a newer one.
        var hosts = HostAssemblies.FindBuild(VectorData);
        var wanted = AssemblyBuild.Find(Path.Combine(folder, VectorData + ".dll"));
        return wanted is not null && (hosts is null || hosts.Version < wanted.Version)
            ? Contract
            // Never Core: it remembers the types of arguments in static caches, which would keep a plugin that is unloaded in memory.
            : new(hosts is null ? [KernelNames.Abstractions] : [KernelNames.Abstractions, VectorData]);
    }

    /// <summary>Returns whether an assembly is the host's to this folder.</summary>
    public bool Owns(string name) => HostAssemblies.Owns(name) || Names.Contains(name);
}
