using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.OpenAI.Tests;

/// <summary>What the connector sends, and what becomes of the answers.</summary>
public sealed class ConnectorTests : IAsyncDisposable
{
    private const string Key = "secret-0123456789";

    private readonly StubServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Text_streams_in_pieces_with_its_usage()
    {
        _server.Then(StubReply.Of(OpenAIStream.Text("Hel") + OpenAIStream.Text("lo.") + OpenAIStream.Finish() + OpenAIStream.Usage(10, 5) + OpenAIStream.Done));

        var contents = await Answers.CollectAsync(Client());

        contents.OfType<TextContent>().Select(static text => text.Text).Where(static text => text.Length > 0).ShouldBe(["Hel", "lo."]);
        contents.OfType<UsageContent>().ShouldHaveSingleItem().Details.ShouldSatisfyAllConditions(
            static usage => usage.InputTokenCount.ShouldBe(10),
            static usage => usage.OutputTokenCount.ShouldBe(5));
        var request = _server.Requests.ShouldHaveSingleItem();
        request.Line.ShouldStartWith("POST /v1/chat/completions ");
        var body = request.Json;
        (body.GetProperty("model").GetString(), body.GetProperty("stream").GetBoolean(), body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean()).ShouldBe(("gpt-9", true, true));
        body.GetProperty("messages")[0].GetProperty("role").GetString().ShouldBe("user");
        body.TryGetProperty("max_completion_tokens", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Calls_arrive_in_pieces_and_schemas_go_out_whole()
    {
        _server.Then(StubReply.Of(
            OpenAIStream.Call(0, "a", "read_file", "") + OpenAIStream.Call(0, null, null, "{\"pa") + OpenAIStream.Call(1, "b", "read_file", "{\"path\":\"two\"}")
            + OpenAIStream.Call(0, null, null, "th\":\"one\"}") + OpenAIStream.Finish("tool_calls") + OpenAIStream.Done));
        const string schema = """{"type":"object","properties":{"path":{"$ref":"#/$defs/P"}},"required":["path"],"additionalProperties":false,"$defs":{"P":{"type":"string"}}}""";

        var contents = await Answers.CollectAsync(Client(), options: new ChatOptions { Tools = new ToolSet([new Plain("read_file", schema)]) });

        contents.OfType<FunctionCallContent>().OrderBy(static call => call.CallId, StringComparer.Ordinal)
            .Select(static call => (call.CallId, call.Name, call.Arguments!["path"]!.ToString())).ShouldBe([("a", "read_file", "one"), ("b", "read_file", "two")]);
        var function = _server.Requests.ShouldHaveSingleItem().Json.GetProperty("tools")[0].GetProperty("function");
        function.GetProperty("name").GetString().ShouldBe("read_file");
        JsonElement.DeepEquals(function.GetProperty("parameters"), JsonElement.Parse(schema)).ShouldBeTrue(function.GetProperty("parameters").GetRawText());
    }

    [Fact]
    public async Task A_conversation_with_calls_and_results_goes_out_as_it_was()
    {
        _server.Then(StubReply.Of(OpenAIStream.Answer("ok")));

        await Client().GetStreamingResponseAsync(
        [
            new HistoryMessage(ChatRole.System, "Be brief."),
            new HistoryMessage(ChatRole.User, "go"),
            new HistoryMessage(ChatRole.Assistant, [new FunctionCallContent("a", "read_file", new Dictionary<string, object?> { ["path"] = "one" })]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("a", "text of one")]),
        ]).ToChatResponseAsync();

        var messages = _server.Requests.ShouldHaveSingleItem().Json.GetProperty("messages");
        messages.EnumerateArray().Select(static message => message.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant", "tool"]);
        JsonElement.Parse(messages[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()!).GetProperty("path").GetString().ShouldBe("one");
        (messages[3].GetProperty("tool_call_id").GetString(), messages[3].GetProperty("content").ToString()).ShouldBe(("a", "text of one"));
    }

    [Fact]
    public async Task Every_setting_of_the_entry_is_in_the_request()
    {
        _server.Then(StubReply.Of(OpenAIStream.Answer("ok")));

        await Answers.CollectAsync(Client(static entry => entry with
        {
            UserAgent = "QwenCode/1.2.3",
            Headers = new Dictionary<string, string> { ["X-Team"] = "blue" },
            Sampling = new SamplingParameters { Temperature = 0.2, TopP = 0.5, TopK = 7, MaxTokens = 99, PresencePenalty = 0.1, FrequencyPenalty = 0.3, RepetitionPenalty = 1.5 },
            Reasoning = JsonElement.Parse("""{"effort":"high"}"""),
            ExtraBody = JsonElement.Parse("""{"seat":{"row":3},"messages":[],"top_k":8}"""),
        }), options: new ChatOptions { Temperature = 1 });

        var request = _server.Requests.ShouldHaveSingleItem();
        (request.Headers["Authorization"], request.Headers["User-Agent"], request.Headers["X-Team"]).ShouldBe(($"Bearer {Key}", "QwenCode/1.2.3", "blue"));
        var body = request.Json;
        Number("temperature").ShouldBe(0.2, 0.0001);
        Number("top_p").ShouldBe(0.5, 0.0001);
        Number("top_k").ShouldBe(8);
        Number("max_completion_tokens").ShouldBe(99);
        Number("presence_penalty").ShouldBe(0.1, 0.0001);
        Number("frequency_penalty").ShouldBe(0.3, 0.0001);
        Number("repetition_penalty").ShouldBe(1.5);
        body.GetProperty("reasoning_effort").GetString().ShouldBe("high");
        body.GetProperty("seat").GetRawText().ShouldBe("""{"row":3}""");
        body.GetProperty("messages").GetArrayLength().ShouldBe(1);

        double Number(string name) => body.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task A_limit_of_the_extra_body_replaces_the_librarys_name_for_it()
    {
        _server.Then(StubReply.Of(OpenAIStream.Answer("ok")));

        await Answers.CollectAsync(Client(static entry => entry with { MaxOutputTokens = 50, ExtraBody = JsonElement.Parse("""{"max_tokens":40,"model":"other"}""") }));

        var body = _server.Requests.ShouldHaveSingleItem().Json;
        (body.GetProperty("max_tokens").GetInt32(), body.GetProperty("model").GetString(), body.TryGetProperty("max_completion_tokens", out _)).ShouldBe((40, "other", false));
    }

    [Fact]
    public async Task Without_a_key_none_is_sent_and_a_header_of_the_users_own_is()
    {
        _server.Then(StubReply.Of(OpenAIStream.Answer("ok")), StubReply.Of(OpenAIStream.Answer("ok")));

        await Answers.CollectAsync(Client(static entry => entry with { ApiKey = null, NeedsKey = false }));
        await Answers.CollectAsync(Client(static entry => entry with { Headers = new Dictionary<string, string> { ["Authorization"] = "Basic abc" } }));

        _server.Requests[0].Headers.ContainsKey("Authorization").ShouldBeFalse();
        _server.Requests[1].Headers["Authorization"].ShouldBe("Basic abc");
    }

    [Theory]
    [InlineData(401, ModelFault.Unauthorized)]
    [InlineData(403, ModelFault.Unauthorized)]
    [InlineData(404, ModelFault.NotFound)]
    [InlineData(429, ModelFault.RateLimited)]
    [InlineData(500, ModelFault.ServerError)]
    [InlineData(400, ModelFault.Refused)]
    public async Task An_error_is_a_fault_of_its_kind_and_shows_no_key(int status, ModelFault fault)
    {
        _server.Always = StubReply.Error(status, $$$"""{"error":{"message":"The key {{{Key}}} did not help.","type":"some_error","code":"some_code"}}""");

        var exception = await Should.ThrowAsync<ModelException>(Answers.CollectAsync(Client(static entry => entry with { MaxRetries = 0 })));

        (exception.Fault, exception.Status).ShouldBe((fault, status));
        exception.Message.ShouldContain("did not help");
        exception.ToString().ShouldNotContain(Key);
        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(418)]
    public async Task A_request_is_repeated_as_often_as_the_settings_say(int status)
    {
        _server.Always = StubReply.Error(status, "{}", ("retry-after-ms", "1"));

        var exception = await Should.ThrowAsync<ModelException>(Answers.CollectAsync(Client(static entry => entry with { MaxRetries = 2, RetryErrorCodes = [418] })));

        _server.Requests.Count.ShouldBe(3);
        exception.Fault.ShouldBe(status == 418 ? ModelFault.RateLimited : ModelFault.ServerError);
    }

    [Fact]
    public async Task An_answer_that_does_not_begin_in_time_is_a_timeout()
    {
        _server.Always = new StubReply { WithoutHeaders = true, End = StubEnd.Stall };

        var exception = await Should.ThrowAsync<ModelException>(Answers.CollectAsync(Client(static entry => entry with { MaxRetries = 0, Timeout = TimeSpan.FromMilliseconds(100) })));

        exception.Fault.ShouldBe(ModelFault.Timeout);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        var exception = await Should.ThrowAsync<ModelException>(Answers.CollectAsync(Client(static entry => entry with { MaxRetries = 0, BaseUrl = new Uri("http://127.0.0.1:1/v1") })));

        exception.Fault.ShouldBe(ModelFault.Unreachable);
    }

    [Fact]
    public async Task Cancelling_ends_an_answer_that_has_begun()
    {
        _server.Always = StubReply.Of(OpenAIStream.Text("Hel")) with { End = StubEnd.Stall };
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Client().GetStreamingResponseAsync("hi", cancellationToken: cancel.Token))
            {
                if (update.Text.Length > 0)
                {
                    await cancel.CancelAsync();
                }
            }
        });
    }

    [Theory]
    [InlineData("""{"effort":"high","budget_tokens":100}""", "reasoning.budget_tokens")]
    [InlineData("""{"effort":3}""", "reasoning.effort")]
    public void A_reasoning_that_it_cannot_express_is_refused(string reasoning, string named) =>
        Refusal(entry => entry with { Reasoning = JsonElement.Parse(reasoning) }).ShouldContain(named);

    [Fact]
    public void Other_settings_that_it_cannot_honour_are_refused()
    {
        Refusal(static entry => entry with { UseOpenApi30Schemas = true }).ShouldContain("schemaCompliance \"openapi_30\"");
        Refusal(static entry => entry with { RetryErrorCodes = [429, 1302] }).ShouldContain("retryErrorCodes 1302");
        Refusal(static entry => entry with { ApiKey = null }).ShouldContain("needs an API key");
        Refusal(static entry => entry with { ApiKey = "a\nb" }).ShouldContain("line break");
        Refusal(static entry => entry with { Headers = new Dictionary<string, string> { ["X-A"] = "a\r\nX-B: b" } }).ShouldContain("'X-A'");
    }

    private string Refusal(Func<ModelEntry, ModelEntry> change)
    {
        var exception = Should.Throw<ModelException>(() => Client(change));
        exception.Fault.ShouldBe(ModelFault.NotConfigured);
        return exception.Message;
    }

    private IChatClient Client(Func<ModelEntry, ModelEntry>? change = null)
    {
        var entry = new ModelEntry { Protocol = OpenAIConnector.Protocol, Id = "gpt-9", BaseUrl = _server.BaseUrl, ApiKey = Key };
        return OpenAIConnector.CreateClient(change?.Invoke(entry) ?? entry);
    }

    private sealed class Plain(string name, string schema)
        : Tool(new ToolDeclaration { Name = name, Description = name, Parameters = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(schema)) })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new NotSupportedException();
    }
}
