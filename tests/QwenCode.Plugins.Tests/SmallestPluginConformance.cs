namespace QwenCode.Plugins.Tests;

public sealed class SmallestPluginConformance : PluginConformance
{
    protected override string Folder => PluginRoom.Fixture("SmallestPlugin");
}
