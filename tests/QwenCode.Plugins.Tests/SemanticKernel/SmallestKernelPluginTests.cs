namespace QwenCode.Plugins.Tests.SemanticKernel;

public sealed class SmallestKernelPluginTests
{
    [Fact]
    public async Task It_counts_words()
    {
        var room = new PluginRoom();
        room.Install("SmallestSemanticKernelPlugin");

        (await room.Host().TextAsync("TextPlugin_CountWords", """{"text":"how many words is this"}""")).ShouldBe("5");

        await room.CloseAsync();
    }
}
