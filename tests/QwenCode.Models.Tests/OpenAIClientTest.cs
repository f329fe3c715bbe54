using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests;

/// <summary>A stub server, a clock and a client between them.</summary>
public abstract class OpenAIClientTest : IAsyncLifetime
{
    internal StubServer Server { get; } = new();

    internal FakeClock Clock { get; } = new();

    internal OpenAIClientOptions Options => new()
    {
        BaseUrl = Server.BaseUrl,
        ApiKey = "sk-secret-key-123",
        Model = "test-model",
        TimeProvider = Clock,
        Jitter = () => 0.5,
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal IChatClient Client(Func<OpenAIClientOptions, OpenAIClientOptions>? change = null) => new OpenAIChatClient((change ?? (options => options))(Options));

    internal async Task<List<AIContent>> AskAsync(string body, Func<OpenAIClientOptions, OpenAIClientOptions>? change = null)
    {
        Server.Then(StubReply.Of(body));
        return await Answers.CollectAsync(Client(change));
    }
}
