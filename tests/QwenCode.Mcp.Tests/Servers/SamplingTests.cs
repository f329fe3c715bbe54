using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>What servers ask the model.</summary>
public sealed class SamplingTests
{
    private const string Question = """
        {"systemPrompt":"Be brief.","maxTokens":999999,"temperature":0.5,"stopSequences":["END"],
         "messages":[{"role":"user","content":{"type":"text","text":"2+2?"}},{"role":"assistant","content":{"type":"text","text":"5"}},{"role":"user","content":{"type":"text","text":"Sure?"}}]}
        """;

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, true)]
    public async Task A_request_is_answered_by_the_model_of_the_call(bool isTrusted, bool? answer)
    {
        var model = new Model("4, sorry.");

        var answered = await AskAsync(Question, isTrusted, answer, model);

        var result = answered.GetProperty("result");
        result.GetProperty("content").GetProperty("text").GetString().ShouldBe("4, sorry.");
        (result.GetProperty("role").GetString(), result.GetProperty("model").GetString(), result.GetProperty("stopReason").GetString()).ShouldBe(("assistant", "test-model", "endTurn"));
        var (messages, options) = model.Asked.ShouldHaveSingleItem();
        messages.Select(static message => $"{message.Role}: {message.Text}").ShouldBe(["system: Be brief.", "user: 2+2?", "assistant: 5", "user: Sure?"]);
        (options!.MaxOutputTokens, options.Temperature).ShouldBe((8192, 0.5f));
        options.StopSequences.ShouldBe(["END"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public async Task What_nobody_allows_is_refused(bool? answer)
    {
        var model = new Model("never");

        var answered = await AskAsync(Question, isTrusted: false, answer, model);

        answered.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-1);
        model.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"messages":[],"maxTokens":5}""", "There must be messages")]
    [InlineData("""{"messages":[{"role":"user","content":{"type":"text","text":"x"}}],"maxTokens":0}""", "maxTokens above 0")]
    [InlineData("""{"messages":[{"role":"user","content":{"type":"text","text":"x"}}],"maxTokens":5,"tools":[{"name":"t","inputSchema":{"type":"object"}}]}""", "Tools are not supported")]
    [InlineData("""{"messages":[{"role":"user","content":{"type":"tool_result","toolUseId":"t","content":[]}}],"maxTokens":5}""", "text, images and audio only")]
    public async Task What_makes_no_sense_is_refused_without_a_question(string question, string message)
    {
        var model = new Model("never");

        var answered = await AskAsync(question, isTrusted: true, null, model);

        answered.GetProperty("error").GetProperty("message").GetString()!.ShouldContain(message);
        model.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_without_a_call_is_refused()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server, static entry => entry with { IsTrusted = true });
        await servers.PrepareAsync(CancellationToken.None);

        await server.Connections[0].WriteAsync(Request(1, Question));

        (await server.Answers.Reader.ReadAsync()).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("only while a tool runs");
        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBe("MCP server 'srv' wanted to ask the model, and was refused: it asked without a call of one of its tools.");
    }

    [Fact]
    public async Task A_call_has_a_bounded_number_of_requests()
    {
        var model = new Model("more");
        var answers = new List<JsonElement>();
        var server = new FakeServer();
        server.Call = async (connection, request) =>
        {
            for (var i = 0; i < 12; i++)
            {
                await connection.WriteAsync(Request(i, Question));
            }

            // Answers are read by the connection that this method holds up.
            _ = Task.Run(async () =>
            {
                while (answers.Count < 12)
                {
                    answers.Add(await server.Answers.Reader.ReadAsync());
                }

                await connection.AnswerAsync(request, """{"content":[{"type":"text","text":"done"}]}""");
            });
        };
        await using var servers = Fakes.Connect(server, static entry => entry with { IsTrusted = true });
        var tool = await servers.ToolAsync();

        (await Prepare(tool, model, null).ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();

        model.Asked.Count.ShouldBe(10);
        answers.Count(static answer => answer.TryGetProperty("error", out _)).ShouldBe(2);
    }

    private static async Task<JsonElement> AskAsync(string question, bool isTrusted, bool? answer, Model model)
    {
        JsonElement? answered = null;
        var server = new FakeServer();
        server.Call = async (connection, request) =>
        {
            await connection.WriteAsync(Request(1, question));
            _ = Task.Run(async () =>
            {
                answered = await server.Answers.Reader.ReadAsync();
                await connection.AnswerAsync(request, """{"content":[{"type":"text","text":"done"}]}""");
            });
        };
        await using var servers = Fakes.Connect(server, entry => entry with { IsTrusted = isTrusted });
        var tool = await servers.ToolAsync();
        (await Prepare(tool, model, answer).ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();
        return answered!.Value;
    }

    private static string Request(int id, string question) => $$"""{"jsonrpc":"2.0","id":"q{{id}}","method":"sampling/createMessage","params":{{question.ReplaceLineEndings("")}}}""";

    private static ToolInvocation Prepare(Tool tool, Model model, bool? answer) => tool.Prepare(
        new ToolArguments(ToolDeclaration.Schema("{}"u8)),
        new ToolContext
        {
            Agent = AgentId.Main,
            Session = new SessionId("s"),
            Workspace = new Workspace(Path.GetTempPath()),
            Services = model,
            AskUserAsync = answer is null ? null : (confirmation, _) =>
            {
                confirmation.ShouldBeOfType<InfoConfirmation>().Prompt.ShouldBe("system: Be brief.\nuser: 2+2?\nassistant: 5\nuser: Sure?");
                return ValueTask.FromResult(answer.Value);
            },
        });

    private sealed class Model(string text) : IChatClient, IServiceProvider
    {
        public List<(List<ChatMessage> Messages, ChatOptions? Options)> Asked { get; } = [];

        public object? GetService(Type serviceType) => serviceType == typeof(IChatClient) ? this : null;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            lock (Asked)
            {
                Asked.Add(([.. messages], options));
            }

            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, text)) { ModelId = "test-model" });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
