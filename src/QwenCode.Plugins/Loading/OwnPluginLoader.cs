namespace QwenCode.Plugins.Loading;

/// <summary>The host's own loader: strict about where assemblies come from, and cheap.</summary>
internal sealed class OwnPluginLoader : IPluginLoader
{
    public IPluginScope Load(PluginLoadRequest request)
    {
        var context = new PluginLoadContext(request);
        context.LoadMain();
        return context;
    }
}
