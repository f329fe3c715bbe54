using System.Net;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen mcp serve --http</c>: several clients, and who is kept out.</summary>
public sealed class ServeHttpTests
{
    private readonly TaskCompletionSource _never = new();

    [UnixFact]
    public async Task Clients_have_sessions_of_their_own()
    {
        await using var room = new Room();
        room.Model.On(_ => ModelReply.Held("I think", _never.Task));
        await using var served = await McpHttpProgram.StartAsync(room);
        await using var one = await served.ConnectAsync();
        await using var two = await served.ConnectAsync();

        var told = new TaskCompletionSource<string>();
        one.RegisterNotificationHandler("notifications/message", (message, _) =>
        {
            told.TrySetResult(message.Params!.ToJsonString());
            return ValueTask.CompletedTask;
        });

        var started = await one.CallToolAsync("agent", new Dictionary<string, object?> { ["subagent_type"] = "Explore", ["prompt"] = "think", ["run_in_background"] = true });
        var own = await one.CallToolAsync("task_list", new Dictionary<string, object?>());
        var other = await two.CallToolAsync("task_list", new Dictionary<string, object?>());

        (started.IsError, one.SessionId == two.SessionId).ShouldBe((null, false));
        McpProgram.Text(own).ShouldContain("[running]");
        McpProgram.Text(other).ShouldBe("There are no tasks.");
        served.Process.Signal(QwenProcess.Terminate);
        (await told.Task.WaitAsync(QwenProcess.Patience)).ShouldContain("\"cancelled\"");
        var end = await served.Process.EndAsync();
        (end.ExitCode, end.Output).ShouldBe((130, string.Empty));
        room.Chats("*.tasks.jsonl").ShouldHaveSingleItem();
        File.ReadAllText(room.Chats("*.tasks.jsonl").Single()).ShouldContain("cancelled", Case.Insensitive);
    }

    [UnixFact]
    public async Task An_agent_reports_progress_and_is_cancelled()
    {
        await using var room = new Room();
        room.Model.On(request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "list_directory", $$"""{"path":{{ModelReply.Quote(room.Workspace)}}}""")) : ModelReply.Held("I think", _never.Task));
        await using var served = await McpHttpProgram.StartAsync(room);
        await using var client = await served.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var told = new TaskCompletionSource<string>();

        var running = client.CallToolAsync(
            "agent", new Dictionary<string, object?> { ["subagent_type"] = "Explore", ["prompt"] = "look" },
            new Progress<ModelContextProtocol.ProgressNotificationValue>(value => told.TrySetResult(value.Message!)), cancellationToken: cancel.Token).AsTask();
        (await told.Task.WaitAsync(QwenProcess.Patience)).ShouldStartWith("ListFiles");
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [UnixFact]
    public async Task What_is_no_proper_request_is_refused()
    {
        await using var room = new Room();
        await using var served = await McpHttpProgram.StartAsync(room);
        const string Ping = """{"jsonrpc":"2.0","id":2,"method":"ping"}""";

        var opened = await served.SendAsync(HttpMethod.Post, McpHttpProgram.Initialize);
        var id = opened.Headers.GetValues("Mcp-Session-Id").ShouldHaveSingleItem();

        // On a connection of its own: the runtime refuses a foreign host itself, and what comes next on the same connection may get lost.
        (await StatusAsync(HttpMethod.Post, McpHttpProgram.Initialize, ("Host", "evil.example"), ("Connection", "close"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(HttpMethod.Post, McpHttpProgram.Initialize, ("Origin", "http://evil.example"))).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(HttpMethod.Post, McpHttpProgram.Initialize, ("Origin", "http://localhost:3000"))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Post, Ping)).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(HttpMethod.Post, Ping, ("Mcp-Session-Id", "no-such"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(HttpMethod.Post, Ping, ("Mcp-Session-Id", id), ("Accept", "text/html"))).ShouldBe(HttpStatusCode.NotAcceptable);
        (await StatusAsync(HttpMethod.Post, Ping, ("Mcp-Session-Id", id), ("MCP-Protocol-Version", "1999-01-01"))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(HttpMethod.Post, "{", ("Mcp-Session-Id", id))).ShouldBe(HttpStatusCode.BadRequest);
        (await StatusAsync(HttpMethod.Put, Ping, ("Mcp-Session-Id", id))).ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await StatusAsync(HttpMethod.Post, Ping, ("Mcp-Session-Id", id))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Delete, null, ("Mcp-Session-Id", id))).ShouldBe(HttpStatusCode.NoContent);
        (await StatusAsync(HttpMethod.Post, Ping, ("Mcp-Session-Id", id))).ShouldBe(HttpStatusCode.NotFound);

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string? body, params (string Name, string Value)[] headers)
        {
            using var response = await served.SendAsync(method, body, headers);
            return response.StatusCode;
        }
    }

    [UnixFact]
    public async Task A_client_needs_the_token_if_there_is_one_and_no_command_sees_it()
    {
        const string Token = "t0ken-Xw9-of-the-server";
        await using var room = new Room();
        room.Environment["QWEN_MCP_TOKEN"] = Token;
        await using var served = await McpHttpProgram.StartAsync(room, "--yolo");

        using var without = await served.SendAsync(HttpMethod.Post, McpHttpProgram.Initialize);
        using var wrong = await served.SendAsync(HttpMethod.Post, McpHttpProgram.Initialize, ("Authorization", "Bearer " + Token + "x"));
        await using var client = await served.ConnectAsync(Token);
        var seen = await client.CallToolAsync("run_shell_command", new Dictionary<string, object?> { ["command"] = "env; tr '\\0' '\\n' < /proc/$PPID/environ || true" });

        (without.StatusCode, wrong.StatusCode, seen.IsError).ShouldBe((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, null));
        without.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        McpProgram.Text(seen).ShouldNotContain(Token);
        served.Process.Error.ShouldNotContain(Token);
    }

    [UnixTheory]
    [InlineData("*:0", null, "clients need a token there")]
    [InlineData("0.0.0.0:0", null, "clients need a token there")]
    [InlineData("8931", "short", "it must have 16 characters or more")]
    [InlineData("host:port", null, "Invalid --http")]
    [InlineData("203.0.113.1:8931", "t0ken-Xw9-of-the-server", "cannot be listened on")]
    public async Task An_address_that_cannot_be_served_is_an_error(string place, string? token, string message)
    {
        await using var room = new Room();
        room.Environment["QWEN_MCP_TOKEN"] = token;

        var result = await room.RunAsync("mcp", "serve", "--http", place);

        (result.ExitCode, result.Output).ShouldBe((1, string.Empty));
        result.Error.ShouldContain(message);
    }
}
