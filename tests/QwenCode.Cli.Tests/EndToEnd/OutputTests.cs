using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What is printed, in each format.</summary>
public sealed class OutputTests
{
    [Fact]
    public async Task Text_is_the_answer_and_nothing_else()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Thinking("hm", "Hello there."));

        var result = await room.RunAsync("-p", "hello");

        result.ShouldBe(new QwenResult(0, "Hello there.\n", string.Empty));
        room.Model.Requests.Single().LastText.ShouldBe("hello");
    }

    [Fact]
    public async Task The_last_line_ends_with_a_newline_whether_it_is_an_answer_or_an_error() // §10.68 §10.69
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText == "fail" ? ModelReply.Error(400, "no luck") : ModelReply.Text("Hello there."));

        var answer = await room.RunExactlyAsync("-p", "hello");
        var error = await room.RunExactlyAsync("-p", "fail");

        answer.ShouldBe(new QwenResult(0, "Hello there.\n", string.Empty));
        (error.ExitCode, error.Output).ShouldBe((1, string.Empty));
        error.Error.ShouldContain("[API Error: 400 ");
        error.Error.ShouldEndWith("\n");
        error.Error.ShouldNotEndWith("\n\n");
    }

    [LinuxFact("Only Linux has /dev/full.")]
    public async Task An_answer_that_a_full_disk_does_not_take_is_no_success()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hello there."));
        var start = room.StartInPipe();
        (start.FileName, start.Arguments) = ("sh", $"-c \"'{QwenProcess.Program}' -p hello > /dev/full\"");
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();

        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(QwenProcess.Patience).Token);

        process.ExitCode.ShouldBe(1);
        error.ShouldBe("Standard output could not be written (No space left on device); what was to be printed is lost.\n");
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Json_is_one_array_on_one_line_with_statistics()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync("hello", "you", "-o", "json");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
        result.Output.TrimEnd('\n').ShouldNotContain("\n");
        var messages = JsonElement.Parse(result.Output).EnumerateArray().ToArray();
        messages.Select(Kind).ShouldBe(["system/init", "assistant", "result/success"]);
        messages[^1].GetProperty("stats").GetProperty("models").GetProperty("test-model").GetProperty("api").GetProperty("totalRequests").GetInt32().ShouldBe(1);
        room.Model.Requests.Single().LastText.ShouldBe("hello you");
    }

    [Fact]
    public async Task Stream_json_is_one_object_a_line_with_the_fields_of_the_protocol()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Thinking("hm", "Hi."));

        var result = await room.RunAsync("-p", "hello", "-o", "stream-json");

        result.ExitCode.ShouldBe(0);
        var messages = Room.Json(result.Output);
        messages.Select(Kind).ShouldBe(["system/init", "assistant", "assistant", "result/success"]);
        var init = messages[0];
        var session = init.GetProperty("session_id").GetString();
        init.GetProperty("uuid").GetString().ShouldBe(session);
        init.GetProperty("cwd").GetString().ShouldBe(room.Workspace);
        init.GetProperty("model").GetString().ShouldBe("test-model");
        init.GetProperty("permission_mode").GetString().ShouldBe("default");
        init.GetProperty("qwen_code_version").GetString().ShouldBe("0.14.5");
        Texts(init.GetProperty("agents")).ShouldContain("general-purpose");
        Texts(init.GetProperty("tools")).ShouldNotContain("run_shell_command");
        messages.ShouldAllBe(message => message.GetProperty("session_id").GetString() == session);
        messages[1].GetProperty("message").GetProperty("content")[0].GetProperty("thinking").GetString().ShouldBe("hm");
        messages[2].GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Hi.");
        messages[2].GetProperty("message").GetProperty("usage").GetProperty("input_tokens").GetInt32().ShouldBe(11);
        messages[2].GetProperty("parent_tool_use_id").ValueKind.ShouldBe(JsonValueKind.Null);
        var end = messages[3];
        end.GetProperty("is_error").GetBoolean().ShouldBeFalse();
        end.GetProperty("result").GetString().ShouldBe("Hi.");
        end.GetProperty("num_turns").GetInt32().ShouldBe(1);
        end.TryGetProperty("stats", out _).ShouldBeFalse();
        end.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(16);
    }

    [Fact]
    public async Task Partial_messages_come_in_the_order_of_the_protocol()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Pieces("Hel", "lo"));

        var result = await room.RunAsync("-p", "hello", "-o", "stream-json", "--include-partial-messages");

        Room.Json(result.Output).Select(Kind).ShouldBe([
            "system/init", "message_start", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop", "assistant", "message_stop", "result/success",
        ]);
    }

    [Fact]
    public async Task Two_calls_of_one_answer_are_answered_together_and_in_order()
    {
        await using var room = new Room();
        var file = room.Write("notes.txt", "alpha\n");
        room.Model.Then(
            ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(file)}}}"""), ("c2", "run_shell_command", """{"command":"echo beta","is_background":false}""")),
            ModelReply.Text("Done."));

        var result = await room.RunAsync("-p", "work", "-y", "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        var results = room.Model.Requests[1].ToolResults;
        results.Select(static each => each.CallId).ShouldBe(["c1", "c2"]);
        results[0].Text.ShouldContain("alpha");
        results[1].Text.ShouldContain("beta");
        Room.Json(result.Output).Select(Kind).ShouldBe(["system/init", "assistant", "user", "user", "assistant", "result/success"]);
        Texts(Room.Json(result.Output)[0].GetProperty("tools")).ShouldContain("run_shell_command");
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_is_an_error_the_model_hears_of()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "read_fil", "{}")), ModelReply.Text("Sorry."));

        var result = await room.RunAsync("-p", "work");

        result.ShouldBe(new QwenResult(0, "Sorry.\n", string.Empty));
        room.Model.Requests[1].ToolResults.Single().Text.ShouldSatisfyAllConditions(static text => text.ShouldContain("read_fil"), static text => text.ShouldContain("read_file"));
    }

    [Fact]
    public async Task What_a_rule_denies_is_not_said_to_be_allowed_by_an_option()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["Bash"]}}""");
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"ls","is_background":false}""")), ModelReply.Text("I may not."));

        var result = await room.RunAsync("-p", "work");

        result.Error.ShouldContain("Bash");
        result.Error.ShouldNotContain("use the -y flag");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("stream-json")]
    public async Task What_nobody_can_approve_is_denied_and_told(string format)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch made","is_background":false}""")), ModelReply.Text("I may not."));

        var result = await room.RunAsync("-p", "work", "-o", format);

        result.ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
        room.Model.Requests[0].ToolNames.ShouldNotContain("run_shell_command");
        room.Model.Requests[1].ToolResults.Single().Text.ShouldContain("run_shell_command");
        if (format == "text")
        {
            result.Error.ShouldContain("run_shell_command");
            result.Error.ShouldContain("-y");
        }
        else
        {
            Room.Json(result.Output)[^1].GetProperty("permission_denials").EnumerateArray().Single().GetProperty("tool_name").GetString().ShouldBe("run_shell_command");
        }
    }

    [Theory]
    [InlineData("text", 0)]
    [InlineData("json", 0)]
    [InlineData("stream-json", 0)]
    [InlineData("text", 1)]
    [InlineData("json", 1)]
    [InlineData("stream-json", 1)]
    public async Task A_run_that_reaches_its_turn_limit_exits_with_53(string format, int turns)
    {
        await using var room = new Room();
        room.Model.On(request => ModelReply.Calls(($"c{request.Messages.Count}", "list_directory", $$"""{"path":{{ModelReply.Quote(room.Workspace)}}}""")));

        var result = await room.RunAsync("-p", "work", "-o", format, "--max-session-turns", turns.ToString(System.Globalization.CultureInfo.InvariantCulture));

        result.ExitCode.ShouldBe(53);
        room.Model.Requests.Count.ShouldBe(turns);
        if (format == "text")
        {
            result.Output.ShouldBeEmpty();
            result.Error.ShouldContain("max session turns");
            return;
        }

        var messages = format == "json" ? [.. JsonElement.Parse(result.Output).EnumerateArray()] : Room.Json(result.Output);
        Kind(messages[^1]).ShouldBe("result/error_max_turns");
        messages[^1].GetProperty("is_error").GetBoolean().ShouldBeTrue();
        messages[^1].GetProperty("error").GetProperty("message").GetString().ShouldNotBeEmpty();
        if (format == "json")
        {
            var error = JsonElement.Parse(result.Error).GetProperty("error");
            error.GetProperty("type").GetString().ShouldBe("FatalTurnLimitedError");
            error.GetProperty("code").GetInt32().ShouldBe(53);
        }
    }

    private static string Kind(JsonElement message)
    {
        var type = message.GetProperty("type").GetString()!;
        return type == "stream_event" ? message.GetProperty("event").GetProperty("type").GetString()!
            : message.TryGetProperty("subtype", out var subtype) ? $"{type}/{subtype.GetString()}" : type;
    }

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(static each => each.GetString());
}
