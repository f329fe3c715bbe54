namespace QwenCode.Plugins.McMaster.Tests;

public sealed class McMasterLoaderConformance : LoaderConformance
{
    protected override string Loader => McMasterLoaders.Name;

    protected override string ContextType => "McMaster.NETCore.Plugins.Loader.ManagedLoadContext";

    // Built against version 1, and served with what the host happens to have.
    protected override string? EditionWithoutTheLibrary => "edition Two of 2";

    protected override bool FindsUnlistedNativeLibraries => false;

    protected override bool RunsFromABuildOutput => true;
}
