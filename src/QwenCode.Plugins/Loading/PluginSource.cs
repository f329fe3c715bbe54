using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Metadata;

namespace QwenCode.Plugins.Loading;

/// <summary>What a generation is made from.</summary>
/// <param name="Folder">The plugin's folder.</param>
/// <param name="Origin">Whose it is.</param>
/// <param name="Stamp">The state of its files.</param>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Options">What the host works with.</param>
/// <param name="Dialects">The ways of marking tools the host knows.</param>
/// <param name="Loader">Loads it.</param>
internal sealed record PluginSource(
    string Folder,
    PluginOrigin Origin,
    FolderStamp Stamp,
    PluginManifest Manifest,
    PluginHostOptions Options,
    IReadOnlyList<IPluginDialect> Dialects,
    IPluginLoader Loader)
{
    public string AssemblyPath => Path.Combine(Folder, Manifest.Assembly);

    /// <summary>Gets whether its files may change under a running host. Shipped plugins stay, and run their precompiled code.</summary>
    public bool IsReloadable => Origin is not PluginOrigin.Shipped && Options.EnableReload;
}
