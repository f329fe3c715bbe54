using System.Net;
using ModelContextProtocol.Client;
using QwenCode.Mcp.Configuration;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>Servers that end or cannot be reached, and come back.</summary>
public sealed class RestartTests
{
    private readonly ManualTime _time = new();
    private readonly FakeServer _server = new();
    private readonly List<string> _news = [];
    private Exception? _failure;
    private int _attempts;

    [Fact]
    public async Task A_server_that_ended_is_started_again_by_itself_and_both_is_told()
    {
        await using var servers = Connect(Fakes.Configuration("srv"));
        await NewsAsync(servers);
        await _server.Connections[0].DropAsync();
        await WaitForAsync(servers, "has ended");

        await WaitForAsync(servers, "is connected now");

        _news.ShouldBe(["MCP server 'srv' has ended. It is started again.", "MCP server 'srv' is connected now."]);
        _server.Connections.Count.ShouldBe(2);
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("connected");
    }

    [Fact]
    public async Task A_program_that_does_not_start_any_more_is_given_up_after_some_attempts()
    {
        await using var servers = Connect(Fakes.Configuration("srv"));
        await NewsAsync(servers);
        _failure = new IOException("broken");
        await _server.Connections[0].DropAsync();

        await WaitForAsync(servers, "could not be connected: broken");

        _attempts.ShouldBe(1 + 5);
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
        servers.Snapshot().ShouldHaveSingleItem("a call starts it again");
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_at_first_is_not_tried_again()
    {
        _failure = new IOException("broken");
        await using var servers = Connect(Fakes.Configuration("srv"));

        await NewsAsync(servers);

        _news.ShouldHaveSingleItem().ShouldNotContain("tried again");
    }

    [Fact]
    public async Task A_server_of_the_net_that_cannot_be_reached_joins_later_and_is_told_of_once()
    {
        _failure = new HttpRequestException("refused");
        await using var servers = Connect(Remote());
        await NewsAsync(servers);
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        _failure = null;
        await WaitForAsync(servers, "is connected now");

        _news.Count.ShouldBe(2, "what it is and that it came");
        _news[0].ShouldContain("http://h.example/mcp cannot be reached");
        _news[0].ShouldEndWith("It is tried again from time to time, and joins as soon as it can be reached.");
        servers.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("mcp__srv__echo");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    [InlineData(HttpStatusCode.NotFound, false)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    public async Task Only_what_may_pass_by_itself_is_tried_again(HttpStatusCode status, bool isTriedAgain)
    {
        _failure = new HttpRequestException("no", null, status);
        await using var servers = Connect(Remote());

        await NewsAsync(servers);

        _news.ShouldHaveSingleItem().Contains("tried again", StringComparison.Ordinal).ShouldBe(isTriedAgain);
    }

    [Fact]
    public async Task Disposing_ends_the_attempts()
    {
        _failure = new HttpRequestException("refused");
        var servers = Connect(Remote());
        await NewsAsync(servers);

        await servers.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        var attempts = _attempts;
        _time.Advance(TimeSpan.FromHours(1));

        _attempts.ShouldBe(attempts);
    }

    private static McpServerConfiguration Remote() =>
        Fakes.Configuration("srv") with { Transport = McpTransport.Http, Address = new Uri("http://h.example/mcp") };

    private McpServers Connect(McpServerConfiguration server) => new(new McpServersOptions
    {
        Servers = [server],
        Workspace = new Workspace(Path.GetTempPath(), isTrusted: true),
        Time = _time,
        TransportFactory = Way,
    });

    private IClientTransport Way(McpServerConfiguration server)
    {
        Interlocked.Increment(ref _attempts);
        return _failure is null ? _server.Connect() : throw _failure;
    }

    private async Task NewsAsync(McpServers servers) => _news.AddRange(await servers.PrepareAsync(CancellationToken.None));

    // Moves the clock until something is told.
    private async Task WaitForAsync(McpServers servers, string text)
    {
        while (!_news.Exists(one => one.Contains(text, StringComparison.Ordinal)))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            await NewsAsync(servers);
        }
    }
}
