namespace QwenCode.Plugins.Tests.SemanticKernel;

public sealed class KernelPluginConformance : PluginConformance
{
    protected override string Folder => PluginRoom.Fixture("Fixtures.SemanticKernel.Plugin");
}
