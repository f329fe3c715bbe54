using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.McMaster.Tests;

public sealed class OwnLoaderConformance : LoaderConformance
{
    protected override string Loader => PluginLoaders.Own;

    protected override string ContextType => typeof(PluginLoadContext).FullName!;

    protected override string? EditionWithoutTheLibrary => null;

    protected override bool FindsUnlistedNativeLibraries => true;

    protected override bool RunsFromABuildOutput => false;
}
