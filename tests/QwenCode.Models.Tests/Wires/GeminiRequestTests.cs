using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Gemini;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests.Wires;

/// <summary>What Gemini's wire sends, and what it learns from refusals.</summary>
public sealed class GeminiRequestTests : WireTest
{
    private const string Fine = "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"fine\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n";

    private const string Linked =
        """{"$schema":"x","type":"object","additionalProperties":false,"$defs":{"P":{"type":"object","properties":{"n":{"type":["integer","null"],"exclusiveMinimum":0},"e":{"enum":[1,2]},"k":{"const":"a"}}}},"properties":{"p":{"$ref":"#/$defs/P"},"l":{"oneOf":[{"type":"string"},{"type":"number"}]}},"required":["p"]}""";

    [Fact]
    public async Task A_request_has_the_form_and_the_headers_the_protocol_wants()
    {
        var request = await SendAsync([new HistoryMessage(ChatRole.System, "be good"), User("hi")], new ChatOptions { Tools = new ToolSet([Tool("echo")]) });

        request.Path.ShouldBe("/v1/models/gemini-3-pro:streamGenerateContent?alt=sse");
        request.Text.ShouldBe(
            """{"systemInstruction":{"parts":[{"text":"be good"}]},"tools":[{"functionDeclarations":[{"name":"echo","description":"Does it.","parametersJsonSchema":{"type":"object","properties":{}}}]}],"""
            + """ "contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":true}}}""".TrimStart());
        request.Headers["x-goog-api-key"].ShouldBe("gk-secret");
        request.Headers.ShouldNotContainKey("Authorization");
    }

    [Theory]
    [InlineData("", "/v1beta/models/m:streamGenerateContent?alt=sse")]
    [InlineData("/v1beta", "/v1beta/models/m:streamGenerateContent?alt=sse")]
    [InlineData("/proxy/v1?k=1", "/proxy/v1/models/m:streamGenerateContent?k=1&alt=sse")]
    public async Task An_address_without_a_version_gets_one(string path, string expected)
    {
        var request = await SendAsync([User("hi")], null, options => options with { Model = "m", BaseUrl = new Uri($"http://127.0.0.1:{Server.Port}{path}") });

        request.Path.ShouldBe(expected);
    }

    [Theory]
    [InlineData("gemini", "gemini-3-pro", "SIG", true)]
    [InlineData("gemini", "gemini-2.5-pro", "skip_thought_signature_validator", false)]
    [InlineData("anthropic", "gemini-3-pro", "skip_thought_signature_validator", false)]
    public async Task Signatures_go_back_to_their_model_alone(string protocol, string model, string first, bool isOwn)
    {
        var call = ToolCalls.Create("c", "echo", "{}");
        Signatures.Sign(call, "SIG");
        var answer = new HistoryMessage(ChatRole.Assistant, [new TextReasoningContent("hm") { ProtectedData = "THOUGHT" }, new TextReasoningContent("unsigned"), call])
        {
            Origin = new ModelOrigin(protocol, model),
        };

        var request = await SendAsync([User("hi"), answer, Results("c")]);

        request.Text.ShouldContain($"\"thoughtSignature\":\"{first}\"");
        (request.Text.Contains("THOUGHT"), request.Text.Contains("unsigned")).ShouldBe((isOwn, false));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_calls_and_neighbours_are_one_content()
    {
        var request = await SendAsync(
        [
            User("hi"), User("there"), new HistoryMessage(ChatRole.Assistant, [ToolCalls.Create("made_1", "a", "{}"), ToolCalls.Create("made_2", "b", "{}")]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("made_2", "two"), new FunctionResultContent("made_1", "one")]), User("more"),
        ]);

        request.Json.GetProperty("contents").GetRawText().ShouldBe(
            """[{"role":"user","parts":[{"text":"hi"},{"text":"there"}]},"""
            + """{"role":"model","parts":[{"functionCall":{"name":"a","args":{}},"thoughtSignature":"skip_thought_signature_validator"},{"functionCall":{"name":"b","args":{}}}]},"""
            + """{"role":"user","parts":[{"functionResponse":{"name":"a","response":{"output":"one"}}},{"functionResponse":{"name":"b","response":{"output":"two"}}},{"text":"more"}]}]""");
    }

