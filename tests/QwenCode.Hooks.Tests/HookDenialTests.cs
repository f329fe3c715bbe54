using System.Text.Json;

namespace QwenCode.Hooks.Tests;

/// <summary>Nothing that happens around a hook makes its refusal get lost.</summary>
public class HookDenialTests
{
    [Theory]
    [InlineData("echo no {0} >&2; exit 2")]
    [InlineData("echo no {0}; exit 9")]
    [InlineData("exec 0<&-; echo no {0} >&2; exit 2")]
    public async Task Hooks_that_refuse_side_by_side_are_all_heard(string command)
    {
        const int count = 60;
        var hooks = Enumerable.Range(0, count).Select(number => $$"""{"type":"command","command":{{JsonSerializer.Serialize(command.Replace("{0}", $"{number}", StringComparison.Ordinal))}}}""");
        await using var bench = new HookBench($$"""{"PreToolUse":[{"hooks":[{{string.Join(',', hooks)}}]}]}""");

        for (var round = 0; round < 3; round++)
        {
            var said = await bench.RunAsync();

            said.IsBlocking.ShouldBeTrue();
            bench.Notices.ShouldBeEmpty();
            said.Reason!.Split('\n').ShouldBe(Enumerable.Range(0, count).Select(static number => $"no {number}"));
        }
    }

    [Theory]
    [InlineData("printf '{\"decision\":\"deny\",\"reason\":\"first\",\"systemMessage\":\"'; head -c 2000000 /dev/zero | tr '\\0' x; printf '\"}'", "first")]
    [InlineData("printf '{\"continue\":false,\"stopReason\":\"halt\",\"x\":\"'; head -c 2000000 /dev/zero | tr '\\0' x; printf '\"}'", "halt")]
    public async Task A_refusal_counts_although_what_follows_it_is_cut(string command, string reason)
    {
        await using var bench = HookBench.Command(command);

        var said = await bench.RunAsync();

        (said.IsBlocking || said.IsStopRequested).ShouldBeTrue();
        said.Reason.ShouldBe(reason);
        bench.Notices.ShouldHaveSingleItem().ShouldContain("1 MiB");
    }

    [Theory]
    [InlineData(",\"async\":true")]
    [InlineData(",\"timeout\":1")]
    [InlineData(",\"env\":{\"SKIP\":\"1\"}")]
    public async Task A_copy_in_the_project_does_not_take_the_say_from_a_persons_hook(string manner)
    {
        const string command = "test -n \"$SKIP\" || { echo no >&2; exit 2; }";
        var projects = new HookSettingsReader("project.json", HookSource.Project);
        var persons = new HookSettingsReader("user.json", HookSource.User);
        using var first = JsonDocument.Parse($$"""{"PreToolUse":[{"hooks":[{"type":"command","command":{{JsonSerializer.Serialize(command)}}{{manner}}}]}]}""");
        using var second = JsonDocument.Parse($$"""{"PreToolUse":[{"hooks":[{"type":"command","command":{{JsonSerializer.Serialize(command)}}}]}]}""");
        projects.Read(first.RootElement);
        persons.Read(second.RootElement);
        await using var runner = new HookRunner(new HookSet([.. persons.Entries, .. projects.Entries]), new HookRunnerOptions { WorkingDirectory = Path.GetTempPath() });

        var said = await runner.RunAsync(new HookInput(HookEvent.PreToolUse, "edit", static _ => { }), CancellationToken.None);

        said.IsBlocking.ShouldBeTrue();
    }

    [Theory]
    [InlineData("sleep 300", 0.3)]
    [InlineData("trap '' TERM; while :; do sleep 1; done", 0.3)]
    [InlineData("yes", 0.3)]
    [InlineData("cat > /dev/null; exec sleep 300", 0.3)]
    [InlineData("exec 1>&- 2>&-; sleep 300", 0.3)]
    public async Task A_hook_that_does_not_end_has_no_say_and_is_told_of(string command, double timeout)
    {
        await using var bench = HookBench.Command(command, more: string.Create(System.Globalization.CultureInfo.InvariantCulture, $",\"timeout\":{timeout}"));

        (await bench.RunAsync()).ShouldBe(HookOutcome.None);

        bench.Notices.ShouldHaveSingleItem().ShouldContain("300 ms");
    }

