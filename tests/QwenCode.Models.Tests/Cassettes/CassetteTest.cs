using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Anthropic;
using QwenCode.Models.Cassettes;
using QwenCode.Models.Gemini;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests.Cassettes;

/// <summary>A server to record, and a file to replay.</summary>
public abstract class CassetteTest : IAsyncLifetime
{
    internal const string Key = "sk-cassette-Zq7-key-0451";
    internal const string HomeDirectory = "/home/someone";
    internal const string Project = "/home/someone/project";

    private readonly string _directory = Directory.CreateTempSubdirectory("qwen-cassette-").FullName;

    internal StubServer Server { get; } = new();

    internal Uri BaseUrl { get => field ?? Server.BaseUrl; set; }

    internal FakeClock Clock { get; } = new();

    internal string File => Path.Combine(_directory, "cassette.jsonl");

    internal Dictionary<string, string> Environment { get; } = [];

    internal string Text => System.IO.File.ReadAllText(File);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal ModelCassette Cassette(CassetteMode mode) => new(mode, File);

    internal IChatClient Client(ModelCassette cassette, string protocol = "openai", string directory = Project, Dictionary<string, string>? headers = null)
    {
        var use = cassette.At(new CassettePlace(Path.GetDirectoryName(directory)!, directory, Environment));
        return protocol switch
        {
            "anthropic" => new AnthropicChatClient(Apply(new AnthropicClientOptions { Model = "claude-sonnet-4-5", BaseUrl = BaseUrl })),
            "gemini" => new GeminiChatClient(Apply(new GeminiClientOptions { Model = "gemini-3-pro", BaseUrl = BaseUrl })),
            _ => new OpenAIChatClient(Apply(new OpenAIClientOptions { Model = "test-model", BaseUrl = BaseUrl })),
        };

        T Apply<T>(T options)
            where T : ChatClientOptions => (T)(options with
            {
                Protocol = protocol,
                ApiKey = Key,
                Headers = headers ?? [],
                TimeProvider = Clock,
                Jitter = () => 0.5,
                Cassette = use,
            });
    }

    internal static HistoryMessage User(string text) => new(ChatRole.User, text);

    internal static HistoryMessage Model(string text) => new(ChatRole.Assistant, text);

    internal static HistoryMessage Instructions(string text) => new(ChatRole.System, text);

    internal static HistoryMessage Called(string id, string tool, string arguments) => new(ChatRole.Assistant, [ToolCalls.Create(id, tool, arguments)]);

    internal static HistoryMessage Result(string id, string text) => new(ChatRole.Tool, [new FunctionResultContent(id, text)]);

    internal static async Task<string> AskAsync(IChatClient client, params ChatMessage[] messages) =>
        Answers.TextOf(await Answers.CollectAsync(client.GetStreamingResponseAsync(messages)));
}
