using System.Text.Json;
using QwenCode.Mcp.Configuration;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tests.Servers;

public sealed class McpCallTests
{
    private static readonly string ReadOnlyTool = $"[{Fakes.Tool("echo", """{"readOnlyHint":true}""")}]";

    [Fact]
    public async Task A_call_gives_what_the_server_answers()
    {
        await using var servers = Fakes.Connect(new FakeServer());

        var result = await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None);

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe("heard ping");
    }

    [Theory]
    [InlineData(false, "{}", ToolConsent.Ask)]
    [InlineData(true, "{}", ToolConsent.Allow)]
    [InlineData(false, """{"readOnlyHint":true}""", ToolConsent.Allow)]
    [InlineData(false, """{"readOnlyHint":false,"idempotentHint":true}""", ToolConsent.Ask)]
    public async Task Trusted_servers_and_tools_that_only_read_are_not_asked_about(bool trust, string annotations, ToolConsent consent)
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{Fakes.Tool("a", annotations)}]" }, entry => entry with { IsTrusted = trust });

        (await servers.ToolAsync()).Prepare().Consent.ShouldBe(consent);
    }

    [Fact]
    public async Task The_offered_rule_is_the_name_the_tool_is_known_by()
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{Fakes.Tool("a it!")}]" });
        var tool = await servers.ToolAsync();

        var confirmation = (await tool.Prepare().ConfirmAsync(CancellationToken.None)).ShouldBeOfType<McpConfirmation>();

        (confirmation.Server, confirmation.ToolName).ShouldBe(("srv", "a it!"));
        confirmation.SuggestedRules.ShouldBe(["mcp__srv__a_it_"]);
        confirmation.SuggestedRules.ShouldBe([tool.Name]);
    }

    [Fact]
    public async Task All_progress_is_told_before_the_result_and_in_order()
    {
        var server = new FakeServer
        {
            Call = static async (connection, request) =>
            {
                var token = request.GetProperty("params").GetProperty("_meta").GetProperty("progressToken").GetRawText();
                for (var i = 1; i <= 50; i++)
                {
                    await connection.WriteAsync($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{token}}},"progress":{{{i}}},"total":50,"message":"step {{{i}}}"}}""");
                }

                await connection.WriteAsync("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"of another","progress":7}}""");
                await connection.AnswerAsync(request, """{"content":[]}""");
            },
        };
        await using var servers = Fakes.Connect(server);
        var seen = new List<ToolProgress>();

        await (await servers.ToolAsync()).Prepare(report: seen.Add).ExecuteAsync(CancellationToken.None);

        seen.ShouldBe([.. Enumerable.Range(1, 50).Select(static i => new StepProgress(i, 50, $"step {i}"))]);
    }

    [Fact]
    public async Task Cancelling_a_call_tells_the_server()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new FakeServer
        {
            Call = (_, _) =>
            {
                called.SetResult();
                return Task.CompletedTask;
            },
        };
        await using var servers = Fakes.Connect(server);
        using var cancel = new CancellationTokenSource();
        var running = (await servers.ToolAsync()).Prepare().ExecuteAsync(cancel.Token).AsTask();
        await called.Task;

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        await server.HeardAsync("notifications/cancelled");
    }

    [Fact]
    public async Task A_call_over_its_time_fails_and_the_server_is_told()
    {
        var time = new ManualTime();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new FakeServer
        {
            Call = (_, _) =>
            {
                called.SetResult();
                return Task.CompletedTask;
            },
        };
        await using var servers = Fakes.Connect(server, static entry => entry with { Timeout = TimeSpan.FromSeconds(90) }, time: time);
        var running = (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None).AsTask();
        await called.Task;

        time.Advance(TimeSpan.FromSeconds(90));

        var error = (await running).Error.ShouldNotBeNull();
        error.Type.ShouldBe(ToolError.ExecutionFailed);
        error.Message.ShouldStartWith("MCP server 'srv' gave no answer within 90 s");
        await server.HeardAsync("notifications/cancelled");
    }

    [Fact]
    public async Task An_error_of_the_protocol_is_reported_with_its_code()
    {
        var server = new FakeServer
        {
            Call = static (connection, request) => connection.WriteAsync(
                $$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id").GetRawText()}}},"error":{"code":-32602,"message":"bad city"}}"""),
        };
        await using var servers = Fakes.Connect(server);

        var error = (await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None)).Error.ShouldNotBeNull();

        error.Message.ShouldBe("MCP error -32602: bad city");
        server.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task What_may_have_been_carried_out_is_not_repeated()
    {
        var server = new FakeServer { Call = static (connection, _) => connection.DropAsync() };
        await using var servers = Fakes.Connect(server);

        var error = (await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None)).Error.ShouldNotBeNull();

        error.Message.ShouldContain("It is not known whether the call took effect");
        server.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"readOnlyHint":true}""")]
    [InlineData("""{"idempotentHint":true}""")]
    public async Task What_does_no_harm_is_repeated_once_over_a_new_connection(string annotations)
    {
        var server = new FakeServer { Tools = $"[{Fakes.Tool("echo", annotations)}]" };
        var answer = server.Call;
        server.Call = (connection, request) => server.Calls == 1 ? connection.DropAsync() : answer(connection, request);
        await using var servers = Fakes.Connect(server);

        var result = await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None);

        result.Content.PlainText.ShouldBe("heard ping");
        server.Calls.ShouldBe(2);
        server.Connections.Count.ShouldBe(2);
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("connected");
    }

    [Fact]
    public async Task A_server_that_keeps_crashing_is_not_called_a_third_time()
    {
        var server = new FakeServer { Tools = ReadOnlyTool, Call = static (connection, _) => connection.DropAsync() };
        await using var servers = Fakes.Connect(server);

        (await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None)).Error.ShouldNotBeNull();

        server.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_ended_between_calls_is_connected_anew_and_its_end_told()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server);
        var tool = await servers.ToolAsync();
        await server.Connections[0].DropAsync();
        while (servers.Status[0].Status != "disconnected")
        {
            await Task.Yield();
        }

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldStartWith("MCP server 'srv' has ended");
        servers.Snapshot().ShouldHaveSingleItem().ShouldBeSameAs(tool);
        var result = await tool.Prepare().ExecuteAsync(CancellationToken.None);

        result.Content.PlainText.ShouldBe("heard ping");
        server.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(-32000, "Bad Request: No valid session ID provided", McpTransport.Http, "heard ping")]
    [InlineData(-32001, "Session not found", McpTransport.Sse, "heard ping")]
    [InlineData(-32001, "Session not found", McpTransport.Stdio, null)]
    [InlineData(-32000, "no such row", McpTransport.Http, null)]
    public async Task A_server_that_forgot_the_session_is_called_again_over_a_new_one(int code, string message, McpTransport transport, string? expected)
    {
        var server = new FakeServer();
        var answer = server.Call;
        server.Call = (connection, request) => server.Calls > 1 ? answer(connection, request) : connection.WriteAsync(
            $$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id").GetRawText()}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");
        await using var servers = Fakes.Connect(server, entry => entry with { Transport = transport, Address = new Uri("http://h.example/mcp") });

        var result = await (await servers.ToolAsync()).Prepare().ExecuteAsync(CancellationToken.None);

        (result.Error?.Message ?? result.Content.PlainText).ShouldBe(expected ?? $"MCP error {code}: {message}");
        server.Connections.Count.ShouldBe(expected is null ? 1 : 2);
    }

    [Fact]
    public async Task Arguments_reach_the_server_as_the_model_wrote_them()
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new FakeServer
        {
            Call = (connection, request) =>
            {
                heard.SetResult(JsonSerializer.Serialize(request.GetProperty("params").GetProperty("arguments")));
                return connection.AnswerAsync(request, """{"content":[]}""");
            },
        };
        await using var servers = Fakes.Connect(server);

        await (await servers.ToolAsync()).Prepare("""{"a":[1,{"b":null}],"c":1.50}""").ExecuteAsync(CancellationToken.None);

        (await heard.Task).ShouldBe("""{"a":[1,{"b":null}],"c":1.50}""");
    }
}
