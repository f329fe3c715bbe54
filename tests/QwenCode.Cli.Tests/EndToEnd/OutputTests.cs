using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What is printed, in each format.</summary>
public sealed class OutputTests
{
    [Fact]
    public async Task Text_is_the_answer_and_nothing_else()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Thinking("hm", "Hello there."));

        var result = await room.RunAsync("-p", "hello");

        result.ShouldBe(new QwenResult(0, "Hello there.\n", string.Empty));
        room.Model.Requests.Single().LastText.ShouldBe("hello");
    }
}
