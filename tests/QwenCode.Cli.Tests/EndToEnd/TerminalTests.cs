using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A person at a terminal: the real program on a pseudo-terminal, where lines are typed.</summary>
public sealed class TerminalTests
{
    [UnixFact]
    public async Task A_call_is_asked_about_and_an_answer_for_good_is_not_asked_for_again()
    {
        await using var room = new Room();
        room.Model.Then(
            ModelReply.Calls(("call_1", "run_shell_command", """{"command":"mkdir -p made/one"}""")), ModelReply.Text("first done"),
            ModelReply.Calls(("call_2", "run_shell_command", """{"command":"mkdir -p made/two"}""")), ModelReply.Text("second done"));
        await using var qwen = room.StartInTerminal();
        await qwen.WaitForLineAsync(static line => line.Contains("Type /help", StringComparison.Ordinal));

        qwen.Type("make one");
        await qwen.WaitForLineAsync(static line => line.Contains("Always allow Bash(mkdir *) in this project", StringComparison.Ordinal));
        Directory.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
        qwen.Type("2");
        await qwen.WaitForLineAsync(static line => line.Contains("first done", StringComparison.Ordinal));
        qwen.Type("make two");
        await qwen.WaitForLineAsync(static line => line.Contains("second done", StringComparison.Ordinal));
        qwen.Type("/quit");
        var result = await qwen.EndAsync();

        result.ExitCode.ShouldBe(0);
        Directory.Exists(Path.Combine(room.Workspace, "made", "two")).ShouldBeTrue();
        File.ReadAllText(Path.Combine(room.Workspace, ".qwen", "settings.json")).ShouldContain("\"Bash(mkdir *)\"");
        room.Model.Requests[0].Text.ShouldContain("make one");
    }

