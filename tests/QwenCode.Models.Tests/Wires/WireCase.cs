using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests.Wires;

/// <summary>A case of <c>Fixtures/models-wire.json</c>: what a provider sends, byte for byte, and what the client makes of it.</summary>
internal sealed class WireCase(JsonElement json, FakeClock clock)
{
    private static readonly byte[] Png = [137, 80, 78, 71];

    private static readonly Lazy<JsonElement> All = new(static () => JsonElement.Parse(File.ReadAllBytes(
        Path.Combine(AppContext.BaseDirectory, "Fixtures", "models-wire.json"))));

    /// <summary>Gets what the client handed on since it last began anew, without the usage.</summary>
    public List<AIContent> Contents { get; private set; } = [];

    public ModelException? Fault { get; private set; }

    public int Restarts { get; private set; }

    public ChatFinishReason? Finish { get; private set; }

    public UsageDetails? Usage { get; private set; }

    public IReadOnlyList<StubRequest> Requests { get; private set; } = [];

    public IReadOnlyList<TimeSpan> Waits => clock.Delays;

    public string Text => Answers.TextOf(Contents);

    public FunctionCallContent Call => Contents.OfType<FunctionCallContent>().ShouldHaveSingleItem();

    public ToolCallArguments Arguments => ToolCallArguments.Of(Call);

    public JsonElement LastBody => Requests[^1].Json;

    public string Model => json.TryGetProperty("model", out var model) ? model.GetString()! : "claude-x";

    /// <summary>Gets the names of the cases of a wire.</summary>
    /// <param name="letter">The letter they begin with.</param>
    public static IEnumerable<string> Names(char letter) => All.Value.EnumerateObject().Select(static one => one.Name).Where(name => name[0] == letter);

    /// <summary>Runs the case whose name begins with a word.</summary>
    public static async Task<WireCase> RunAsync(string word, Func<StubServer, FakeClock, string, IChatClient> create)
    {
        await using var server = new StubServer();
        var wireCase = new WireCase(All.Value.EnumerateObject().Single(one => one.Name.StartsWith(word + " ", StringComparison.Ordinal)).Value, new FakeClock());
        await wireCase.RunAsync(server, create(server, wireCase.Clock, wireCase.Model));
        wireCase.Requests = server.Requests;
        return wireCase;
    }

    public FakeClock Clock => clock;

    private async Task RunAsync(StubServer server, IChatClient client)
    {
        var steps = json.GetProperty("steps").EnumerateArray().Select(Reply).ToList();
        server.Then(steps);
        server.Always = steps[^1];
        List<ChatMessage> messages = json.TryGetProperty("history", out var history) ? [.. history.EnumerateArray().Select(Message)] : [new HistoryMessage(ChatRole.User, "hi")];
        var options = new ChatOptions { Tools = new ToolSet([new WireTool("list_directory", """{"type":"object","properties":{"path":{"type":"string"}}}""")]), ModelId = Model };
        if (json.TryGetProperty("effort", out var effort))
        {
            options.Reasoning = new() { Effort = Enum.Parse<ReasoningEffort>(effort.GetString()!) };
        }

        for (var turn = json.TryGetProperty("turns", out var turns) ? turns.GetInt32() : 1; turn > 0; turn--)
        {
            await AskAsync(client, messages, options);
            messages.Add(new HistoryMessage(ChatRole.Assistant, Merged()));
            var results = Contents.OfType<FunctionCallContent>().Select(static call => new FunctionResultContent(call.CallId, "done")).ToList<AIContent>();
            messages.Add(results.Count > 0 ? new HistoryMessage(ChatRole.Tool, results) : new HistoryMessage(ChatRole.User, "more"));
        }
    }

    private async Task AskAsync(IChatClient client, List<ChatMessage> messages, ChatOptions options)
    {
        Contents = [];
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages, options))
            {
                Finish = update.FinishReason ?? Finish;
                foreach (var content in update.Contents)
                {
                    switch (content)
                    {
                        case StreamRestartContent:
                            Restarts++;
                            Contents = [];
                            break;
                        case UsageContent usage:
                            Usage = usage.Details;
                            break;
                        default:
                            Contents.Add(content);
                            break;
                    }
                }
            }
        }
        catch (ModelException exception)
        {
            Fault = exception;
        }
    }

    /// <summary>Joins the pieces as a kernel does: a signature ends its thought.</summary>
    private List<AIContent> Merged()
    {
        var merged = new List<AIContent>();
        foreach (var content in Contents)
        {
            if (content is TextReasoningContent thought && !Signatures.IsRedacted(thought) && merged is [.., TextReasoningContent { ProtectedData: null } before])
            {
                merged[^1] = new TextReasoningContent(before.Text + thought.Text) { ProtectedData = thought.ProtectedData };
            }
            else
            {
                merged.Add(content);
            }
        }

        return merged;
    }

    private static StubReply Reply(JsonElement step)
    {
        var body = step.TryGetProperty("raw", out var raw) ? raw.GetString()! : string.Concat(step.GetProperty("events").EnumerateArray().Select(static one =>
            (one.TryGetProperty("type", out var type) ? $"event: {type.GetString()}\n" : string.Empty) + $"data: {one.GetRawText().ReplaceLineEndings(" ")}\n\n"));
        return new StubReply
        {
            Status = step.TryGetProperty("status", out var status) ? status.GetInt32() : 200,
            ContentType = step.TryGetProperty("type", out var type) ? type.GetString()! : "text/event-stream",
            Pieces = [Encoding.UTF8.GetBytes(body)],
            Framing = StubFraming.Length,
            Headers = step.TryGetProperty("headers", out var headers) ? headers.EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.GetString()!) : [],
        };
    }

    private static HistoryMessage Message(JsonElement message) => new(
        message.GetProperty("role").GetString() switch { "assistant" => ChatRole.Assistant, "tool" => ChatRole.Tool, _ => ChatRole.User },
        [.. message.GetProperty("parts").EnumerateArray().Select(Part)]);

    private static AIContent Part(JsonElement part) =>
        part.TryGetProperty("text", out var text) ? new TextContent(text.GetString())
        : part.TryGetProperty("thought", out var thought) ? new TextReasoningContent(thought.GetString())
        : part.TryGetProperty("call", out var call) ? ToolCalls.Create(call.GetString()!, "list_directory", """{"path":"/a"}""")
        : new FunctionResultContent(part.GetProperty("result").GetString()!, Result(part));

    private static object Result(JsonElement part) =>
        part.TryGetProperty("pdf", out _) ? new List<AIContent> { new TextContent("a file"), new DataContent(Png, "application/pdf") { Name = "a.pdf" } }
        : part.TryGetProperty("png", out _) ? new List<AIContent> { new TextContent("a picture"), new DataContent(Png, "image/png") }
        : "done";
}
