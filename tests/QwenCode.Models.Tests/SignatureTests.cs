using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests;

/// <summary>What a provider wants back with its answer gets it back, and no other provider sees it.</summary>
public sealed class SignatureTests : OpenAIClientTest
{
    private const string Signature = """{"google":{"thought_signature":"SIG"}}""";

    private static readonly string Call = Chunk("""{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{}"}}]}""");

    [Theory]
    [InlineData("")]
    [InlineData("\"index\":0,")]
    public async Task What_a_call_is_to_come_back_with_may_come_behind_it(string index)
    {
        var contents = await AskAsync(Call + Chunk($$"""{"tool_calls":[{{{index}}"extra_content":{{Signature}}}]}""") + Finish("tool_calls") + Done);

        (await NextAsync(contents, null)).ShouldContain($"\"extra_content\":{Signature}");
    }

    [Fact]
    public async Task Details_of_thoughts_come_in_pieces_and_go_back_whole()
    {
        var contents = await AskAsync(
            Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"Let ","index":0,"signature":null}]}""")
            + Chunk("""{"reasoning_details":[{"type":"reasoning.text","text":"me.","index":0,"signature":"S"}]}""")
            + Chunk("""{"reasoning_details":[{"type":"reasoning.encrypted","data":"ENC","id":"rs_1","index":1}]}""") + Call + Finish("tool_calls") + Done);

        Answers.ThoughtsOf(contents).ShouldBe("Let me.");
        (await NextAsync(contents, null)).ShouldContain(
            """
            "reasoning_details":[{"type":"reasoning.text","text":"Let me.","index":0,"signature":"S"},{"type":"reasoning.encrypted","data":"ENC","id":"rs_1","index":1}]
            """);
    }

    [Theory]
    [InlineData("openai", "test-model", true)]
    [InlineData("", "test-model", true)]
    [InlineData("anthropic", "test-model", false)]
    [InlineData("openai", "other-model", false)]
    [InlineData("", "other-model", false)]
    [InlineData("?", "?", false)]
    public async Task Thoughts_and_signatures_go_back_to_the_model_that_made_them_alone(string protocol, string model, bool isSent)
    {
        var contents = await AskAsync(
            Chunk("""{"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.encrypted","data":"ENC","index":0}]}""")
            + Call + Chunk($$"""{"tool_calls":[{"extra_content":{{Signature}}}]}""") + Finish("tool_calls") + Done);

        var next = await NextAsync(contents, new ModelOrigin(protocol, model));

        foreach (var own in (string[])["SIG", "ENC", "reasoning_content"])
        {
            next.Contains(own, StringComparison.Ordinal).ShouldBe(isSent);
        }

        next.ShouldContain("\"id\":\"c1\"");
    }

    [Theory]
    [InlineData("https://x.openai.azure.com/openai/deployments/d1?api-version=2024-10-21", "/openai/deployments/d1/chat/completions?api-version=2024-10-21")]
    [InlineData("https://x.cognitiveservices.azure.com/openai/v1", "/openai/v1/chat/completions")]
    [InlineData("https://x.services.ai.azure.com/models", "/models/chat/completions")]
    public void Azure_gets_its_key_in_one_header(string baseUrl, string path)
    {
        var request = new OpenAIWire(Options with { BaseUrl = new Uri(baseUrl) }).CreateRequest([new(ChatRole.User, "hi")], null, null);

        request.Url.PathAndQuery.ShouldBe(path);
        request.Headers.Single(static header => header.Key == "api-key").Value.ShouldBe("sk-secret-key-123");
        request.Headers.ShouldNotContain(static header => header.Key == "Authorization");
    }

    private async Task<string> NextAsync(List<AIContent> answer, ModelOrigin? origin)
    {
        Server.Then(StubReply.Of(Answer("ok")));
        await Client().GetResponseAsync(
        [
            new HistoryMessage(ChatRole.User, "hi"),
            new HistoryMessage(ChatRole.Assistant, [.. answer.Where(static content => content is not UsageContent)]) { Origin = origin },
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("c1", "done")]),
        ]);
        return Server.Requests[^1].Text;
    }
}
