using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>An editor drives sessions by the Agent Client Protocol.</summary>
public sealed class AcpTests
{
    [Fact]
    public async Task A_prompt_is_answered_in_pieces_and_the_end_of_the_input_ends_the_program()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Pieces("Hel", "lo."));
        await using var editor = await AcpEditor.OpenAsync(room);

        (await editor.PromptAsync("hi")).ShouldBe("end_turn");

        editor.TextOf().ShouldBe("Hello.");
        editor.UpdatesOf("agent_message_chunk").Count.ShouldBeGreaterThanOrEqualTo(3);
        room.Model.Requests.ShouldHaveSingleItem().LastText.ShouldBe("hi");
        var result = await editor.CloseAsync();
        (result.ExitCode, result.Error).ShouldBe((0, string.Empty));
    }

    [Fact]
    public async Task The_end_of_a_background_agent_reaches_model_and_client_while_no_prompt_runs()
    {
        await using var room = new Room();
        var gate = new TaskCompletionSource();
        room.Model.On(static _ => ModelReply.Text("Noted."))
            .On(request => request.LastText == "begin"
                ? ModelReply.Calls(("c1", "agent", """{"description":"Look","prompt":"look around","subagent_type":"Explore","run_in_background":true}""")) : null)
            .On(request => request.LastText.EndsWith("look around", StringComparison.Ordinal) ? ModelReply.Held(string.Empty, gate.Task, "All quiet.") : null);
        await using var editor = await AcpEditor.OpenAsync(room);

        (await editor.PromptAsync("begin")).ShouldBe("end_turn");
        gate.SetResult();

        var told = await editor.WaitForAsync(static message => message.GetProperty("update") is var update
            && update.TryGetProperty("_meta", out var meta) && meta.TryGetProperty("source", out var source) && source.GetString() == "notification");
        told.GetProperty("update").GetProperty("content").GetProperty("text").GetString()!.ShouldContain("Look");
        (await room.Model.WaitForAsync(static request => request.LastText.Contains("<task-notification>", StringComparison.Ordinal))).LastText.ShouldContain("All quiet.");
        (await editor.PromptAsync("and now?")).ShouldBe("end_turn");
    }

    [Fact]
    public async Task A_second_prompt_takes_the_place_of_the_one_that_runs()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(static _ => ModelReply.Text("Quick."))
            .On(request => request.LastText == "slow" ? ModelReply.Held("Well", never.Task) : null);
        await using var editor = await AcpEditor.OpenAsync(room);
        var slow = editor.PromptAsync("slow");
        await editor.WaitForAsync(static update => update.GetRawText().Contains("Well", StringComparison.Ordinal));

        var quick = editor.PromptAsync("quick");

        (await slow).ShouldBe("cancelled");
        (await quick).ShouldBe("end_turn");
        never.SetResult();
        room.Model.Requests[^1].LastText.ShouldBe("quick");
    }

    [Fact]
    public async Task A_cancel_that_finds_the_prompt_behind_a_turn_of_its_own_ends_both()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(static _ => ModelReply.Text("Fine."))
            .On(request => request.LastText == "begin"
                ? ModelReply.Calls(("c1", "agent", """{"description":"Look","prompt":"look around","subagent_type":"Explore","run_in_background":true}""")) : null)
            .On(request => request.LastText.Contains("<task-notification>", StringComparison.Ordinal) ? ModelReply.Held("Thinking of it", never.Task) : null);
        await using var editor = await AcpEditor.OpenAsync(room);
        (await editor.PromptAsync("begin")).ShouldBe("end_turn");
        await editor.WaitForAsync(static update => update.GetRawText().Contains("Thinking of it", StringComparison.Ordinal));

        var prompt = editor.PromptAsync("never asked");
        editor.Cancel();

        (await prompt).ShouldBe("cancelled");
        (await editor.PromptAsync("asked")).ShouldBe("end_turn");
        never.SetResult();
        room.Model.Requests.ShouldNotContain(static request => request.LastText == "never asked");
    }

    [Fact]
    public async Task Two_sessions_of_two_projects_run_side_by_side_with_their_own_settings()
    {
        await using var room = new Room();
        var other = Directory.CreateDirectory(Path.Combine(room.Workspace, "other")).FullName;
        room.Write("other/.qwen/settings.json", """{"$version":3,"permissions":{"deny":["Read(./secret.txt)"]}}""");
        room.Write("secret.txt", "the first one");
        room.Write("other/secret.txt", "the second one");
        room.Model.On(static request => ModelReply.Text(request.LastText))
            .On(request => request.LastText.StartsWith("read ", StringComparison.Ordinal)
                ? ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(request.LastText[5..])}}}""")) : null);
        await using var editor = await AcpEditor.OpenAsync(room);
        var second = await editor.OpenSessionAsync(other);

        var ends = await Task.WhenAll(
            editor.PromptAsync($"read {room.Workspace}/secret.txt"), editor.PromptAsync($"read {other}/secret.txt", second));

        ends.ShouldBe(["end_turn", "end_turn"]);
        TextOf(editor.SessionId).ShouldContain("the first one");
        TextOf(second).ShouldContain("denied");
        TextOf(second).ShouldNotContain("the second one");

        string TextOf(string session) => string.Concat(editor.Updates
            .Where(update => update.GetProperty("sessionId").GetString() == session).Select(static update => update.GetRawText()));
    }

    [Fact]
    public async Task Settings_that_changed_hold_for_the_next_session_and_not_for_the_open_one()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var editor = await AcpEditor.OpenAsync(room);

        room.Write(".qwen/settings.json", """{"$version":3,"tools":{"approvalMode":"plan"}}""");
        var opened = await editor.AskAsync("session/new", $$"""{"cwd":{{ModelReply.Quote(room.Workspace)}},"mcpServers":[]}""");

        opened.GetProperty("modes").GetProperty("currentModeId").GetString().ShouldBe("plan");
        (await editor.PromptAsync("hi")).ShouldBe("end_turn");
        room.Model.Requests[0].Body.GetRawText().ShouldNotContain("Plan mode is active");
    }

    [Fact]
    public async Task A_call_that_is_refused_before_it_runs_is_announced_and_fails()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "no_such_tool", "{}")), ModelReply.Text("Done."));
        await using var editor = await AcpEditor.OpenAsync(room);

        await editor.PromptAsync("go");

        editor.UpdatesOf("tool_call").ShouldHaveSingleItem().GetProperty("toolCallId").GetString().ShouldBe("c1");
        editor.UpdatesOf("tool_call_update").ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("failed");
    }

    [Theory]
    [InlineData(400, "bad request", -32603, "bad request")]
    [InlineData(401, "no such key", -32603, "no such key")]
    public async Task A_failure_of_the_model_is_an_error_and_the_session_lives_on(int status, string message, int code, string details)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Error(status, message), ModelReply.Text("Better."));
        await using var editor = await AcpEditor.OpenAsync(room);

        var error = await Should.ThrowAsync<AcpError>(() => editor.PromptAsync("hi"));

        error.Code.ShouldBe(code);
        error.Details.ShouldContain(details);
        error.Details.ShouldNotContain("[API Error");
        (await editor.PromptAsync("again")).ShouldBe("end_turn");
    }

    [Fact]
    public async Task Without_a_model_a_session_is_refused_with_the_ways_to_authenticate()
    {
        await using var room = new Room().WithoutModel();
        room.Environment["QWEN_LOCAL_MODEL_PORTS"] = "1";
        await using var editor = await AcpEditor.StartAsync(room);

        var error = await Should.ThrowAsync<AcpError>(() => editor.OpenSessionAsync(room.Workspace));

        error.Code.ShouldBe(-32000);
        error.Message.ShouldContain("authMethods");
    }

    [Theory]
    [InlineData("session/new", """{"cwd":"relative","mcpServers":[]}""", -32602, "absolute")]
    [InlineData("session/new", """{"cwd":"/no/such/directory","mcpServers":[]}""", -32602, "does not exist")]
    [InlineData("session/new", """{"cwd":"/","additionalDirectories":["here"],"mcpServers":[]}""", -32602, "absolute")]
    [InlineData("session/load", """{"sessionId":"../../etc/passwd","cwd":"/","mcpServers":[]}""", -32602, "UUID")]
    [InlineData("session/resume", """{"sessionId":"123e4567-e89b-12d3-a456-426614174000","cwd":"/"}""", -32002, "not found")]
    [InlineData("authenticate", """{"methodId":"magic"}""", -32602, "magic")]
    [InlineData("session/set_mode", """{"sessionId":"nope","modeId":"yolo"}""", -32602, "nope")]
    [InlineData("session/prompt", """{"sessionId":"nope","prompt":[]}""", -32603, "nope")]
    [InlineData("session/fly", "{}", -32601, "")]
    public async Task What_cannot_be_done_is_an_error_with_its_code_and_a_reason(string method, string parameters, int code, string reason)
    {
        await using var room = new Room();
        await using var editor = await AcpEditor.StartAsync(room);

        var error = await Should.ThrowAsync<AcpError>(() => editor.AskAsync(method, parameters));

        error.Code.ShouldBe(code);
        error.Details.ShouldContain(reason);
    }

    [Theory]
    [InlineData("session/set_mode", """ "modeId":"fly" """, "plan, default, auto-edit, yolo")]
    [InlineData("session/set_config_option", """ "configId":"colour","value":"red" """, "mode, model")]
    [InlineData("session/prompt", """ "prompt":"text" """, "array")]
    [InlineData("session/prompt", """ "prompt":[{"type":"image","data":"*","mimeType":"image/png"}] """, "base64")]
    [InlineData("session/prompt", """ "prompt":[{"type":"hologram"}] """, "hologram")]
    [InlineData("session/prompt", """ "prompt":[] """, "empty")]
    public async Task Parameters_that_make_no_sense_are_named(string method, string members, string reason)
    {
        await using var room = new Room();
        await using var editor = await AcpEditor.OpenAsync(room);

        var error = await Should.ThrowAsync<AcpError>(() => editor.AskAsync(method, $$"""{"sessionId":"{{editor.SessionId}}",{{members}}}"""));

        (error.Code, error.Details).ShouldSatisfyAllConditions(one => one.Code.ShouldBe(-32602), one => one.Details.ShouldContain(reason));
    }

    [Theory]
    [InlineData("not json", -32700)]
    [InlineData("[1,2]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"session/prompt","params":[1]}""", -32603)]
    public async Task A_line_that_is_no_message_is_answered_and_the_session_lives_on(string line, int code)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Still here."));
        await using var editor = await AcpEditor.OpenAsync(room);

        editor.Send(line);

        (await editor.Process.WaitForLineAsync(static one => one.Contains("\"error\"", StringComparison.Ordinal))).ShouldContain($"\"code\":{code}");
        (await editor.PromptAsync("hi")).ShouldBe("end_turn");
    }

    [UnixFact]
    public async Task A_signal_ends_the_program_as_the_end_of_its_input_does()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Held("Well", new TaskCompletionSource().Task));
        await using var editor = await AcpEditor.OpenAsync(room);
        var prompt = editor.PromptAsync("slow");
        await editor.WaitForAsync(static update => update.GetRawText().Contains("Well", StringComparison.Ordinal));

        editor.Process.Signal(QwenProcess.Terminate);

        (await prompt).ShouldBe("cancelled");
        (await editor.Process.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_prompt_on_the_command_line_is_refused()
    {
        await using var room = new Room();

        var result = await room.RunAsync("--acp", "-p", "hi");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("--acp takes its prompts from the editor");
    }
}
