using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using QwenCode.Tools;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests;

public sealed class RequestOverSocketsTests() : RequestTests(TransportKind.Socket);

public sealed class RequestOverHttpClientTests() : RequestTests(TransportKind.HttpClient);

public abstract class RequestTests(TransportKind transport) : OpenAIClientTest(transport)
{
    [Fact]
    public async Task A_request_has_the_form_the_protocol_wants()
    {
        ChatMessage[] messages =
        [
            new HistoryMessage(ChatRole.System, "be good"),
            new HistoryMessage(ChatRole.User, "hi \"<ü>\""),
            new HistoryMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("a", "f", new Dictionary<string, object?> { ["x"] = 1 })]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("a", "done")]),
            new HistoryMessage(ChatRole.Assistant, [new TextContent("so"), ToolCalls.Create("b", "g", "{'y':2,}")]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("b", string.Empty)]),
        ];

        var request = await SendAsync(messages, new ChatOptions { Tools = new ToolSet([new EchoTool()]) });

        request.Path.ShouldBe("/v1/chat/completions");
        request.Text.ShouldBe(
            """{"model":"test-model","messages":[{"role":"system","content":"be good"},{"role":"user","content":"hi \"<ü>\""},"""
            + """{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},"""
            + """{"role":"tool","tool_call_id":"a","content":"done"},"""
            + """{"role":"assistant","content":"so","tool_calls":[{"id":"b","type":"function","function":{"name":"g","arguments":"{\"y\":2}"}}]},"""
            + """{"role":"tool","tool_call_id":"b","content":""}]"""
            + ""","tools":[{"type":"function","function":{"name":"echo","description":"Says it again.","parameters":{"type":"object","properties":{}}}}]"""
            + ""","stream":true,"stream_options":{"include_usage":true},"max_tokens":8000}""");
        request.Headers["Authorization"].ShouldBe("Bearer sk-secret-key-123");
        request.Headers["User-Agent"].ShouldBe("QwenCode");
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Headers["Content-Length"].ShouldBe(request.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Settings_win_over_the_request_and_extra_members_over_both()
    {
        using var extra = JsonDocument.Parse("""{"top_k":7,"enable_thinking":true,"stream_options":{"x":1}}""");
        var request = await SendAsync(
            [new(ChatRole.User, "hi")],
            new ChatOptions { ModelId = "other", Temperature = 0.7f, TopP = 0.9f, TopK = 3, MaxOutputTokens = 11, Tools = [] },
            options => options with
            {
                Sampling = new() { Temperature = 0.2, RepetitionPenalty = 1.1 },
                ExtraBody = extra.RootElement,
                Reasoning = JsonElement.Parse("""{"effort":"low"}"""),
                Headers = new Dictionary<string, string> { ["user-agent"] = "Mine/1", ["X-Own"] = "1" },
            });

        request.Text.ShouldBe(
            """{"model":"other","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":11,"temperature":0.2,"top_p":0.9,"repetition_penalty":1.1,"reasoning":{"effort":"low"},"top_k":7,"enable_thinking":true,"stream_options":{"x":1}}""");
        request.Headers["User-Agent"].ShouldBe("Mine/1");
        request.Headers["X-Own"].ShouldBe("1");
    }

    [Fact]
    public async Task Thinking_can_be_switched_off_for_a_side_question()
    {
        using var extra = JsonDocument.Parse("""{"enable_thinking":true}""");
        var request = await SendAsync(
            [new(ChatRole.User, "hi")],
            new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.None } },
            options => options with { ExtraBody = extra.RootElement, Reasoning = JsonElement.Parse("""{"effort":"low"}""") });

        request.Json.GetProperty("enable_thinking").GetBoolean().ShouldBeFalse();
        request.Json.TryGetProperty("reasoning", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("test-model", null, null, 8000)]
    [InlineData("test-model", 100_000, null, 100_000)]
    [InlineData("qwen3-coder-plus", 100_000, null, 32_768)]
    [InlineData("qwen3-coder-plus", null, 9_000, 9_000)]
    [InlineData("test-model", 10, 9_000, 10)]
    public async Task The_output_limit_follows_the_policy(string model, int? configured, int? environment, int expected)
    {
        var request = await SendAsync([new(ChatRole.User, "hi")], null, options => options with { Model = model, Sampling = new() { MaxTokens = configured }, MaxOutputTokens = environment });

        request.Json.GetProperty("max_tokens").GetInt32().ShouldBe(expected);
    }

    [Fact]
    public async Task A_fork_repeats_its_parents_bytes_up_to_where_it_parts()
    {
        var shared = Enumerable.Range(0, 20).Select(i => (ChatMessage)new HistoryMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, $"message {i} ü")).ToList();
        var tools = new ToolSet([new EchoTool()]);

        var parent = await SendAsync([.. shared, new HistoryMessage(ChatRole.User, "parent's way")], new ChatOptions { Tools = tools });
        var fork = await SendAsync([.. shared, new HistoryMessage(ChatRole.User, "fork's way")], new ChatOptions { Tools = tools });

        var common = parent.Body.AsSpan().CommonPrefixLength(fork.Body);
        parent.Text[..Encoding.UTF8.GetString(parent.Body, 0, common).Length].ShouldEndWith("\"content\":\"");
        Encoding.UTF8.GetString(parent.Body, 0, common).ShouldContain("message 19 ü");
    }

    [Fact]
    public void The_wire_form_of_a_message_is_made_once_and_shared_by_clients_of_one_dialect()
    {
        var message = new HistoryMessage(ChatRole.User, "hi");
        var first = new OpenAIWire(Options).CreateRequest([message], null, null);
        var second = new OpenAIWire(Options with { Model = "another" }).CreateRequest([message], null, null);

        first.Body[1].ShouldBeSameAs(second.Body[1]);
    }

    [Fact]
    public async Task A_history_with_loose_ends_is_tidied()
    {
        var request = await SendAsync(
        [
            new(ChatRole.User, "hi"),
            new(ChatRole.Assistant, [new TextContent("a"), new FunctionCallContent("lost", "f")]),
            new(ChatRole.Tool, [new FunctionResultContent("unknown", "x")]),
            new(ChatRole.Assistant, [new TextContent("b"), new FunctionCallContent("ok", "f")]),
            new(ChatRole.Tool, [new FunctionResultContent("ok", "y")]),
            new(ChatRole.Assistant, [new FunctionCallContent("open", "f")]),
        ]);

        request.Json.GetProperty("messages").EnumerateArray().Select(message => $"{message.GetProperty("role")} {(message.TryGetProperty("tool_calls", out var calls) ? calls.GetArrayLength() : 0)} {message.GetProperty("content")}")
            .ShouldBe(["user 0 hi", "assistant 1 ab", "tool 0 y"]);
    }

    [Fact]
    public async Task Media_go_out_as_the_model_takes_them_and_otherwise_as_a_note()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User,
            [
                new DataContent(new byte[] { 1 }, "image/png"),
                new DataContent(new byte[] { 2 }, "application/pdf") { Name = "a.pdf" },
                new DataContent(new byte[] { 3 }, "audio/wav"),
                new DataContent(new byte[] { 4 }, "video/mp4"),
                new DataContent(new byte[] { 5 }, "application/zip") { Name = "z.zip" },
            ]),
        ];

        var all = await SendAsync(messages, null, options => options with { Modalities = ModelModalities.Image | ModelModalities.Pdf | ModelModalities.Audio | ModelModalities.Video });
        var none = await SendAsync(messages);

        all.Json.GetProperty("messages")[0].GetProperty("content").EnumerateArray().Take(4).Select(part => part.GetRawText()).ShouldBe(
        [
            """{"type":"image_url","image_url":{"url":"data:image/png;base64,AQ=="}}""",
            """{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,Ag=="}}""",
            """{"type":"input_audio","input_audio":{"data":"data:audio/wav;base64,Aw==","format":"wav"}}""",
            """{"type":"video_url","video_url":{"url":"data:video/mp4;base64,BA=="}}""",
        ]);
        all.Text.ShouldContain("z.zip");
        none.Json.GetProperty("messages")[0].GetProperty("content").ValueKind.ShouldBe(JsonValueKind.String);
        none.Text.ShouldContain("a.pdf");
    }

    [Fact]
    public async Task Half_a_character_does_not_break_a_request()
    {
        var request = await SendAsync([new(ChatRole.User, "cut \uD83D")]);

        request.Json.GetProperty("messages")[0].GetProperty("content").GetString().ShouldBe("cut \uFFFD");
    }

    [Theory]
    [InlineData("https://dashscope.aliyuncs.com/compatible-mode/v1", true)]
    [InlineData("https://coding-intl.dashscope.aliyuncs.com/v1", true)]
    [InlineData("https://dashscope-us.aliyuncs.com/compatible-mode/v1", false)]
    [InlineData("https://evil.example/dashscope.aliyuncs.com/v1", false)]
    public void DashScope_is_told_what_to_cache(string url, bool isDashScope)
    {
        var wire = new OpenAIWire(Options with { BaseUrl = new Uri(url), Model = "qwen3.5-plus", SessionId = "s" });
        var request = wire.CreateRequest([new HistoryMessage(ChatRole.System, "s"), new HistoryMessage(ChatRole.User, "a"), new HistoryMessage(ChatRole.Assistant, "b"), new HistoryMessage(ChatRole.User, "c")], new ChatOptions { Tools = new ToolSet([new EchoTool()]) }, null);
        var body = JsonElement.Parse(request.Body.SelectMany(segment => segment.ToArray()).ToArray());

        request.Headers.Any(header => header.Key == "X-DashScope-CacheControl").ShouldBe(isDashScope);
        body.TryGetProperty("metadata", out _).ShouldBe(isDashScope);
        body.TryGetProperty("vl_high_resolution_images", out _).ShouldBe(isDashScope);
        body.GetProperty("messages").EnumerateArray().Select(message => message.GetRawText().Contains("cache_control", StringComparison.Ordinal)).ShouldBe([isDashScope, false, false, isDashScope]);
        body.GetProperty("tools")[0].TryGetProperty("cache_control", out _).ShouldBe(isDashScope);
    }

    [Fact]
    public void DeepSeek_gets_plain_strings_and_OpenRouter_its_headers()
    {
        var deep = new OpenAIWire(Options with { BaseUrl = new Uri("https://api.deepseek.com/v1") }).CreateRequest([new(ChatRole.User, "a")], null, null);
        var router = new OpenAIWire(Options with { BaseUrl = new Uri("https://openrouter.ai/api/v1") }).CreateRequest([new(ChatRole.User, "a")], null, null);

        Encoding.UTF8.GetString(deep.Body.SelectMany(segment => segment.ToArray()).ToArray()).ShouldContain("""{"role":"user","content":"a"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":8000,"temperature":0}""");
        router.Headers.Select(header => header.Key).ShouldContain("HTTP-Referer");
    }

    [Fact]
    public async Task Schemas_are_rewritten_for_OpenApi_30()
    {
        var request = await SendAsync(
            [new(ChatRole.User, "hi")],
            new ChatOptions { Tools = new ToolSet([new EchoTool("""{"$schema":"x","type":"object","properties":{"default":{"type":["string","null"],"default":"a"},"n":{"const":1},"m":{"exclusiveMinimum":0,"type":"number"},"t":{"type":"array","items":[{"type":"string"}]}}}""")]) },
            options => options with { UseOpenApi30Schemas = true });

        request.Json.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetRawText().ShouldBe(
            """{"type":"object","properties":{"default":{"type":"string","nullable":true},"n":{"enum":["1"]},"m":{"minimum":0,"exclusiveMinimum":true,"type":"number"},"t":{"type":"array","items":{"type":"string"}}}}""");
    }

    private async Task<StubRequest> SendAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, Func<OpenAIClientOptions, OpenAIClientOptions>? change = null)
    {
        Server.Then(StubReply.Of(Answer("ok")));
        await Client(change).GetResponseAsync(messages, options);
        return Server.Requests[^1];
    }

    private sealed class EchoTool(string schema = """{"type":"object"}""")
        : Tool(new ToolDeclaration { Name = "echo", Description = "Says it again.", Parameters = JsonElement.Parse(schema) })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("not called");
    }
}
