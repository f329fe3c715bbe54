using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Other programs use tools, agents and tasks through <c>qwen mcp serve</c>.</summary>
public sealed class ServeTests
{
    private readonly TaskCompletionSource _never = new();

    [UnixFact]
    public async Task A_client_sees_the_tools_of_the_session_with_what_they_promise()
    {
        await using var room = new Room();
        await using var served = await McpProgram.StartAsync(room, null);

        var tools = (await served.Client.ListToolsAsync()).ToDictionary(static tool => tool.Name, static tool => tool.ProtocolTool);

        tools.Keys.ShouldBe(["agent", "task_stop", "send_message", "task_list", "prompt", "task_output", "read_file", "glob", "grep_search", "list_directory", "web_fetch", "todo_write", "web_search"], ignoreOrder: true);
        tools["read_file"].Annotations?.ReadOnlyHint.ShouldBe(true);
        tools["read_file"].InputSchema.GetProperty("properties").TryGetProperty("file_path", out _).ShouldBeTrue();
        tools["agent"].InputSchema.GetProperty("properties").GetProperty("subagent_type").GetProperty("enum").EnumerateArray().Select(static one => one.GetString()).ShouldContain("Explore");
        served.Client.ServerInfo?.Name.ShouldBe("qwen-code");
        (await served.CloseAsync()).ShouldBe((0, string.Empty));
    }

