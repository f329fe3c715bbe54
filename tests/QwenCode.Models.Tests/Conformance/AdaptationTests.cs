using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using QwenCode.Tools;

namespace QwenCode.Models.Tests.Conformance;

public sealed class AdaptationTests : OpenAIClientTest
{
    private const string Png = "iVBORw0KGgo=";

    private readonly List<string> _reports = [];

    // Each: what the provider says, and what must no longer, and what must now, be in the request.
    public static TheoryData<int, string, string, string> Refusals => new()
    {
        { 400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "\"max_tokens\"", "\"max_completion_tokens\":8000" },
        { 400, "max_tokens must be at most 4096", "\"max_tokens\"", "" },
        { 400, "'max_tokens' or 'max_completion_tokens' is too large: 8000. This model's maximum context length is 8192 tokens.", "\"max_tokens\"", "" },
        { 400, "'messages.2' : for 'role:assistant' the following must be satisfied[('messages.2' : property 'reasoning_content' is unsupported)]", "reasoning_content", "" },
        { 422, "body.messages.2.assistant.reasoning_content: Extra inputs are not permitted", "reasoning_content", "" },
        { 422, "body.stream_options: Extra inputs are not permitted", "stream_options", "\"stream\":true" },
        { 400, "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.", "\"temperature\"", "" },
        { 400, "`temperature` and `top_p` cannot both be specified for this model", "\"temperature\"", "\"top_p\"" },
        { 400, "Unrecognized request argument supplied: seed", "\"seed\"", "" },
        { 400, "litellm.UnsupportedParamsError: m does not support parameters: ['seed']", "\"seed\"", "\"exclusiveMinimum\":0" },
        { 400, "messages[1].content: invalid type: sequence, expected a string", "\"content\":[", "\"content\":\"\"" },
        { 400, "Invalid type for 'messages[2].content': expected a string, but got null instead.", "\"content\":null", "\"content\":\"\"" },
        { 500, "Conversation roles must alternate user/assistant/user/assistant/...", "\"role\":\"user\",\"content\":\"again\"},{\"role\":\"user\"", "" },
        { 400, "Unexpected role 'user' after role 'tool'", "", "\"role\":\"assistant\",\"content\":\"(The turn ended here.)\"" },
        { 400, "System role not supported", "\"role\":\"system\"", "be good" },
        { 400, "This model does not support image input", "image_url", "takes no image" },
        { 404, "No endpoints found that support image input", "image_url", "takes no image" },
        { 400, "Invalid schema for function 'echo': '$schema' is not permitted", "$schema", "\"properties\"" },
        { 400, "Unknown name \"exclusiveMinimum\" at 'tools[0].function_declarations[0].parameters': Cannot find field.", "\"exclusiveMinimum\":0", "\"minimum\":0" },
        { 400, "Invalid 'tools': array too long. Expected an array with maximum length 2, but got an array with length 3 instead.", "\"third\"", "\"second\"" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_of_the_form_is_answered_with_another_form_which_is_kept(int status, string says, string gone, string there)
    {
        var client = Client(Configure);
        Server.Then(StubReply.Error(status, Refusal(says)), StubReply.Of(OpenAIStream.Answer("ok")), StubReply.Of(OpenAIStream.Answer("ok")));

        (await client.GetResponseAsync(History, Request)).Text.ShouldBe("ok");
        (await client.GetResponseAsync(History, Request)).Text.ShouldBe("ok");

        Server.Requests.Count.ShouldBe(3);
        Clock.Delays.ShouldBeEmpty();
        foreach (var request in Server.Requests.Skip(1))
        {
            if (gone.Length > 0)
            {
                Server.Requests[0].Text.ShouldContain(gone);
                request.Text.ShouldNotContain(gone);
            }

            request.Text.ShouldContain(there);
        }

        _reports.ShouldHaveSingleItem().ShouldContain("from now on");
    }

    [Fact]
    public async Task Several_refusals_in_a_row_are_each_answered_and_an_endless_one_ends()
    {
        Server.Then(
            StubReply.Error(400, """{"error":{"message":"unknown parameter: max_tokens"}}"""),
            StubReply.Error(400, """{"error":{"message":"unknown parameter: max_completion_tokens"}}"""),
            StubReply.Error(400, """{"error":{"message":"unknown parameter: temperature"}}"""));
        Server.Always = StubReply.Error(400, """{"error":{"message":"unknown parameter: temperature"}}""");

        var exception = await Should.ThrowAsync<ModelException>(() => Client(Configure).GetResponseAsync(History, Request));

        exception.Message.ShouldBe("400 unknown parameter: temperature");
        Server.Requests.Count.ShouldBe(4);
        Server.Requests[^1].Text.ShouldNotContain("max_");
    }

    [Theory]
    [InlineData(400, "This model's maximum context length is 32768 tokens. However, your messages resulted in 40000 tokens.")]
    [InlineData(400, "temperature must be between 0 and 2")]
    [InlineData(401, "unsupported parameter: temperature")]
    [InlineData(400, "unsupported parameter: dry_multiplier")]
    public async Task What_is_not_about_the_form_is_not_asked_again(int status, string says)
    {
        Server.Always = StubReply.Error(status, Refusal(says));

        await Should.ThrowAsync<ModelException>(() => Client(Configure).GetResponseAsync(History, Request));

        Server.Requests.Count.ShouldBe(1);
        _reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_model_refuses_another_is_still_sent()
    {
        var client = Client(Configure);
        Server.Then(StubReply.Error(400, """{"error":{"message":"unknown parameter: seed"}}"""), StubReply.Of(OpenAIStream.Answer("ok")), StubReply.Of(OpenAIStream.Answer("ok")));

        await client.GetResponseAsync(History, Request);
        var other = Request.Clone();
        other.ModelId = "another";
        await client.GetResponseAsync(History, other);

        Server.Requests.Select(request => request.Json.TryGetProperty("seed", out _)).ShouldBe([true, false, true]);
    }

    [Fact]
    public async Task A_limit_the_user_set_is_not_dropped_when_it_is_too_large()
    {
        Server.Always = StubReply.Error(400, """{"error":{"message":"max_tokens must be at most 4096"}}""");

        await Should.ThrowAsync<ModelException>(
            () => Client(options => Configure(options) with { Sampling = new() { MaxTokens = 9000 } }).GetResponseAsync(History, Request));

        Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("400 thinking is enabled but reasoning_content is missing in assistant tool call message at index 2")]
    [InlineData("400 reasoning_content must be passed back to the API")]
    public async Task Servers_that_insist_on_thoughts_get_one_with_each_call(string says)
    {
        Server.Then(StubReply.Error(400, Refusal(says)), StubReply.Of(OpenAIStream.Answer("ok")));

        await Client(Configure).GetResponseAsync(
        [
            new HistoryMessage(ChatRole.User, "hi"),
            new HistoryMessage(ChatRole.Assistant, [ToolCalls.Create("a", "f", "{}")]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("a", "x")]),
        ], Request);

        Server.Requests[1].Json.GetProperty("messages")[1].GetProperty("reasoning_content").GetString().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_media_of_results_go_into_a_message_of_the_user_behind_all_results()
    {
        Server.Always = StubReply.Of(OpenAIStream.Answer("ok"));

        await Client(Configure).GetResponseAsync(Pictures, Request);
        await Client(options => Configure(options) with { SplitToolMedia = false }).GetResponseAsync(Pictures, Request);
        await Client(options => options with { Modalities = ModelModalities.None }).GetResponseAsync(Pictures, Request);

        Roles(0).ShouldBe(["user", "assistant", "tool a String", "tool b String", "user Array"]);
        Server.Requests[0].Json.GetProperty("messages")[4].GetRawText().ShouldContain("image_url");
        Server.Requests[0].Json.GetProperty("messages")[4].GetRawText().ShouldContain("tool call a");
        StrictServer.Refusal(Server.Requests[0].Json).ShouldBeNull();
        Roles(1).ShouldBe(["user", "assistant", "tool a Array", "tool b String"]);
        Roles(2).ShouldBe(["user", "assistant", "tool a String", "tool b String"]);

        IEnumerable<string> Roles(int request) => Server.Requests[request].Json.GetProperty("messages").EnumerateArray().Select(
            message => message.GetProperty("role").GetString() + (message.TryGetProperty("tool_call_id", out var id) ? $" {id}" : string.Empty)
                + (message.GetProperty("role").GetString() is "tool" || message.GetProperty("content").ValueKind is JsonValueKind.Array
                    ? $" {message.GetProperty("content").ValueKind}" : string.Empty));
    }

    [Fact]
    public async Task Where_roles_take_turns_an_unanswered_prompt_is_not_asked_again_with_the_next()
    {
        Server.Then(StubReply.Error(500, """{"error":{"message":"Conversation roles must alternate user/assistant"}}"""));
        Server.Always = StubReply.Of(OpenAIStream.Answer("ok"));

        await Client(Configure).GetResponseAsync([new HistoryMessage(ChatRole.User, "failed"), new HistoryMessage(ChatRole.User, "next")], Request);

        Server.Requests[1].Json.GetProperty("messages").EnumerateArray().Select(message => $"{message.GetProperty("role")} {message.GetProperty("content")}")
            .ShouldBe(["user failed", "assistant (The turn ended here.)", "user next"]);
        StrictServer.Refusal(Server.Requests[1].Json).ShouldBeNull();
    }

    [Fact]
    public async Task Where_roles_take_turns_media_and_the_next_prompt_are_one_message_behind_an_answer()
    {
        Server.Then(StubReply.Error(400, """{"message":"Unexpected role 'user' after role 'tool'"}"""));
        Server.Always = StubReply.Of(OpenAIStream.Answer("ok"));

        await Client(Configure).GetResponseAsync([.. Pictures, new HistoryMessage(ChatRole.User, "and now?")], Request);

        Server.Requests[1].Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString())
            .ShouldBe(["user", "assistant", "tool", "tool", "assistant", "user"]);
        Server.Requests[1].Text.ShouldContain("and now?");
        Server.Requests[1].Text.ShouldContain("image_url");
    }

    [Theory]
    [InlineData("gpt-5", "http://h/v1", null, "max_completion_tokens")]
    [InlineData("openai/gpt-5-mini-2026-01-01", "http://h/v1", null, "max_completion_tokens")]
    [InlineData("o3", "http://h/v1", null, "max_completion_tokens")]
    [InlineData("gpt-4o", "https://api.openai.com/v1", null, "max_completion_tokens")]
    [InlineData("gpt-4o", "http://h/v1", null, "max_tokens")]
    [InlineData("qwen3", "http://h/v1", 77, "max_completion_tokens")]
    public void The_limit_has_the_name_the_model_wants(string model, string url, int? newer, string name)
    {
        var options = Options with { Model = model, BaseUrl = new Uri(url), Sampling = new() { MaxCompletionTokens = newer } };

        var request = new OpenAIWire(options).CreateRequest([new ChatMessage(ChatRole.User, "hi")], null, null);

        var body = JsonElement.Parse(request.Body.SelectMany(segment => segment).ToArray());
        body.GetProperty(name).GetInt32().ShouldBe(newer ?? 8000);
        body.EnumerateObject().Count(member => member.Name.StartsWith("max_", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Numbers_among_the_sampling_parameters_may_be_written_as_strings()
    {
        var read = SamplingParameters.From(JsonElement.Parse("""{"temperature":"0.5","top_k":"7","max_tokens":"x","top_p":null,"max_completion_tokens":9}"""));

        read.ShouldBe(new SamplingParameters { Temperature = 0.5, TopK = 7, MaxCompletionTokens = 9 });
    }

    private static string Refusal(string says) => "{\"error\":{\"message\":" + OpenAIStream.Quote(says) + "}}";

    private static HistoryMessage[] Pictures =>
    [
        new(ChatRole.User, "look"),
        new(ChatRole.Assistant, [ToolCalls.Create("a", "f", "{}"), ToolCalls.Create("b", "f", "{}")]),
        new(ChatRole.Tool,
        [
            new FunctionResultContent("a", new List<AIContent> { new TextContent("a picture"), new DataContent(Convert.FromBase64String(Png), "image/png") }),
            new FunctionResultContent("b", "text"),
        ]),
    ];

    private static HistoryMessage[] History =>
    [
        new(ChatRole.System, "be good"),
        new(ChatRole.User, [new TextContent("hi"), new DataContent(Convert.FromBase64String(Png), "image/png")]),
        new(ChatRole.Assistant, [new TextReasoningContent("hm"), ToolCalls.Create("a", "echo", "{}")]),
        new(ChatRole.Tool, [new FunctionResultContent("a", "done")]),
        new(ChatRole.User, "again"),
        new(ChatRole.User, "and again"),
    ];

    private static ChatOptions Request => new()
    {
        Temperature = 0.3f,
        TopP = 0.9f,
        Seed = 5,
        Tools = new ToolSet([new Named("first"), new Named("second"), new Named("third")]),
    };

    private OpenAIClientOptions Configure(OpenAIClientOptions options) => options with { Modalities = ModelModalities.Image, Report = _reports.Add };

    private sealed class Named(string name) : Tool(new ToolDeclaration
    {
        Name = name,
        Description = "A tool.",
        Parameters = JsonElement.Parse("""{"$schema":"x","type":"object","properties":{"n":{"type":"number","exclusiveMinimum":0}}}"""),
    })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new ToolArgumentException("not called");
    }
}
