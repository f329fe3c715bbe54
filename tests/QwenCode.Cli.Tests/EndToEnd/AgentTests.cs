using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Background agents and schedules, as they look from outside.</summary>
public sealed class AgentTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";
    private const string Launch = """{"description":"look around","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""";
    private static readonly TaskCompletionSource Never = new();

    [Fact]
    public async Task A_background_agent_is_announced_told_of_and_answered_before_the_result() // §10.1 §10.2 §10.3 §10.27
    {
        var gate = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_7", "agent", Launch)),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held("the result", gate.Task),
            var text when IsNotification(text) => ModelReply.Text("Thanks."),
            _ => ModelReply.Text("I wait."),
        });
        await using var process = room.Start("-p", "go", "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        process.Output.ShouldNotContain("\"type\":\"result\"");
        gate.SetResult();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        var messages = Room.Json(result.Output);
        messages.Select(Kind).ShouldBe(["system/init", "assistant", "user", "system/task_started", "user", "assistant", "user", "system/task_notification", "assistant", "result/success"]);
        foreach (var told in messages.Where(static message => Kind(message).StartsWith("system/task_", StringComparison.Ordinal)).Select(static message => message.GetProperty("data")))
        {
            (told.GetProperty("task_id").GetString(), told.GetProperty("tool_use_id").GetString()).ShouldBe(("general-purpose-call_7", "call_7"));
        }

        messages[2].GetProperty("parent_tool_use_id").GetString().ShouldBe("call_7");
        messages[6].GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Background agent \"general-purpose: look around\" completed.");
        messages[7].GetProperty("data").GetProperty("status").GetString().ShouldBe("completed");
        messages[9].GetProperty("result").GetString().ShouldBe("Thanks.");
        room.Model.Requests[^1].LastText.ShouldContain("<tool-use-id>call_7</tool-use-id>\n<status>completed</status>");
    }

    [Fact]
    public async Task An_error_in_a_notifications_turn_is_told_and_fails_a_text_run() // §10.7
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_7", "agent", Launch)),
            var text when IsNotification(text) => ModelReply.Error(400, "no luck"),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunExactlyAsync("-p", "go");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("[API Error: 400 ");
        result.Error.ShouldEndWith("\n");
    }

    [Fact]
    public async Task An_error_in_the_turn_of_a_schedule_that_never_ends_fails_the_run() // §10.6
    {
        await using var room = Scheduling("* * * * *", "tick", isRecurring: true, static request => request.LastText == "tick" ? ModelReply.Error(400, "no luck") : null);

        var result = await room.RunExactlyAsync("-p", "go");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("[API Error: 400 ");
        result.Error.ShouldEndWith("\n");
    }

    [Fact]
    public async Task A_schedule_that_is_a_command_is_carried_out() // §10.61
    {
        await using var room = Scheduling("* * * * *", "/init and be brief", isRecurring: false, static request => request.LastText.Contains("write QWEN.md", StringComparison.Ordinal) ? ModelReply.Text("Written.") : null);

        var result = await room.RunAsync("-p", "go", "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        Room.Json(result.Output)[^1].GetProperty("result").GetString().ShouldBe("Written.");
        room.Model.Requests[^1].LastText.ShouldContain("be brief");
        (await File.ReadAllTextAsync(room.Transcripts.Single())).ShouldContain("\"displayText\":\"Cron: /init and be brief\"");
    }

    [UnixFact]
    public async Task A_termination_while_a_schedule_is_waited_for_exits_with_130() // §10.16
    {
        await using var room = Scheduling("0 0 1 1 *", "tick", isRecurring: true, static _ => null);
        await using var process = room.Start("-p", "go", "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        process.Signal(QwenProcess.Terminate);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        result.Error.ShouldBe("Operation cancelled.\n");
        result.Output.ShouldNotContain("\"type\":\"result\"");
    }

    [UnixFact]
    public async Task An_interrupt_in_a_notifications_turn_closes_the_message_that_was_begun() // §10.9
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_7", "agent", Launch)),
            var text when IsNotification(text) => ModelReply.Held("Half a", Never.Task),
            _ => ModelReply.Text("Done."),
        });
        await using var process = room.Start("-p", "go", "-o", "stream-json", "--include-partial-messages");
        await process.WaitForLineAsync(static line => line.Contains("Half a", StringComparison.Ordinal));

        process.Signal(QwenProcess.Interrupt);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        var kinds = Room.Json(result.Output).Select(Kind).ToArray();
        kinds.Count(static kind => kind == "message_stop").ShouldBe(kinds.Count(static kind => kind == "message_start"));
        kinds.Count(static kind => kind == "content_block_stop").ShouldBe(kinds.Count(static kind => kind == "content_block_start"));
        kinds.ShouldNotContain("result/success");
    }

    [Fact]
    public async Task The_turn_limit_in_a_notifications_turn_exits_with_53_after_its_events_are_out() // §10.10
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText == "go" ? ModelReply.Calls(("call_7", "agent", Launch)) : ModelReply.Text("Done."));

        var result = await room.RunAsync("-p", "go", "-o", "stream-json", "--max-session-turns", "2");

        result.ExitCode.ShouldBe(53);
        var kinds = Room.Json(result.Output).Select(Kind).ToArray();
        kinds.ShouldContain("system/task_notification");
        kinds[^1].ShouldBe("result/error_max_turns");
        room.Model.Requests.ShouldNotContain(static request => IsNotification(request.LastText));
    }

    [Fact]
    public async Task A_host_is_asked_about_a_call_of_a_notifications_turn() // §10.8
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            var text when text.EndsWith("go", StringComparison.Ordinal) => ModelReply.Calls(("call_7", "agent", Launch)),
            var text when IsNotification(text) => ModelReply.Calls(("call_8", "run_shell_command", """{"command":"mkdir made","is_background":false}""")),
            _ => ModelReply.Text("Done."),
        });
        await using var process = room.StartOpen("--input-format", "stream-json", "--output-format", "stream-json");
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","agents":[{"name":"general-purpose","description":"Does what it is told.","systemPrompt":"Do what you are told, and report.","level":"session"}]}}""");
        await process.WaitForLineAsync(static line => line.Contains("control_response", StringComparison.Ordinal));
        process.Type("""{"type":"user","message":{"role":"user","content":"go"},"parent_tool_use_id":null,"session_id":"s"}""");

        var asked = JsonElement.Parse(await process.WaitForLineAsync(static line => line.Contains("\"subtype\":\"can_use_tool\"", StringComparison.Ordinal)));
        process.Type($$$$"""{"type":"control_response","response":{"subtype":"success","request_id":"{{{{asked.GetProperty("request_id").GetString()}}}}","response":{"behavior":"allow"}}}""");
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        asked.GetProperty("request").GetProperty("tool_use_id").GetString().ShouldBe("call_8");
        Directory.Exists(Path.Combine(room.Workspace, "made")).ShouldBeTrue();
        process.Output.Split('\n').ShouldContain(static line => line.Contains("task_notification", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_goes_on_has_the_notification_in_its_history_and_its_line_in_its_record() // §10.65
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_7", "agent", Launch)),
            "work" => ModelReply.Text("the result"),
            var text when IsNotification(text) => ModelReply.Text("Thanks."),
            _ => ModelReply.Text("Done."),
        });
        await room.RunAsync("-p", "go", "--session-id", Id);

        (await room.RunAsync("-p", "and now", "--resume", Id)).ExitCode.ShouldBe(0);

        var told = room.Model.Requests[^1].Messages.ToList();
        var notification = told.FindIndex(static message => IsNotification(ModelRequest.TextOf(message)));
        ModelRequest.RoleOf(told[notification]).ShouldBe("user");
        ModelRequest.TextOf(told[notification]).ShouldContain("<result>the result</result>");
        ModelRequest.TextOf(told[notification + 1]).ShouldBe("Thanks.");
        room.Model.Requests[^1].LastText.ShouldBe("and now");
        File.ReadLines(room.Transcripts.Single()).Select(static line => JsonElement.Parse(line)).Single(static record => record.TryGetProperty("subtype", out var subtype) && subtype.GetString() == "notification")
            .GetProperty("systemPayload").GetProperty("displayText").GetString().ShouldBe("Background agent \"general-purpose: look around\" completed.");
    }

    [Fact]
    public async Task An_agent_file_of_an_older_version_is_used_and_what_it_does_not_know_any_more_is_ignored() // §10.48 §10.70
    {
        await using var room = new Room();
        room.Write(".qwen/agents/old.md", "---\nname: old-hand\ndescription: Has been here for long.\nbackground: maybe\ntemp: 0.7\ntop_p: 0.9\n---\nYou are an old hand at this.\n");
        room.Model.On(static request => request.LastText switch
        {
            var text when text.EndsWith("go", StringComparison.Ordinal) => ModelReply.Calls(("call_7", "agent", """{"description":"look","prompt":"work","subagent_type":"old-hand"}""")),
            "work" => ModelReply.Text("the result"),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync("-p", "go", "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[^1].ToolResults.Single().Text.ShouldBe("the result");
        result.Output.ShouldNotContain("task_started");
        var asked = room.Model.Requests.Single(static request => request.LastText == "work");
        asked.System.ShouldStartWith("You are an old hand at this.");
        asked.Body.TryGetProperty("temperature", out _).ShouldBeFalse();
        asked.Body.TryGetProperty("top_p", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_agent_file_of_another_version_or_program_is_used_and_a_run_says_once_what_of_it_has_no_effect()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"fastModel":"quick-model"}""");
        var file = room.Write(".qwen/agents/new.md", "---\nname: newcomer\ndescription: Comes from elsewhere.\nmodel: fast\ntools: Read, Grep, Bash\ndisallowedTools: [Bash, NoSuch]\nmaxTurns: 1\napprovalMode: bubble\nhooks:\n  PreToolUse: []\nmemory: user\n---\nYou are new at this, and quick.\n");
        room.Model.On(static request => request.LastText switch
        {
            var text when text.EndsWith("go", StringComparison.Ordinal) => ModelReply.Calls(("call_7", "agent", """{"description":"look","prompt":"work","subagent_type":"newcomer"}""")),
            _ when request.System.StartsWith("You are new", StringComparison.Ordinal) => ModelReply.Calls(("r1", "read_file", """{"file_path":"/no/such/file"}""")),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync("-p", "go");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldStartWith(
            $"Warning: {file}: 'hooks', 'memory' are not supported and without effect.\n"
            + $"Warning: {file}: 'disallowedTools' forbids nothing by 'NoSuch': there is no such tool.\n");
        var asked = room.Model.Requests.Single(static request => request.System.StartsWith("You are new", StringComparison.Ordinal));
        asked.Body.GetProperty("model").GetString().ShouldBe("quick-model");
        asked.Body.GetProperty("tools").EnumerateArray().Select(static tool => tool.GetProperty("function").GetProperty("name").GetString()).ShouldBe(["read_file", "grep_search"], ignoreOrder: true);
        room.Model.Requests[^1].ToolResults.Single().Text.ShouldContain("MAX_TURNS");
    }

    private static Room Scheduling(string cron, string prompt, bool isRecurring, Func<ModelRequest, ModelReply?> answer)
    {
        var room = new Room();
        room.Environment["QWEN_CODE_ENABLE_CRON"] = "1";
        room.Model.On(request => answer(request) ?? (request.LastText == "go"
            ? ModelReply.Calls(("call_1", "cron_create", $$"""{"cron":"{{cron}}","prompt":"{{prompt}}","recurring":{{(isRecurring ? "true" : "false")}}}"""))
            : ModelReply.Text("I wait.")));
        return room;
    }

    private static bool IsNotification(string text) => text.StartsWith("<task-notification>", StringComparison.Ordinal);

    private static string Kind(JsonElement message)
    {
        var type = message.GetProperty("type").GetString()!;
        return type == "stream_event" ? message.GetProperty("event").GetProperty("type").GetString()!
            : message.TryGetProperty("subtype", out var subtype) ? $"{type}/{subtype.GetString()}" : type;
    }
}