    [UnixFact]
    public async Task A_call_runs_and_images_come_as_images()
    {
        await using var room = new Room();
        room.Write("a.txt", "hello\n");
        File.WriteAllBytes(Path.Combine(room.Workspace, "dot.png"), Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        await using var served = await McpProgram.StartAsync(room, null);

        var text = await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "a.txt") });
        var image = await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "dot.png") });

        (text.IsError, McpProgram.Text(text)).ShouldBe((null, "hello\n"));
        image.Content.OfType<ImageContentBlock>().ShouldHaveSingleItem().MimeType.ShouldBe("image/png");
    }

    [UnixFact]
    public async Task What_is_wrong_with_a_call_is_an_error_the_caller_can_read()
    {
        await using var room = new Room();
        await using var served = await McpProgram.StartAsync(room, null);

        var missing = await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "gone.txt") });
        var wrong = await served.CallAsync("read_file", new { path = 3 });
        var unknown = await Should.ThrowAsync<McpProtocolException>(() => served.CallAsync("no_such_tool", new { }));

        (missing.IsError, wrong.IsError, unknown.ErrorCode).ShouldBe((true, true, McpErrorCode.InvalidParams));
        McpProgram.Text(missing).ShouldContain("gone.txt");
        McpProgram.Text(wrong).ShouldContain("file_path");
    }

    [UnixFact]
    public async Task What_needs_asking_is_denied_where_the_client_cannot_ask()
    {
        await using var room = new Room();
        await using var served = await McpProgram.StartAsync(room, null);

        var shell = await served.CallAsync("run_shell_command", new { command = "touch made" });
        var fetch = await served.CallAsync("web_fetch", new { url = "https://example.invalid/", prompt = "what?" });

        (shell.IsError, fetch.IsError).ShouldBe((true, true));
        McpProgram.Text(fetch).ShouldContain("cannot prompt for confirmation");
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task The_command_line_says_what_runs_and_deny_rules_hold()
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["Bash(rm *)"]}}""");
        await using var served = await McpProgram.StartAsync(room, null, "--yolo", "--exclude-tools", "glob");

        var made = await served.CallAsync("run_shell_command", new { command = "touch made; env | grep -c OPENAI" });
        var removed = await served.CallAsync("run_shell_command", new { command = "rm made" });

        McpProgram.Text(made).ShouldNotContain(Room.Key);
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeTrue();
        removed.IsError.ShouldBe(true);
        (await served.ToolsAsync()).ShouldNotContain("glob");
    }

    [UnixFact]
    public async Task A_folder_that_is_not_trusted_keeps_its_restrictions()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{ {{ModelReply.Quote(room.Workspace)}}: "DO_NOT_TRUST" }""");
        await using var served = await McpProgram.StartAsync(room, McpProgram.Asking(static _ => McpProgram.Decide("deny")), "--yolo");

        var result = await served.CallAsync("run_shell_command", new { command = "touch made" });

        result.IsError.ShouldBe(true);
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task A_client_that_can_ask_its_user_is_asked_each_time()
    {
        await using var room = new Room();
        var asked = new List<ElicitRequestParams>();
        await using var served = await McpProgram.StartAsync(room, McpProgram.Asking(request =>
        {
            asked.Add(request);
            return McpProgram.Decide(asked.Count == 2 ? "deny" : "allow");
        }));

        var first = await served.CallAsync("run_shell_command", new { command = "touch one" });
        var second = await served.CallAsync("run_shell_command", new { command = "touch two" });

        (first.IsError, second.IsError, asked.Count).ShouldBe((null, true, 2));
        asked[0].Message.ShouldContain("touch one");
        asked[0].RequestedSchema.ShouldNotBeNull().Properties.Keys.ShouldBe(["decision", "reason"]);
        (File.Exists(Path.Combine(room.Workspace, "one")), File.Exists(Path.Combine(room.Workspace, "two"))).ShouldBe((true, false));
    }

    [UnixFact]
    public async Task Questions_of_agents_and_prompts_reach_the_user_of_the_client()
    {
        await using var room = new Room();
        var asked = new List<string>();
        room.Model.On(static request => request.ToolResults.Count > 0 ? ModelReply.Text("done")
            : ModelReply.Calls(("c1", "run_shell_command", $$"""{"command":"touch {{request.LastUserText.Split(' ')[^1]}}"}""")));
        await using var served = await McpProgram.StartAsync(room, McpProgram.Asking(request =>
        {
            asked.Add(request.Message);
            return McpProgram.Decide("allow");
        }));

        var agent = await served.CallAsync("agent", new { subagent_type = "general-purpose", prompt = "make by-agent" });
        var prompt = await served.CallAsync("prompt", new { prompt = "make by-prompt" });

        (McpProgram.Text(agent), McpProgram.Text(prompt)).ShouldBe(("done", "done"));
        (File.Exists(Path.Combine(room.Workspace, "by-agent")), File.Exists(Path.Combine(room.Workspace, "by-prompt"))).ShouldBe((true, true));
        asked.Count.ShouldBe(2);
        asked[0].ShouldContain("touch by-agent");
        asked[1].ShouldContain("touch by-prompt");
    }

    [UnixFact]
    public async Task An_agent_works_and_reports_with_progress()
    {
        await using var room = new Room();
        room.Write("a.txt", "hello\n");
        room.Model.Then(ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(Path.Combine(room.Workspace, "a.txt"))}}}""")), ModelReply.Text("It says hello."));
        await using var served = await McpProgram.StartAsync(room, null);
        var progress = new Reported();

        var result = await served.CallAsync("agent", new { subagent_type = "Explore", prompt = "what does a.txt say?" }, progress);

        (result.IsError, McpProgram.Text(result)).ShouldBe((null, "It says hello."));
        room.Model.Requests.Count.ShouldBe(2);
        room.Model.Requests[0].LastUserText.ShouldBe("what does a.txt say?");
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("hello");
        progress.Messages.ShouldContain(static message => message.StartsWith("ReadFile", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task Cancelling_a_call_stops_the_agent()
    {
        await using var room = new Room();
        room.Model.On(_ => ModelReply.Held("I think", _never.Task));
        await using var served = await McpProgram.StartAsync(room, null);
        using var cancel = new CancellationTokenSource();

        var running = served.CallAsync("agent", new { subagent_type = "Explore", prompt = "think" }, cancellationToken: cancel.Token);
        await room.Model.WaitForAsync(static _ => true);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        (await served.Client.PingAsync()).ShouldNotBeNull();
        (await served.CloseAsync()).ExitCode.ShouldBe(0);
    }

    [UnixFact]
    public async Task An_agent_in_the_background_is_a_task_to_list_to_wait_for_and_to_read()
    {
        await using var room = new Room();
        var gate = new TaskCompletionSource();
        room.Model.On(_ => ModelReply.Held(string.Empty, gate.Task, "found it"));
        await using var served = await McpProgram.StartAsync(room, null);

        var started = await served.CallAsync("agent", new { subagent_type = "Explore", prompt = "find it", run_in_background = true });
        var id = started.StructuredContent!.Value.GetProperty("task_id").GetString()!;
        var listed = await served.CallAsync("task_list", new { });
        gate.SetResult();
        var ended = await served.CallAsync("task_output", new { task_id = id, wait_seconds = 60 });
        var resources = await served.Client.ListResourcesAsync();
        var read = await served.Client.ReadResourceAsync($"qwen://tasks/{id}");
        var transcript = await served.Client.ReadResourceAsync($"qwen://tasks/{id}/transcript");

        McpProgram.Text(listed).ShouldContain($"{id} [running]");
        ended.StructuredContent!.Value.GetProperty("status").GetString().ShouldBe("completed");
        McpProgram.Text(ended).ShouldContain("found it");
        resources.Select(static one => one.Uri).ShouldContain($"qwen://tasks/{id}/transcript");
        read.Contents.OfType<TextResourceContents>().ShouldHaveSingleItem().Text.ShouldContain("\"completed\"");
        transcript.Contents.OfType<TextResourceContents>().ShouldHaveSingleItem().Text.ShouldContain("find it");
        served.Log.ShouldHaveSingleItem().GetProperty("data").GetProperty("task_id").GetString().ShouldBe(id);
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [UnixFact]
    public async Task The_end_of_the_input_stops_and_reports_what_still_runs()
    {
        await using var room = new Room();
        room.Model.On(_ => ModelReply.Held("I think", _never.Task));
        await using var served = await McpProgram.StartAsync(room, null);
        var started = await served.CallAsync("agent", new { subagent_type = "Explore", prompt = "think", run_in_background = true });
        var waiting = served.CallAsync("task_output", new { task_id = started.StructuredContent!.Value.GetProperty("task_id").GetString(), wait_seconds = 500 });
        await room.Model.WaitForAsync(static _ => true);

        var end = await served.CloseAsync();

        end.ShouldBe((0, string.Empty));
        McpProgram.Text(await waiting).ShouldBe("The call was cancelled, because the server is ending.");
        served.Log.ShouldHaveSingleItem().GetProperty("data").GetProperty("status").GetString().ShouldBe("cancelled");
        room.Chats("*.tasks.jsonl").ShouldHaveSingleItem();
    }

    [UnixTheory]
    [InlineData(QwenProcess.Terminate)]
    [InlineData(QwenProcess.Interrupt)]
    public async Task A_signal_ends_the_server_as_it_ends_a_run(int signal)
    {
        await using var room = new Room();
        room.Model.On(_ => ModelReply.Held("I think", _never.Task));
        await using var served = await McpProgram.StartAsync(room, null);
        await served.CallAsync("agent", new { subagent_type = "Explore", prompt = "think", run_in_background = true });
        await room.Model.WaitForAsync(static _ => true);

        served.Signal(signal);

        (await served.EndAsync()).ShouldBe((130, "Operation cancelled.\n"));
        served.Log.ShouldHaveSingleItem().GetProperty("data").GetProperty("status").GetString().ShouldBe("cancelled");
    }

    [UnixFact]
    public async Task A_prompt_is_worked_on_in_a_session_that_the_next_one_goes_on_with()
    {
        await using var room = new Room();
        room.Write("a.txt", "hello\n");
        room.Model.Then(ModelReply.Text("one"), ModelReply.Text("two"));
        await using var served = await McpProgram.StartAsync(room, null);

        var first = await served.CallAsync("prompt", new { prompt = "say one of @a.txt" });
        var id = first.StructuredContent!.Value.GetProperty("session_id").GetString();
        var second = await served.CallAsync("prompt", new { prompt = "say two", session_id = id });
        var lost = await served.CallAsync("prompt", new { prompt = "say", session_id = "123e4567-e89b-42d3-a456-426614174000" });

        (McpProgram.Text(first), McpProgram.Text(second), lost.IsError).ShouldBe(("one", "two", true));
        second.StructuredContent!.Value.GetProperty("session_id").GetString().ShouldBe(id);
        room.Model.Requests[0].LastUserText.ShouldContain("hello");
        room.Model.Requests[1].UserTexts.ShouldContain(static text => text.StartsWith("say one", StringComparison.Ordinal));
        McpProgram.Text(lost).ShouldContain("No saved session found");
    }

    [UnixFact]
    public async Task Without_a_model_tools_work_and_agents_say_what_is_missing()
    {
        await using var room = new Room().WithoutModel();
        room.Environment["QWEN_LOCAL_MODEL_PORTS"] = "1";
        room.Write("a.txt", "hello\n");
        await using var served = await McpProgram.StartAsync(room, null);

        var text = await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "a.txt") });
        var agent = await served.CallAsync("agent", new { subagent_type = "Explore", prompt = "look" });
        var prompt = await served.CallAsync("prompt", new { prompt = "look" });

        (text.IsError, agent.IsError, prompt.IsError).ShouldBe((null, true, true));
        McpProgram.Text(agent).ShouldContain("model", Case.Insensitive);
        McpProgram.Text(prompt).ShouldContain("OPENAI_API_KEY");
    }

    [UnixFact]
    public async Task Lines_that_are_no_messages_cost_themselves()
    {
        await using var room = new Room();
        var lines = string.Join('\n',
            "garbage", """{"jsonrpc":"2.0","id":{},"method":"ping"}""", """{"jsonrpc":"1.0","id":1,"method":"ping"}""", "[1,2", """{"jsonrpc":"2.0","id":7,"method":"no/such"}""",
            """{"jsonrpc":"2.0","id":8,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"glob","arguments":{"pattern":"*"}}}""") + "\n";

        var result = await room.RunWithAsync(lines, "mcp", "serve");

        var answers = Room.Json(result.Output);
        result.ExitCode.ShouldBe(0);
        answers.Select(static answer => answer.GetProperty("id").GetInt32()).Order().ShouldBe([1, 7, 8, 9]);
        answers.Single(static answer => answer.GetProperty("id").GetInt32() == 9).TryGetProperty("result", out _).ShouldBeTrue();
    }

    [UnixFact]
    public async Task What_a_client_calls_is_recorded_like_the_calls_of_a_model()
    {
        await using var room = new Room();
        room.Write("a.txt", "hello\n");
        await using var served = await McpProgram.StartAsync(room, null);
        await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "a.txt") });
        await served.CloseAsync();

        var replay = await room.RunAsync("permissions", "replay", room.Transcripts.ShouldHaveSingleItem());

        replay.Output.ShouldContain("read_file");
        room.FilesWith(Room.Key).ShouldBeEmpty();
    }

    [UnixFact]
    public async Task Prompts_and_resources_of_servers_are_passed_on_as_far_as_rules_let_them()
    {
        await using var room = new Room();
        var config = $$$"""{"srv":{"command":"bash","args":[{{{ModelReply.Quote(Path.Combine(AppContext.BaseDirectory, "mcp-server.sh"))}}}]}}""";
        await using var served = await McpProgram.StartAsync(room, null, "--mcp-config", config);

        var prompts = await served.Client.ListPromptsAsync();
        var greeting = await served.Client.GetPromptAsync("greet", new Dictionary<string, object?> { ["who"] = "all of you" });
        var resources = await served.Client.ListResourcesAsync();
        var note = await served.Client.ReadResourceAsync("note:1");
        var missing = await Should.ThrowAsync<McpProtocolException>(() => served.Client.GetPromptAsync("no_such").AsTask());

        prompts.Select(static prompt => prompt.Name).ShouldBe(["init", "greet"]);
        ((TextContentBlock)greeting.Messages.ShouldHaveSingleItem().Content).Text.ShouldBe("Say hello to all of you.");
        resources.Select(static one => one.Uri).ShouldContain("note:1");
        note.Contents.OfType<TextResourceContents>().ShouldHaveSingleItem().Text.ShouldBe("the text of the note");
        missing.ErrorCode.ShouldBe(McpErrorCode.InvalidParams);
        (await served.ToolsAsync()).ShouldNotContain(static name => name.StartsWith("mcp__", StringComparison.Ordinal));

        room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["mcp__srv"]}}""");
        await using var strict = await McpProgram.StartAsync(room, null, "--mcp-config", config);
        (await strict.Client.ListResourcesAsync()).ShouldNotContain(static one => one.Uri == "note:1");
        await Should.ThrowAsync<McpProtocolException>(() => strict.Client.ReadResourceAsync("note:1").AsTask());
    }

    [UnixFact]
    public async Task A_client_of_the_newest_protocol_is_served_and_not_asked()
    {
        await using var room = new Room();
        room.Write("a.txt", "hello\n");
        var options = McpProgram.Asking(static _ => McpProgram.Decide("allow"));
        options.ProtocolVersion = null;
        await using var served = await McpProgram.StartAsync(room, options);

        var text = await served.CallAsync("read_file", new { file_path = Path.Combine(room.Workspace, "a.txt") });
        var shell = await served.CallAsync("run_shell_command", new { command = "touch made" });

        (text.IsError, shell.IsError, served.Client.NegotiatedProtocolVersion).ShouldBe((null, true, "2026-07-28"));
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task A_plugin_that_appears_is_announced_and_can_be_called()
    {
        await using var room = new Room();
        var plugins = Directory.CreateDirectory(Path.Combine(room.Home, "plugins")).FullName;
        await using var served = await McpProgram.StartAsync(room, null, "--plugin-dir", plugins);
        var told = new TaskCompletionSource();
        served.Client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            told.TrySetResult();
            return ValueTask.CompletedTask;
        });
        (await served.ToolsAsync()).ShouldNotContain("count_lines");

        var staging = Directory.CreateDirectory(Path.Combine(room.Home, "staging")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "SmallestPlugin")))
        {
            File.Copy(file, Path.Combine(staging, Path.GetFileName(file)));
        }

        Directory.Move(staging, Path.Combine(plugins, "SmallestPlugin"));
        await told.Task.WaitAsync(QwenProcess.Patience);
        var counted = await served.CallAsync("count_lines", new { path = room.Write("a.txt", "one\ntwo\n") });

        (await served.ToolsAsync()).ShouldContain("count_lines");
        McpProgram.Text(counted).ShouldBe("2");
    }

    [UnixFact]
    public async Task A_client_that_does_not_read_cannot_keep_a_server_whose_input_has_ended()
    {
        await using var room = new Room();
        var start = room.StartInPipe("mcp", "serve");
        using var process = System.Diagnostics.Process.Start(start)!;
        var lines = new System.Text.StringBuilder("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""").Append('\n');
        for (var id = 2; id < 300; id++)
        {
            lines.Append("{\"jsonrpc\":\"2.0\",\"id\":").Append(id).Append(",\"method\":\"tools/list\"}\n");
        }

        await process.StandardInput.WriteAsync(lines.ToString());
        process.StandardInput.Close();
        await process.WaitForExitAsync(new CancellationTokenSource(QwenProcess.Patience).Token);

        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task The_command_has_a_help_of_its_own_and_refuses_what_makes_no_sense()
    {
        await using var room = new Room();

        (await room.RunAsync("mcp", "serve", "--help")).Output.ShouldStartWith("Usage: qwen mcp serve [options]");
        (await room.RunAsync("mcp", "serve", "files")).Error.ShouldContain("qwen mcp serve takes options only, and no 'files'");
        (await room.RunAsync("mcp", "serve", "-o", "json")).Error.ShouldContain("qwen mcp serve takes its prompts from its clients");
        (await room.RunAsync("mcp", "serve", "--continue")).Error.ShouldContain("leave --continue, --resume and --session-id out");
        (await room.RunAsync("hi", "--http", "1")).Error.ShouldContain("--http goes with qwen mcp serve.");
    }

    private sealed class Reported : IProgress<ProgressNotificationValue>
    {
        public List<string> Messages { get; } = [];

        public void Report(ProgressNotificationValue value)
        {
            lock (Messages)
            {
                Messages.Add(value.Message ?? string.Empty);
            }
        }
    }
}
