using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Anthropic;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests.Wires;

/// <summary>What Anthropic's wire sends, and what it learns from refusals.</summary>
public sealed class AnthropicRequestTests : WireTest
{
    private const string Fine =
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"fine\"}}\n\n"
        + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\ndata: {\"type\":\"message_stop\"}\n\n";

    [Fact]
    public async Task A_request_has_the_form_and_the_headers_the_protocol_wants()
    {
        var request = await SendAsync([new HistoryMessage(ChatRole.System, "be good"), User("hi")], new ChatOptions { Tools = new ToolSet([new WireTool("echo")]) });

        request.Path.ShouldBe("/v1/messages");
        request.Text.ShouldBe(
            """{"model":"claude-sonnet-4-5","tools":[{"name":"echo","description":"Does it.","input_schema":{"type":"object","properties":{}}}]"""
            + ""","system":[{"type":"text","text":"be good","cache_control":{"type":"ephemeral"}}]"""
            + ""","messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}]"""
            + ""","max_tokens":40000,"stream":true,"thinking":{"type":"enabled","budget_tokens":32000}}""");
        (request.Headers["x-api-key"], request.Headers["anthropic-version"], request.Headers["anthropic-beta"]).ShouldBe(("sk-secret", "2023-06-01", "interleaved-thinking-2025-05-14"));
        request.Headers.ShouldNotContainKey("Authorization");
    }

    [Fact]
    public async Task Three_blocks_are_marked_and_what_was_sent_before_is_repeated_byte_for_byte()
    {
        var history = new List<ChatMessage> { new HistoryMessage(ChatRole.System, "be good"), User("go") };
        var before = string.Empty;
        for (var round = 0; round < 6; round++)
        {
            var text = (await SendAsync(history)).Text;
            text.Split("cache_control").Length.ShouldBe(round == 0 ? 3 : 4);
            var unmarked = text.Replace(",\"cache_control\":{\"type\":\"ephemeral\"}", string.Empty, StringComparison.Ordinal);
            unmarked.ShouldStartWith(before[..Math.Max(0, before.IndexOf("],\"max_tokens\"", StringComparison.Ordinal))]);
            before = unmarked;
            history.Add(new HistoryMessage(ChatRole.Assistant, [Thought("hm", "s"), .. Enumerable.Range(0, 12).Select(call => (AIContent)ToolCalls.Create($"c{round}_{call}", "echo", "{}"))]));
            history.Add(new HistoryMessage(ChatRole.Tool, [.. Enumerable.Range(0, 12).Select(call => (AIContent)new FunctionResultContent($"c{round}_{call}", "done"))]));
        }

        (await SendAsync(history, null, static options => options with { EnableCacheControl = false })).Text.ShouldNotContain("cache_control");
    }

    [Fact]
    public async Task Blank_texts_are_left_out_and_a_mark_moves_to_another_block()
    {
        var request = await SendAsync(
        [
            User("hi"), new HistoryMessage(ChatRole.Assistant, "  "), User("more"), new HistoryMessage(ChatRole.Assistant, [new TextContent("ok"), new TextContent("\n")]),
            new HistoryMessage(ChatRole.User, [new TextContent("go"), new TextContent(" ")]),
        ]);

        request.Json.GetProperty("messages").GetRawText().ShouldBe(
            """[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"more","cache_control":{"type":"ephemeral"}}]},"""
            + """{"role":"assistant","content":[{"type":"text","text":"ok"}]},{"role":"user","content":[{"type":"text","text":"go","cache_control":{"type":"ephemeral"}}]}]""");
    }

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-5", true)]
    [InlineData("anthropic", "claude-opus-4-1", false)]
    [InlineData("gemini", "claude-sonnet-4-5", false)]
    public async Task Signed_thoughts_go_back_to_their_model_alone_and_a_model_whose_calls_lack_them_is_not_told_to_think(string protocol, string model, bool isOwn)
    {
        var answer = new HistoryMessage(ChatRole.Assistant,
            [Thought("hm", "SIG"), Signatures.Redacted("RED"), new ProviderContent("anthropic_block", JsonElement.Parse("""{"type":"novel"}""")), ToolCalls.Create("c", "echo", "{}")])
        {
            Origin = new ModelOrigin(protocol, model),
        };

        var request = await SendAsync([User("hi"), answer, new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("c", "done")])]);

