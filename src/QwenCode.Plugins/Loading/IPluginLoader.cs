using System.Reflection;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// Brings a plugin's assembly into memory, in a load context of its own. When plugins change, which copy of their files is
/// loaded, and when a generation ends, is decided by <see cref="PluginHost"/>; a loader only loads.
/// </summary>
/// <remarks>One loader serves all plugins that select it, from several threads at once.</remarks>
public interface IPluginLoader
{
    /// <summary>Loads a plugin's main assembly into a new load context.</summary>
    /// <param name="request">What to load, and what it shares with the host.</param>
    /// <returns>The load context and the assembly in it. The caller unloads it.</returns>
    /// <exception cref="IOException">The assembly, or one it needs at once, cannot be found or read.</exception>
    /// <exception cref="BadImageFormatException">The file is no assembly for this platform.</exception>
    IPluginScope Load(PluginLoadRequest request);

    /// <summary>Finds the file of a private assembly that the loader would use although it is not in the plugin's folder.</summary>
    /// <param name="request">The plugin.</param>
    /// <param name="reference">The assembly it references.</param>
    /// <returns>The absolute path, or <c>null</c> if the loader looks into the folder only, which is the default.</returns>
    /// <remarks>A check without loading asks it, to distinguish a missing dependency from one that lies elsewhere.</remarks>
    string? FindOutsideFolder(PluginLoadRequest request, AssemblyName reference) => null;
}
