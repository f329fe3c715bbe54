using System.Reflection;
using System.Runtime.Loader;

namespace QwenCode.Plugins.Loading;

/// <summary>One loaded generation of a plugin.</summary>
public interface IPluginScope
{
    /// <summary>Gets the load context. A weak reference to it shows the host that it is collected after <see cref="Unload"/>.</summary>
    AssemblyLoadContext Context { get; }

    /// <summary>Gets the plugin's main assembly.</summary>
    Assembly MainAssembly { get; }

    /// <summary>
    /// Starts to unload the context; it is gone once nothing refers to it any more. Does nothing if the request did not ask for
    /// an unloadable context. Called once, after the last call into the plugin has ended.
    /// </summary>
    void Unload();
}
