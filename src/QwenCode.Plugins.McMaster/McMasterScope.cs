using System.Reflection;
using System.Runtime.Loader;
using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.McMaster;

/// <summary>A plugin that McMaster.NETCore.Plugins loaded.</summary>
internal sealed class McMasterScope(AssemblyLoadContext context, Assembly main, Action unload) : IPluginScope
{
    public AssemblyLoadContext Context => context;

    public Assembly MainAssembly => main;

    public void Unload() => unload();
}