    [Fact]
    public async Task Media_of_a_result_stand_behind_it_where_an_older_model_does_not_take_them_inside()
    {
        var request = await SendAsync(
            [User("hi"), new HistoryMessage(ChatRole.Assistant, [ToolCalls.Create("c", "see", "{}")]),
                new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("c", new List<AIContent> { new TextContent("a picture"), new DataContent(new byte[] { 1 }, "image/png") })]), User("well?")],
            new ChatOptions { ModelId = "gemini-2.5-pro" });

        var contents = request.Json.GetProperty("contents");
        contents.GetArrayLength().ShouldBe(4);
        contents[2].GetProperty("parts").GetRawText().ShouldBe(
            """[{"functionResponse":{"id":"c","name":"see","response":{"output":"a picture\n[A file follows in the next message.]"}}}]""");
        contents[3].GetProperty("parts").EnumerateArray().Select(static part => part.EnumerateObject().First().Name).ShouldBe(["text", "inlineData", "text"]);
    }

    [Theory]
    [InlineData("gemini-3-pro", "{\"effort\":\"low\"}", """{"includeThoughts":true,"thinkingLevel":"LOW"}""")]
    [InlineData("gemini-3-pro", "{\"effort\":\"high\"}", """{"includeThoughts":true,"thinkingLevel":"HIGH"}""")]
    [InlineData("gemini-2.5-flash", "false", """{"includeThoughts":false,"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "{\"budget_tokens\":500}", """{"includeThoughts":true,"thinkingBudget":500}""")]
    [InlineData("gemini-2.0-flash", "{\"effort\":\"low\"}", null)]
    public async Task A_model_thinks_as_its_name_allows(string model, string reasoning, string? expected)
    {
        var request = await SendAsync([User("hi")], new ChatOptions { ModelId = model }, options => options with { Reasoning = JsonElement.Parse(reasoning) });

        (request.Json.GetProperty("generationConfig").TryGetProperty("thinkingConfig", out var config) ? config.GetRawText() : null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Invalid JSON payload received. Unknown name \"parametersJsonSchema\" at 'tools[0].function_declarations[0]': Cannot find field.", false)]
    [InlineData("", true)]
    public async Task Where_schemas_are_refused_they_are_sent_in_the_older_form(string says, bool isConfigured)
    {
        if (!isConfigured)
        {
            Server.Then(StubReply.Error(400, JsonSerializer.Serialize(new[] { new { error = new { code = 400, message = says, status = "INVALID_ARGUMENT" } } })));
        }

        var request = await SendAsync(
            [User("hi")], new ChatOptions { Tools = new ToolSet([Tool("echo", Linked), Tool("none")]) }, options => options with { UseOpenApi30Schemas = isConfigured });

        request.Json.GetProperty("tools")[0].GetProperty("functionDeclarations").GetRawText().ShouldBe(
            """[{"name":"echo","description":"Does it.","parameters":{"type":"object","properties":{"p":{"type":"object","properties":{"n":{"type":"integer","nullable":true},"e":{"type":"number"},"k":{"type":"string","enum":["a"]}}},"""
            + """ "l":{"anyOf":[{"type":"string"},{"type":"number"}]}},"required":["p"]}},{"name":"none","description":"Does it."}]""".TrimStart());
    }

    [Fact]
    public async Task Thinking_that_is_refused_is_left_out_for_good()
    {
        var refusal = StubReply.Error(400, """{"error":{"code":400,"message":"Thinking level is not supported for this model.","status":"INVALID_ARGUMENT"}}""");
        Server.Then(refusal, refusal);

        (await SendAsync([User("hi")])).Text.ShouldNotContain("thinkingConfig");
    }

    [Theory]
    [InlineData("9srv__x")]
    [InlineData("a.name.with.dots.that.is.longer.than.the.sixty.four.characters.which.are.allowed")]
    public async Task Names_that_the_provider_does_not_take_are_mapped_and_mapped_back(string name)
    {
        var sent = (await SendAsync([User("hi")], new ChatOptions { Tools = new ToolSet([Tool(name)]) })).Json
            .GetProperty("tools")[0].GetProperty("functionDeclarations")[0].GetProperty("name").GetString()!;
        (sent.Length <= 64, char.IsAsciiLetter(sent[0]) || sent[0] == '_').ShouldBe((true, true));
        Server.Then(StubReply.Of("data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"default_api:" + sent + "\",\"args\":{}}}]},\"finishReason\":\"STOP\"}]}\n\n"));

        (await Answers.CollectAsync(Client())).OfType<FunctionCallContent>().Single().Name.ShouldBe(name);
    }

    [Fact]
    public async Task Text_behind_the_reason_for_the_end_is_read_and_an_answer_without_any_is_asked_for_again()
    {
        Server.Then(
            StubReply.Of("data: {\"candidates\":[{\"content\":{},\"finishReason\":\"STOP\"}]}\n\n"),
            StubReply.Of("data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\ndata: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"late\"}]}}]}\n\n"));

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldBe("late");
        Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_that_is_always_malformed_fails_with_what_the_provider_says()
    {
        Server.Always = StubReply.Of("data: {\"candidates\":[{\"finishReason\":\"UNEXPECTED_TOOL_CALL\",\"finishMessage\":\"no such tool\"}]}\n\n");

        var fault = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        (fault.Fault, Server.Requests.Count).ShouldBe((ModelFault.BrokenStream, 4));
        fault.Message.ShouldContain("UNEXPECTED_TOOL_CALL (no such tool)");
    }

    private static HistoryMessage User(string text) => new(ChatRole.User, text);

    private static HistoryMessage Results(string id) => new(ChatRole.Tool, [new FunctionResultContent(id, "done")]);

    private static WireTool Tool(string name, string schema = """{"type":"object"}""") => new(name, schema);

    private GeminiChatClient Client(Func<GeminiClientOptions, GeminiClientOptions>? change = null) => new(
        (change ?? (static options => options))(new GeminiClientOptions
        {
            Model = "gemini-3-pro", ApiKey = "gk-secret", BaseUrl = Server.BaseUrl, Protocol = "gemini", TimeProvider = Clock, Jitter = static () => 0.5,
        }),
        new SocketTransport(Clock));

    private async Task<StubRequest> SendAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, Func<GeminiClientOptions, GeminiClientOptions>? change = null)
    {
        Server.Then(StubReply.Of(Fine));
        (await Client(change).GetResponseAsync([.. messages], options)).Text.ShouldBe("fine");
        return Server.Requests[^1];
    }
}