        (request.Text.Contains("SIG"), request.Text.Contains("RED"), request.Text.Contains("novel"), request.Json.TryGetProperty("thinking", out _)).ShouldBe((isOwn, isOwn, isOwn, isOwn));
    }

    [Theory]
    [InlineData("thinking.type.enabled is not supported for this model", """{"type":"adaptive"}""")]
    [InlineData("thinking: Extra inputs are not permitted", """{"type":"adaptive"}""")]
    public async Task A_form_of_thinking_that_is_refused_is_replaced_once_and_for_all(string says, string then)
    {
        var client = Client();
        Server.Then(Refusal(says), StubReply.Of(Fine), StubReply.Of(Fine));

        (await client.GetResponseAsync([User("hi")])).Text.ShouldBe("fine");
        (await client.GetResponseAsync([User("hi")])).Text.ShouldBe("fine");

        Server.Requests.Skip(1).Select(static request => request.Json.GetProperty("thinking").GetRawText()).ShouldBe([then, then]);
    }

    [Fact]
    public async Task A_model_that_refuses_both_forms_is_not_told_to_think()
    {
        Server.Then(Refusal("thinking.type.enabled is not supported"), Refusal("adaptive thinking is not supported on this model"), StubReply.Of(Fine));

        (await Client().GetResponseAsync([User("hi")])).Text.ShouldBe("fine");

        Server.Requests[^1].Json.TryGetProperty("thinking", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("max_tokens: 40000 > 8192, which is the maximum allowed number of output tokens for this model", "\"max_tokens\":8192", "40000")]
    [InlineData("messages.0.content.0.cache_control: Extra inputs are not permitted", "\"text\":\"hi\"}", "cache_control")]
    public async Task What_else_is_refused_is_sent_otherwise(string says, string there, string gone)
    {
        Server.Then(Refusal(says), StubReply.Of(Fine));

        await Client().GetResponseAsync([User("hi")]);

        Server.Requests[^1].Text.ShouldContain(there);
        Server.Requests[^1].Text.ShouldNotContain(gone);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", null, false, "\"max_tokens\":4000,\"stream\":true,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2976}")]
    [InlineData("claude-sonnet-4-5", "{\"effort\":\"low\"}", false, "\"max_tokens\":4000,\"stream\":true,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2976}")]
    [InlineData("claude-sonnet-4-5", "false", false, "\"max_tokens\":4000,\"stream\":true,\"temperature\":0.3}")]
    [InlineData("claude-opus-4-7", "false", false, "\"max_tokens\":4000,\"stream\":true}")]
    [InlineData("claude-opus-4-7", "{\"effort\":\"low\"}", false, "\"display\":\"summarized\"},\"output_config\":{\"effort\":\"low\"}}")]
    [InlineData("claude-sonnet-4-5", null, true, "\"temperature\":0.3,\"tool_choice\":{\"type\":\"any\"}}")]
    [InlineData("claude-3-5-haiku-latest", null, false, "\"temperature\":0.3}")]
    public async Task Thinking_limits_and_sampling_never_contradict_each_other(string model, string? reasoning, bool isForced, string end)
    {
        var request = await SendAsync(
            [User("hi")],
            new ChatOptions { ModelId = model, Tools = isForced ? new ToolSet([new WireTool("echo")]) : null, ToolMode = isForced ? ChatToolMode.RequireAny : null },
            options => options with
            {
                Sampling = new() { MaxTokens = 4000, Temperature = 0.3, TopP = 0.9 },
                Reasoning = reasoning is null ? null : JsonElement.Parse(reasoning),
            });

        request.Text.ShouldContain(end);
    }

    [Theory]
    [InlineData("""{"type":"object","anyOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"number"}},"required":["a","b"]}]}""",
        """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},"required":["a"]}""")]
    [InlineData("""{"description":"d","allOf":[{"properties":{"a":{}},"required":["a"]},{"oneOf":[{"properties":{"b":{}},"required":["b"]}]}]}""",
        """{"type":"object","description":"d","properties":{"a":{},"b":{}},"required":["a","b"]}""")]
    public async Task Alternatives_at_the_root_of_a_schema_are_folded_into_it(string schema, string sent)
    {
        var request = await SendAsync([User("hi")], new ChatOptions { Tools = new ToolSet([new WireTool("echo", schema)]) });

        request.Json.GetProperty("tools")[0].GetProperty("input_schema").GetRawText().ShouldBe(sent);
    }

    [Fact]
    public async Task With_more_than_twenty_images_the_oldest_become_notes_by_tens()
    {
        var messages = Enumerable.Range(0, 21).Select(static at => (ChatMessage)new HistoryMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png") { Name = $"{at}.png" }])).ToList();

        var request = await SendAsync(messages);

        request.Text.Split("\"type\":\"image\"").Length.ShouldBe(12);
        request.Text.ShouldContain("'9.png' was left out");
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_sent_once_more_with_the_newest_images_alone()
    {
        var messages = Enumerable.Range(0, 5).Select(static _ => (ChatMessage)new HistoryMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])).ToList();
        Server.Then(StubReply.Error(413, """{"type":"error","error":{"type":"request_too_large","message":"too large"}}"""), StubReply.Of(Fine));

        await Client().GetResponseAsync(messages);

        Server.Requests.Select(static request => request.Text.Split("\"type\":\"image\"").Length - 1).ShouldBe([5, 2]);
    }

    [Fact]
    public async Task Blocks_that_are_open_side_by_side_are_joined_by_their_index()
    {
        Server.Then(StubReply.Of(
            Start(0, """{"type":"text","text":""}""") + Start(1, """{"type":"tool_use","id":"c","name":"echo","input":{}}""")
            + Delta(1, """{"type":"input_json_delta","partial_json":"{\"a\":"}""") + Delta(0, """{"type":"text_delta","text":"On"}""")
            + Delta(1, """{"type":"input_json_delta","partial_json":"1}"}""") + Delta(0, """{"type":"text_delta","text":"e"}""") + Stop(1) + Stop(0)
            + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n"));

        var contents = await Answers.CollectAsync(Client());

        Answers.TextOf(contents).ShouldBe("One");
        contents[^1].ShouldBeOfType<FunctionCallContent>().Arguments!["a"]!.ToString().ShouldBe("1");
    }

    [Fact]
    public async Task Names_that_the_provider_does_not_take_are_mapped_and_mapped_back()
    {
        var name = "srv.tool:" + new string('x', 140);
        var sent = (await SendAsync([User("hi")], new ChatOptions { Tools = new ToolSet([new WireTool(name)]) })).Json.GetProperty("tools")[0].GetProperty("name").GetString()!;
        sent.Length.ShouldBeLessThanOrEqualTo(128);
        Server.Then(StubReply.Of(Start(0, "{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"" + sent + "\",\"input\":{}}") + Stop(0)
            + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n"));

        (await Answers.CollectAsync(Client())).OfType<FunctionCallContent>().Single().Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("claude-3-7-sonnet-latest", 3, 7)]
    [InlineData("claude-sonnet-4-20250514", 4, 0)]
    [InlineData("claude-opus-4-1@20250805", 4, 1)]
    [InlineData("anthropic/claude-opus-4.8", 4, 8)]
    [InlineData("claude-haiku-5", 5, 0)]
    [InlineData("claude-x", 0, 0)]
    [InlineData("kimi-k2-5", 0, 0)]
    public void The_version_is_read_from_the_name(string model, int major, int minor) => ClaudeVersion.Of(model).ShouldBe(new ClaudeVersion(major, minor));

    private static HistoryMessage User(string text) => new(ChatRole.User, text);

    private static TextReasoningContent Thought(string text, string signature) => new(text) { ProtectedData = signature };

    private static string Start(int index, string block) => "data: {\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}\n\n";

    private static string Delta(int index, string delta) => "data: {\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}\n\n";

    private static string Stop(int index) => "data: {\"type\":\"content_block_stop\",\"index\":" + index + "}\n\n";

    private static StubReply Refusal(string says) =>
        StubReply.Error(400, $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{says}}}"}}""", ("x-should-retry", "false"));

    private AnthropicChatClient Client(Func<AnthropicClientOptions, AnthropicClientOptions>? change = null) => new(
        (change ?? (static options => options))(new AnthropicClientOptions
        {
            Model = "claude-sonnet-4-5", ApiKey = "sk-secret", BaseUrl = Server.BaseUrl, Protocol = "anthropic", TimeProvider = Clock, Jitter = static () => 0.5,
        }),
        new SocketTransport(Clock));

    private async Task<StubRequest> SendAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, Func<AnthropicClientOptions, AnthropicClientOptions>? change = null)
    {
        Server.Then(StubReply.Of(Fine));
        (await Client(change).GetResponseAsync([.. messages], options)).Text.ShouldBe("fine");
        return Server.Requests[^1];
    }
}
