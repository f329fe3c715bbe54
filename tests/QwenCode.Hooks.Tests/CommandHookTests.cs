using System.Text.Json;

namespace QwenCode.Hooks.Tests;

public class CommandHookTests
{
    private const string Deny = """{"decision":"deny","reason":"json says no"}""";

    [Theory]
    [InlineData("echo fine", false, null)]
    [InlineData("echo " + "'" + Deny + "'", true, "json says no")]
    [InlineData("echo '" + Deny + "' >&2", true, "json says no")]
    [InlineData("echo '\"{\\\"decision\\\":\\\"block\\\",\\\"reason\\\":\\\"twice\\\"}\"'", true, "twice")]
    [InlineData("true", false, null)]
    [InlineData("echo shown; echo no >&2; exit 2", true, "no")]
    [InlineData("echo '" + Deny + "' >&2; exit 2", true, "json says no")]
    [InlineData("echo shown; exit 2", true, "shown")]
    [InlineData("echo soft; exit 1", false, null)]
    [InlineData("echo '" + Deny + "'; exit 1", true, "json says no")]
    [InlineData("exit 1", false, null)]
    [InlineData("echo hard; exit 3", true, "hard")]
    [InlineData("echo hard >&2; exit 77", true, "hard")]
    [InlineData("exit 3", false, null)]
    [InlineData("kill -9 $$", false, null)]
    [InlineData("no-such-program-here", true, "no-such-program-here")]
    [InlineData("exec 0<&-; exec 1>&-; exit 0", false, null)]
    public async Task Exit_code_and_output_decide_together(string command, bool blocks, string? reason)
    {
        await using var bench = HookBench.Command(command);

        var said = await bench.RunAsync();

        said.IsBlocking.ShouldBe(blocks);
        if (reason is not null)
        {
            said.Reason.ShouldNotBeNull().ShouldContain(reason);
        }
    }

    [Fact]
    public async Task A_hook_is_told_of_the_session_and_the_event_on_its_standard_input()
    {
        await using var bench = HookBench.Command("cat > seen.json; pwd > pwd; echo \"$QWEN_PROJECT_DIR|$OWN\" > env", more: ""","env":{"OWN":"mine"}""");

        await bench.RunAsync();

        using var seen = JsonDocument.Parse(bench.Read("seen.json"));
        seen.RootElement.EnumerateObject().Select(static member => member.Name).Order()
            .ShouldBe(["cwd", "hook_event_name", "prompt", "session_id", "timestamp", "tool_input", "transcript_path"]);
        seen.RootElement.GetProperty("session_id").GetString().ShouldBe("the-session");
        bench.Read("env").Trim().ShouldBe($"{bench.Folder}|mine");
    }

    [Theory]
    [InlineData("echo $CLAUDE_PROJECT_DIR/x", "echo '/a '\\''b'/x")]
    [InlineData("echo \"$GEMINI_PROJECT_DIR/x\"", "echo \"$GEMINI_PROJECT_DIR/x\"")]
    [InlineData("echo '$CLAUDE_PROJECT_DIR' $CLAUDE_PROJECT_DIRS \\$CLAUDE_PROJECT_DIR", "echo '$CLAUDE_PROJECT_DIR' $CLAUDE_PROJECT_DIRS \\$CLAUDE_PROJECT_DIR")]
    public void The_directory_is_put_in_quoted_where_the_shell_would_split_it(string command, string expected) =>
        CommandHookCaller.FillIn(command, "/a 'b", usesPowerShell: false).ShouldBe(expected);

    [Fact]
    public async Task A_hook_that_prints_a_hundred_megabytes_ends_and_its_owner_is_told()
    {
        await using var bench = HookBench.Command("head -c 100000000 /dev/zero | tr '\\0' x");

        var said = await bench.RunAsync();

        said.IsBlocking.ShouldBeFalse();
        said.SystemMessage!.Length.ShouldBe(1024 * 1024);
        bench.Notices.ShouldHaveSingleItem().ShouldContain("1 MiB");
    }

    [Fact]
    public async Task A_hook_that_hangs_is_stopped_with_all_it_started_and_has_no_say()
    {
        await using var bench = HookBench.Command("echo no >&2; sleep 300 & echo $! > child; (trap '' TERM; sleep 300); exit 2", more: ""","timeout":0.2""");

        var said = await bench.RunAsync();

        said.ShouldBe(HookOutcome.None);
        bench.Notices.ShouldHaveSingleItem().ShouldContain("200 ms");
        File.Exists($"/proc/{bench.Read("child").Trim()}/environ").ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelling_ends_a_hook_without_a_notice()
    {
        await using var bench = HookBench.Command("touch started; exec sleep 300");
        using var cancel = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(bench.Folder) { EnableRaisingEvents = true };
        watcher.Created += (_, _) => cancel.Cancel();

        var said = await bench.RunAsync(cancellationToken: cancel.Token);

        said.ShouldBe(HookOutcome.None);
        bench.Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_async_hook_says_is_told_although_nobody_waited()
    {
        var bench = HookBench.Command("cat > /dev/null; echo '{\"decision\":\"block\",\"reason\":\"late\",\"systemMessage\":\"hi\"}'", more: ""","async":true""");

        (await bench.RunAsync()).IsBlocking.ShouldBeFalse();
        await bench.DisposeAsync();

        bench.Notices.Count.ShouldBe(2);
        bench.Notices[0].ShouldEndWith(": hi");
        bench.Notices[1].ShouldContain("no effect: late");
    }

    [Fact]
    public async Task Hooks_in_turn_pass_on_what_they_add()
    {
        await using var bench = new HookBench("""
            {"UserPromptSubmit":[{"sequential":true,"hooks":[
              {"type":"command","command":"echo '{\"hookSpecificOutput\":{\"additionalContext\":\"<more>\"}}'"},
              {"type":"command","command":"cat > second.json"}]}],
             "PreToolUse":[{"sequential":true,"hooks":[
              {"type":"command","command":"echo '{\"hookSpecificOutput\":{\"tool_input\":{\"b\":2}}}'"},
              {"type":"command","command":"cat > tool.json"}]}]}
            """);

        (await bench.RunAsync(HookEvent.UserPromptSubmit)).AdditionalContext.ShouldBe("&lt;more&gt;");
        await bench.RunAsync();

        using var second = JsonDocument.Parse(bench.Read("second.json"));
        second.RootElement.GetProperty("prompt").GetString().ShouldBe("hello\n\n<more>");
        using var tool = JsonDocument.Parse(bench.Read("tool.json"));
        tool.RootElement.GetProperty("tool_input").GetRawText().ShouldBe("""{"a":"1","b":2}""");
    }
}
