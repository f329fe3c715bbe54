using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Tests.Support;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Tests;

/// <summary>A stub server, a clock and a client between them.</summary>
public abstract class OpenAIClientTest(TransportKind transport = TransportKind.Socket) : IAsyncLifetime
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

    internal IChatClient Client(Func<OpenAIClientOptions, OpenAIClientOptions>? change = null)
    {
        var options = (change ?? (options => options))(Options);
        return new OpenAIChatClient(options, transport is TransportKind.Socket ? new SocketTransport(options.TimeProvider) : new HttpClientTransport(options.Proxy));
    }

    internal async Task<List<AIContent>> AskAsync(string body, Func<OpenAIClientOptions, OpenAIClientOptions>? change = null)
    {
        Server.Then(StubReply.Of(body));
        return await Answers.CollectAsync(Client(change));
    }
}

/// <summary>The ways to a server; what holds for one holds for the other.</summary>
public enum TransportKind
{
    Socket,
    HttpClient,
}