    [Theory]
    [InlineData("kill -SEGV $$")]
    [InlineData("printf '[1,2]'")]
    [InlineData("printf '\"deny\"'")]
    [InlineData("echo null")]
    [InlineData("echo 'warning: {deprecated}' >&2")]
    [InlineData("echo 'KeyError: {1: 2}' >&2; exit 1")]
    public async Task What_a_hook_prints_without_sense_blocks_nothing(string command)
    {
        await using var bench = HookBench.Command(command);

        (await bench.RunAsync()).IsBlocking.ShouldBeFalse();
    }

    [Theory]
    [InlineData("echo '{\"decision\":true}'")]
    [InlineData("echo '{\"decision\":{\"behavior\":\"deny\"}}'")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"decision\":\"deny\"}}'")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"permissionDecision\":[\"deny\"]}}'")]
    public async Task A_decision_of_the_wrong_kind_refuses_with_a_notice(string command)
    {
        await using var bench = HookBench.Command(command);

        (await bench.RunAsync()).IsBlocking.ShouldBeTrue();
        bench.Notices.ShouldHaveSingleItem().ShouldContain("wrong kind");
    }

    [Theory]
    [InlineData("exit 2", "A hook refused it without a reason.")]
    [InlineData("echo no; exit 2", "no")]
    [InlineData("echo no >&2; exit 2", "no")]
    [InlineData("echo noise; echo no >&2; exit 2", "no")]
    [InlineData("echo '{\"decision\":\"block\",\"reason\":\"no\"}'; exit 2", "no")]
    [InlineData("echo '{\"decision\":\"block\",\"reason\":\"no\"}'; echo trace >&2; exit 2", "no")]
    [InlineData("echo '{\"decision\":\"allow\"}'; exit 2", "{\"decision\":\"allow\"}")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"permissionDecision\":\"allow\"}}'; exit 2", "{\"hookSpecificOutput\":{\"permissionDecision\":\"allow\"}}")]
    [InlineData("echo '{broken'; exit 2", "{broken")]
    public async Task Exit_code_2_refuses_whatever_is_printed_and_wherever(string command, string reason)
    {
        foreach (var hookEvent in (HookEvent[])[HookEvent.PreToolUse, HookEvent.PermissionRequest, HookEvent.UserPromptSubmit, HookEvent.Stop])
        {
            await using var bench = HookBench.Command(command, hookEvent);

            var said = await bench.RunAsync(hookEvent);

            said.IsBlocking.ShouldBeTrue($"{hookEvent}");
            said.Reason.ShouldBe(reason, $"{hookEvent}");
        }
    }

    [Theory]
    [InlineData("printf '\\033[32m{\"decision\":\"deny\",\"reason\":\"no\"}\\033[0m'")]
    [InlineData("printf '\\033]0;title\\007{\"decision\":\"deny\",\"reason\":\"no\"}'")]
    [InlineData("printf '\\357\\273\\277{\"decision\":\"deny\",\"reason\":\"no\"}'")]
    [InlineData("echo '{\"decision\":\"deny\",\"reason\":\"no\",}'")]
    [InlineData("echo '{\"decision\":\"deny\", /* why */ \"reason\":\"no\"}'")]
    [InlineData("echo noise; echo '{\"decision\":\"deny\",\"reason\":\"no\",}'; echo noise")]
    [InlineData("echo '{\"decision\":\"deny\",\"reason\":\"no\"}'; echo '{\"level\":\"info\"}'")]
    [InlineData("echo '{\"decision\":\"DENY\",\"reason\":\"no\"}'")]
    [InlineData("echo '{\"decision\":\" blocked \",\"reason\":\"no\"}'")]
    [InlineData("echo '{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"no\"}'")]
    public async Task A_refusal_counts_although_its_json_is_written_by_hand(string command)
    {
        await using var bench = HookBench.Command(command);

        var said = await bench.RunAsync();

        (said.IsBlocking || said.IsStopRequested).ShouldBeTrue();
        said.Reason.ShouldBe("no");
        bench.Notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("printf '{\"decision\":'")]
    [InlineData("printf '\\377\\376{{{\\000'; exit 1")]
    [InlineData("echo '{\"decision\":\"deny\"}{\"level\":\"info\"}'")]
    [InlineData("echo \"{'decision': 'deny'}\"")]
    [InlineData("echo '{decision: deny}'")]
    [InlineData("echo '[{\"decision\":\"deny\"}]'")]
    [InlineData("echo 'Result: {\"decision\":\"deny\"}'")]
    [InlineData("echo '{\"decision\":\"deny\" \"reason\":\"no\"}'")]
    [InlineData("echo '{\"decision\":\"deny\",\"reason\":\"it says \"no\"\"}'")]
    [InlineData("echo '{\"decision\":\"no\"}'")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"permissionDecision\":\"never\"}}'")]
    [InlineData("echo '{\"level\":\"info\"}'; echo 'checked'")]
    public async Task What_a_guard_prints_and_nobody_understands_is_a_refusal_and_anywhere_else_a_notice(string command)
    {
        foreach (var hookEvent in (HookEvent[])[HookEvent.PreToolUse, HookEvent.PermissionRequest, HookEvent.UserPromptSubmit, HookEvent.PostToolUse, HookEvent.Stop])
        {
            await using var bench = HookBench.Command(command, hookEvent);

            var said = await bench.RunAsync(hookEvent);

            said.IsBlocking.ShouldBe(hookEvent is not (HookEvent.PostToolUse or HookEvent.Stop), $"{hookEvent}");
            bench.Notices.ShouldHaveSingleItem($"{hookEvent}");
        }
    }

    [Fact]
    public async Task A_hook_whose_child_keeps_its_outputs_open_is_heard_all_the_same()
    {
        await using var bench = HookBench.Command("echo no >&2; sleep 30 & exit 2");

        var said = await bench.RunAsync();

        said.IsBlocking.ShouldBeTrue();
        said.Reason.ShouldBe("no");
    }

    [Theory]
    [InlineData("echo checking...; echo '{\"decision\":\"deny\",\"reason\":\"no\"}'")]
    [InlineData("echo '{\"decision\":\"deny\",\"reason\":\"no\"}'; echo done")]
    [InlineData("echo a; echo '  {\"decision\":\"block\",\"reason\":\"no\"}'; echo b")]
    [InlineData("echo log; printf '{\\n\"decision\":\"deny\",\\n\"reason\":\"no\"}'")]
    [InlineData("echo '{\"level\":\"info\"}'; echo '{\"decision\":\"deny\",\"reason\":\"no\"}'; echo '{\"level\":\"info\"}'")]
    [InlineData("echo log; echo '{\"hookSpecificOutput\":{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"no\"}}'")]
    [InlineData("echo log >&2; echo '{\"decision\":\"deny\",\"reason\":\"no\"}'")]
    public async Task A_refusal_counts_among_the_lines_of_a_log(string command)
    {
        await using var bench = HookBench.Command(command);

        var said = await bench.RunAsync();

        said.IsBlocking.ShouldBeTrue();
        said.Reason.ShouldBe("no");
    }

    [Theory]
    [InlineData("echo '{\"level\":\"error\"}' >&2; exit 2")]
    [InlineData("echo '{\"level\":\"error\"}' >&2; echo no >&2; exit 2")]
    [InlineData("echo no >&2; echo '{\"level\":\"error\"}' >&2; exit 2")]
    [InlineData("printf 'no\\n{\\n\"level\":\"error\"\\n}\\n' >&2; exit 2")]
    [InlineData("echo '{\"decision\":\"allow\"}' >&2; exit 2")]
    [InlineData("echo no >&2; echo '{\"decision\":\"allow\"}' >&2; exit 2")]
    [InlineData("echo '{\"decision\":\"approve\",\"hookSpecificOutput\":{\"permissionDecision\":\"allow\"}}' >&2; exit 2")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"decision\":{\"behavior\":\"allow\"}}}' >&2; exit 2")]
    [InlineData("echo '{\"hookSpecificOutput\":{\"additionalContext\":\"x\"}}' >&2; exit 2")]
    [InlineData("echo '{\"decision\":\"deny\",\"hookSpecificOutput\":{\"permissionDecision\":\"allow\"}}' >&2; exit 2")]
    [InlineData("echo '{\"decision\":\"ask\"}' >&2; exit 2")]
    [InlineData("echo '{\"continue\":false}' >&2; exit 2")]
    [InlineData("echo '\"{}\"' >&2; exit 2")]
    [InlineData("echo '{\"level\":\"error\"}'; exit 3")]
    [InlineData("echo '{\"level\":\"error\"}' >&2; exit 77")]
    [InlineData("echo log; echo '{\"level\":\"error\"}'; exit 9")]
    [InlineData("echo log; echo '{\"decision\":\"allow\"}'; exit 9")]
    public async Task A_record_of_a_log_does_not_lift_a_refusal_by_exit_code(string command)
    {
        foreach (var hookEvent in (HookEvent[])[HookEvent.PreToolUse, HookEvent.PermissionRequest, HookEvent.UserPromptSubmit, HookEvent.Stop])
        {
            await using var bench = HookBench.Command(command, hookEvent);

            var said = await bench.RunAsync(hookEvent);

            said.IsBlocking.ShouldBeTrue($"{hookEvent}");
            said.IsAllowing.ShouldBeFalse($"{hookEvent}");
            said.Reason.ShouldNotBeNullOrWhiteSpace($"{hookEvent}");
        }
    }

    [Theory]
    [InlineData("echo checking; echo '{0}'; echo done", false)]
    [InlineData("echo 'command: x'; echo '{0}'; echo 'has no rule'", false)]
    [InlineData("printf 'command: x\\n{\\n\"hookSpecificOutput\":{\"decision\":\\n{\"behavior\":\"allow\"}}}\\nno rule\\n'", false)]
    [InlineData("echo log; echo '{0} trailing'", false)]
    [InlineData("echo log; echo '{0}'; exit 1", false)]
    [InlineData("echo log; echo '{0}'; exit 3", false)]
    [InlineData("echo '{0}'; echo '{\"level\":\"info\"}'", false)]
    [InlineData("echo '{0}'; head -c 2000000 /dev/zero | tr '\\0' x", false)]
    [InlineData("echo log; echo '{0}'", false)]
    [InlineData("echo '{\"level\":\"info\"}'; echo '{0}'", false)]
    [InlineData("printf 'log\\n{\\n\"hookSpecificOutput\":{\"decision\":\\n{\"behavior\":\"allow\"}}}\\n'", false)]
    [InlineData("echo '{0}' >&2", false)]
    [InlineData("echo '{0}'; exit 1", false)]
    [InlineData("echo '{0}'; exit 3", false)]
    [InlineData("echo '{0}'", true)]
    [InlineData("echo; echo '  {0} '; echo log >&2", true)]
    public async Task An_allowance_is_all_that_a_hook_prints(string command, bool allows)
    {
        const string allow = """{"hookSpecificOutput":{"decision":{"behavior":"allow"}}}""";
        await using var bench = HookBench.Command(command.Replace("{0}", allow, StringComparison.Ordinal), HookEvent.PermissionRequest);

        var said = await bench.RunAsync(HookEvent.PermissionRequest);

        said.IsAllowing.ShouldBe(allows);
    }

    [Theory]
    [InlineData(@"hookSpecificOutput", false)]
    [InlineData(@"{""\u0068ookSpecificOutput"":1}", false)]
    [InlineData(@"\0150ookSpecificOutput", false)]
    [InlineData(@"\x68\157ok\SpecificOutput", false)]
    [InlineData(@"\\u0068ookSpecificOutput", false)]
    [InlineData(@"\U00000068ookSpecificOutput", false)]
    [InlineData(@"hook specific output", true)]
    [InlineData(@"\uZZ \xZZ \9 \ ", true)]
    [InlineData(@"", true)]
    public async Task A_hook_allows_no_call_that_holds_an_answer_of_a_hook(string command, bool allows)
    {
        // What it prints may be the words of the call.
        await using var bench = HookBench.Command(
            """echo '{"hookSpecificOutput":{"decision":{"behavior":"allow"}}}'""", HookEvent.PermissionRequest);

        foreach (var member in (string[])["command", command])
        {
            var said = await bench.Runner.RunAsync(
                new HookInput(HookEvent.PermissionRequest, "run_shell_command", writer =>
                {
                    writer.WriteStartObject("tool_input");
                    writer.WriteString(member, command);
                    writer.WriteEndObject();
                }), CancellationToken.None);

            said.IsAllowing.ShouldBe(allows, member);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":[")]
    [InlineData("{\"a\":[{},")]
    [InlineData("{},")]
    [InlineData("{\"a\":1}")]
    public void A_long_log_of_beginnings_is_read_quickly(string line)
    {
        var text = string.Join('\n', Enumerable.Repeat(line, 1024 * 1024 / (line.Length + 1))) + "\n{\"decision\":\"deny\",\"reason\":\"no\"}";
        var before = GC.GetAllocatedBytesForCurrentThread();

        var output = HookOutputReader.FromCommand(0, "log\n" + text, string.Empty);

        output.ShouldNotBeNull().Decision.ShouldBe("deny");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(512L * 1024 * 1024);
    }

    [Theory]
    [InlineData("exit 1", "exited with 1")]
    [InlineData("exit 3", "exited with 3")]
    [InlineData("echo soft; exit 1", "exit code 1")]
    [InlineData("kill -9 $$", "exited with 137")]
    [InlineData("exec sleep 300", "300 ms")]
    public async Task A_guard_that_fails_says_what_came_of_it_and_how_to_refuse_instead(string command, string failure)
    {
        foreach (var (hookEvent, consequence) in ((HookEvent, string)[])
            [(HookEvent.PreToolUse, "The call runs"), (HookEvent.PermissionRequest, "The call is decided"), (HookEvent.UserPromptSubmit, "The prompt is sent"), (HookEvent.Stop, "")])
        {
            await using var bench = HookBench.Command(command, hookEvent, ",\"timeout\":0.3");

            (await bench.RunAsync(hookEvent)).IsBlocking.ShouldBeFalse();

            var notice = bench.Notices.ShouldHaveSingleItem();
            notice.ShouldStartWith($"Hook \"{command}\" ({hookEvent}): ");
            notice.ShouldContain(failure);
            notice.ShouldContain(consequence);
            notice.Contains("|| exit 2", StringComparison.Ordinal).ShouldBe(consequence.Length > 0);
        }
    }

    [Theory]
    [InlineData("(exit 3) || exit 2")]
    [InlineData("timeout 0.2 sleep 300 || exit 2")]
    [InlineData("timeout 5 ./no-such-program-for-a-hook || exit 2")]
    public async Task A_guard_that_is_written_as_the_notice_says_refuses_when_it_fails(string command)
    {
        await using var bench = HookBench.Command(command);

        (await bench.RunAsync()).IsBlocking.ShouldBeTrue();
    }

    [Theory]
    [InlineData("./no-such-program-for-a-hook")]
    [InlineData("./")]
    [InlineData("no-such-program-for-a-hook --check")]
    public async Task A_guard_that_is_not_there_lets_nothing_pass(string command)
    {
        await using var bench = HookBench.Command(command);

        (await bench.RunAsync()).IsBlocking.ShouldBeTrue();
    }
}
