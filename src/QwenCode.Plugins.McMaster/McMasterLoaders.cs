using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.McMaster;

/// <summary>Offers the loader of McMaster.NETCore.Plugins to plugins.</summary>
public static class McMasterLoaders
{
    /// <summary>The name that selects the loader.</summary>
    public const string Name = "mcmaster";

    /// <summary>
    /// Registers the loader as <see cref="Name"/>. It serves the plugins whose <c>plugin.json</c> says
    /// <c>"loader": "mcmaster"</c>, and all that select none if the host's options name it as the default.
    /// </summary>
    /// <param name="loaders">The loaders of a host, such as <c>QwenCodeOptions.PluginLoaders</c>.</param>
    /// <returns><paramref name="loaders"/>, for further calls.</returns>
    /// <exception cref="ArgumentException">A loader of that name is registered already.</exception>
    public static PluginLoaders AddMcMaster(this PluginLoaders loaders)
    {
        ArgumentNullException.ThrowIfNull(loaders);
        return loaders.Add(Name, static () => new McMasterPluginLoader());
    }
}
