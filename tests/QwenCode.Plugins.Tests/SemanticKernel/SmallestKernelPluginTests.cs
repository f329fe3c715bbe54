namespace QwenCode.Plugins.Tests.SemanticKernel;

public sealed class SmallestKernelPluginTests
{
    [Fact]
    public async Task It_counts_words()
    {
        var pluginKernel = new PluginRoom();
        pluginKernel.Install("SmallestSemanticKernelPlugin");

        (await pluginKernel.Host().TextAsync("TextPlugin_CountWords", """{"text":"how many words is this"}""")).ShouldBe("5");

        await pluginKernel.CloseAsync();
    }
}