    [UnixFact]
    public async Task A_refusal_with_words_reaches_the_model_and_a_deny_rule_asks_nobody()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"permissions":{"deny":["Bash(rm *)"]}}""");
        room.Model.Then(
            ModelReply.Calls(("call_1", "run_shell_command", """{"command":"touch x"}""")),
            ModelReply.Calls(("call_2", "run_shell_command", """{"command":"rm x"}""")), ModelReply.Text("all told"));
        await using var qwen = room.StartInTerminal("-i", "begin");
        await qwen.WaitForLineAsync(static line => line.Contains("Allow execution of: 'touch'?", StringComparison.Ordinal));
        await qwen.WaitForLineAsync(static line => line.Contains("4  No", StringComparison.Ordinal));

        qwen.Type("write to y instead");
        await qwen.WaitForLineAsync(static line => line.Contains("all told", StringComparison.Ordinal));
        qwen.Type("/exit");
        await qwen.EndAsync();

        File.Exists(Path.Combine(room.Workspace, "x")).ShouldBeFalse();
        room.Model.Requests[1].Text.ShouldContain("write to y instead");
        room.Model.Requests[2].Text.ShouldContain("denied by permission rules");
        qwen.Output.ShouldNotContain("Allow execution of: 'rm'");
    }

    [UnixFact]
    public async Task Hooks_are_told_when_the_conversation_begins_and_ends()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """
            {"hooks":{"SessionStart":[{"matcher":"startup","hooks":[{"type":"command","command":"cat > began.json"}]}],
            "SessionEnd":[{"hooks":[{"type":"command","command":"cat > ended.json"}]}]}}
            """);
        room.Model.Then(ModelReply.Text("hello to you"));
        await using var qwen = room.StartInTerminal("-i", "begin");

        await qwen.WaitForLineAsync(static line => line.Contains("hello to you", StringComparison.Ordinal));
        qwen.Type("/quit");
        await qwen.EndAsync();

        File.ReadAllText(Path.Combine(room.Workspace, "began.json")).ShouldContain("\"source\":\"startup\"");
        File.ReadAllText(Path.Combine(room.Workspace, "ended.json")).ShouldContain("\"reason\":\"prompt_input_exit\"");
    }

    [UnixFact]
    public async Task A_conversation_that_is_terminated_stops_its_command_and_exits_with_130()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("call_1", "run_shell_command", """{"command":"touch began; sleep 300; touch ended"}""")), ModelReply.Text("never"));
        await using var qwen = room.StartInTerminal("-y", "-i", "begin");
        await room.Model.WaitForAsync(static _ => true);
        await qwen.WaitForLineAsync(static line => line.Contains("Type /help", StringComparison.Ordinal));

        qwen.SignalInTerminal(QwenProcess.Terminate);
        var result = await qwen.EndAsync();

        result.ExitCode.ShouldBe(130);
        File.Exists(Path.Combine(room.Workspace, "ended")).ShouldBeFalse();
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [UnixFact]
    public async Task Text_of_the_model_cannot_play_with_the_terminal()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("safe \u001b]0;owned\u0007 \u001b[2J\u202eterces end"));
        await using var qwen = room.StartInTerminal("-i", "begin");

        var line = await qwen.WaitForLineAsync(static line => line.Contains("safe", StringComparison.Ordinal) && line.Contains("end", StringComparison.Ordinal));
        qwen.Type("/quit");
        await qwen.EndAsync();

        line.ShouldContain("safe \uFFFD]0;owned\uFFFD \uFFFD[2J\uFFFDterces end");
        qwen.Output.ShouldNotContain("\u001b]0;owned");
    }

    [UnixFact]
    public async Task A_prompt_that_fires_is_one_line_and_no_prompt_of_the_persons() // §10.60
    {
        await using var room = new Room();
        room.Environment["QWEN_CODE_ENABLE_CRON"] = "1";
        room.Model.On(static request => request.LastText switch
        {
            "begin" => ModelReply.Calls(("call_1", "cron_create", """{"cron":"* * * * *","prompt":"tick of the clock","recurring":false}""")),
            "tick of the clock" => ModelReply.Text("and the tock"),
            _ => ModelReply.Text("made"),
        });
        await using var qwen = room.StartInTerminal("-i", "begin");

        await qwen.WaitForLineAsync(static line => line.Contains("and the tock", StringComparison.Ordinal));
        qwen.Type("/quit");
        await qwen.EndAsync();

        qwen.Output.Split('\n').Count(static line => line.Contains("Cron: tick of the clock", StringComparison.Ordinal)).ShouldBe(1);
        qwen.Output.Split('\n').ShouldNotContain(static line => line.Contains("> tick of the clock", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task An_interrupt_ends_the_turn_and_leaves_the_agent_in_the_background_at_its_work() // §10.63
    {
        var (never, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "begin" => ModelReply.Calls(("call_1", "agent", """{"description":"/watch @pot","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held("the pot", gate.Task, " is warm"),
            var text when text.StartsWith("<task-notification>", StringComparison.Ordinal) => ModelReply.Text("told of it"),
            _ => ModelReply.Held("I go on and", never.Task),
        });
        await using var qwen = room.StartInTerminal("-i", "begin");
        await room.Model.WaitForAsync(static request => request.LastText.StartsWith("Background agent launched", StringComparison.Ordinal));
        await room.Model.WaitForAsync(static request => request.LastText.StartsWith("work", StringComparison.Ordinal));

        qwen.Type("\u0003");
        await qwen.WaitForLineAsync(static line => line.Contains("interrupted", StringComparison.Ordinal));
        gate.SetResult();
        await qwen.WaitForLineAsync(static line => line.Contains("told of it", StringComparison.Ordinal));
        qwen.Type("/quit");
        var result = await qwen.EndAsync();

        result.ExitCode.ShouldBe(0);
        qwen.Output.ShouldContain("Background agent \"general-purpose: /watch @pot\" completed.");
        qwen.Output.ShouldNotContain("<task-notification>");
        room.Model.Requests[^1].LastText.ShouldContain("<result>the pot is warm</result>"); // As it is: neither command nor file. §10.62
    }

    [Fact]
    public async Task A_conversation_that_is_asked_for_without_a_terminal_is_refused()
    {
        await using var room = new Room();

        var result = await room.RunWithAsync("piped", "-i", "hello");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("--prompt-interactive");
        room.Model.Requests.ShouldBeEmpty();
    }
}
