using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Models that take over when one does not answer.</summary>
public sealed class FallbackModelTests
{
    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(529)]
    public async Task The_next_model_goes_on_with_the_same_conversation_and_the_next_prompt_begins_with_the_first_again(int status)
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"modelFallbacks":["second","third"],"model":{"generationConfig":{"maxRetries":0}}}""");
        room.Model.On(request => (ModelOf(request), request.ToolResults.Count) switch
        {
            ("test-model", 0) when request.LastText == "go" => ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")),
            ("test-model", _) => ModelReply.Error(status, "full"),
            ("second", _) => ModelReply.Error(status, "full, too"),
            _ => ModelReply.Text("From the third."),
        });

        var result = await room.RunAsync("-p", "go");

        result.Output.ShouldBe("From the third.\n");
        result.Error.ShouldContain("'test-model' does not answer, and 'second' takes over");
        result.Error.ShouldContain("'second' does not answer, and 'third' takes over");
        var first = room.Model.Requests.First(static request => ModelOf(request) == "test-model" && request.ToolResults.Count > 0);
        var last = room.Model.Requests[^1];
        last.Messages.Select(static message => message.GetRawText()).ShouldBe(first.Messages.Select(static message => message.GetRawText()));
    }

    [Fact]
    public async Task A_request_that_the_model_refuses_is_not_given_to_another_one()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Error(400, "no such parameter"));

        var result = await room.RunAsync("-p", "go", "--fallback-model", "other");

        result.ExitCode.ShouldBe(1);
        room.Model.Requests.ShouldNotContain(static request => ModelOf(request) == "other");
    }

    [Fact]
    public async Task More_than_three_are_refused()
    {
        await using var room = new Room();

        (await room.RunAsync("-p", "go", "--fallback-model", "a,b", "--fallback-model", "c,d")).Error.ShouldContain("at most three");
    }

    private static string? ModelOf(ModelRequest request) => request.Body.GetProperty("model").GetString();
}
