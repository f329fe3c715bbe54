namespace QwenCode.Plugins.Metadata;

/// <summary>The dialects this host knows.</summary>
internal static class PluginDialects
{
    public static IReadOnlyList<IPluginDialect> All { get; } =
        (IPluginDialect[])[new QwenCodeDialect(), new SemanticKernel.SemanticKernelDialect()];
}
