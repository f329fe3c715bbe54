using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using QwenCode.Mcp.Serving;
using QwenCode.Mcp.Tests.Servers;

namespace QwenCode.Mcp.Tests.Serving;

/// <summary>Sessions over HTTP: how many there are, and when they end.</summary>
public sealed class HttpServerTests : IAsyncDisposable
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    private const string Ping = """{"jsonrpc":"2.0","id":2,"method":"ping"}""";

    private readonly ManualTime _time = new();
    private readonly List<Connection> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private McpHttpServer? _server;
    private Task? _running;

    [Fact]
    public async Task A_silent_client_loses_its_session_and_one_that_listens_or_whose_task_runs_does_not()
    {
        Start(new McpHttpOptions { IdleLimit = TimeSpan.FromMinutes(10) });
        var (silent, working, waiting) = (await OpenAsync(), await OpenAsync(), await OpenAsync());
        _connections[1].IsBusy = true;
        using var listening = await ListenAsync(waiting);

        _time.Advance(TimeSpan.FromMinutes(11));
        await _connections[0].Ended;

        (await PingAsync(silent)).ShouldBe(HttpStatusCode.NotFound);
        (await PingAsync(working)).ShouldBe(HttpStatusCode.OK);
        (await PingAsync(waiting)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_client_too_many_takes_the_place_of_the_most_silent_one_and_of_no_other()
    {
        Start(new McpHttpOptions { MaxSessions = 2 });
        var first = await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        var second = await OpenAsync();
        using var listening = await ListenAsync(second);
        _time.Advance(TimeSpan.FromSeconds(5));
        await PingAsync(first);
        _time.Advance(TimeSpan.FromSeconds(5));

        var third = await OpenAsync();
        await _connections[1].Ended;

        (await PingAsync(second)).ShouldBe(HttpStatusCode.NotFound);
        (await PingAsync(first), await PingAsync(third)).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        _connections.ForEach(static connection => connection.IsBusy = true);
        using var refused = await SendAsync(Initialize, null);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused()
    {
        Start(new McpHttpOptions { MaxMessageBytes = 1000 });
        var session = await OpenAsync();

        using var response = await SendAsync(Ping + new string(' ', 2000), session);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task What_no_request_waits_for_comes_over_a_stream_that_can_be_opened_again()
    {
        Start(new McpHttpOptions());
        var session = await OpenAsync();

        using var first = await ListenAsync(session);
        using var second = await ListenAsync(session);
        using var reader = new StreamReader(await second.Content.ReadAsStreamAsync());
        await _connections[0].Server.SendNotificationAsync("notifications/tools/list_changed");
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
        }
        while (line is not null && !line.StartsWith("data: {", StringComparison.Ordinal));

        line.ShouldNotBeNull().ShouldContain("notifications/tools/list_changed");
    }

    [Fact]
    public async Task The_end_of_the_server_ends_every_session()
    {
        Start(new McpHttpOptions());
        await OpenAsync();
        await OpenAsync();

        await _stop.CancelAsync();
        await _running!.WaitAsync(TimeSpan.FromSeconds(20));

        _connections.Select(static connection => connection.Ended.IsCompleted).ShouldBe([true, true]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await (_running ?? Task.CompletedTask);
        _http.Dispose();
        _stop.Dispose();
    }

    private void Start(McpHttpOptions options)
    {
        _server = new McpHttpServer(options, transport =>
        {
            var connection = new Connection(transport);
            _connections.Add(connection);
            return connection;
        }, _time);
        _running = _server.RunAsync(_stop.Token);
    }

    private async Task<string> OpenAsync()
    {
        using var response = await SendAsync(Initialize, null);
        await response.Content.ReadAsStringAsync();
        return response.Headers.GetValues("Mcp-Session-Id").Single();
    }

    private async Task<HttpStatusCode> PingAsync(string session)
    {
        using var response = await SendAsync(Ping, session);
        await response.Content.ReadAsStringAsync();
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> ListenAsync(string session)
    {
        using var request = Request(HttpMethod.Get, session);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string? session)
    {
        using var request = Request(HttpMethod.Post, session);
        request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await _http.SendAsync(request);
    }

    private HttpRequestMessage Request(HttpMethod method, string? session)
    {
        var request = new HttpRequestMessage(method, _server!.Address);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", session);
        }

        return request;
    }

    private sealed class Connection : IMcpConnection
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection(ITransport transport) => Server = McpServer.Create(transport, new McpServerOptions
        {
            ServerInfo = new() { Name = "t", Version = "1" }, Capabilities = new() { Tools = new() { ListChanged = true } },
        });

        public McpServer Server { get; }

        public bool IsBusy { get; set; }

        public Task Ended => _ended.Task;

        public Task RunAsync(CancellationToken cancellationToken) => Server.RunAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
