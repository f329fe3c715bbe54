using System.Net;
using System.Text.Json;

namespace QwenCode.Hooks.Tests;

public class HookRuleTests
{
    [Theory]
    [InlineData(HookEvent.PreToolUse, "list_dir", "list_directory", true)]
    [InlineData(HookEvent.PreToolUse, "^list_dir$", "list_directory", false)]
    [InlineData(HookEvent.PreToolUse, "ListFiles", "list_directory", true)]
    [InlineData(HookEvent.PreToolUse, " * ", "anything", true)]
    [InlineData(HookEvent.PreToolUse, "", "anything", true)]
    [InlineData(HookEvent.PreToolUse, "(bad", "(bad", true)]
    [InlineData(HookEvent.PreToolUse, "(bad", "bad", false)]
    [InlineData(HookEvent.SubagentStop, "expl", "explore", true)]
    [InlineData(HookEvent.PreCompact, "man", "manual", false)]
    [InlineData(HookEvent.Notification, "permission_prompt", "permission_prompt", true)]
    [InlineData(HookEvent.UserPromptSubmit, "ignored", "", true)]
    public async Task Matchers_of_settings(HookEvent hookEvent, string matcher, string subject, bool fits)
    {
        await using var bench = new HookBench($$"""{"{{hookEvent}}":[{"matcher":"{{matcher}}","hooks":[{"type":"command","command":"true"}]}]}""");
        bench.Runner.Match(hookEvent, subject).Count.ShouldBe(fits ? 1 : 0);
    }

    [Theory]
    [InlineData(HookEvent.PreToolUse, "*", "edit", true)]
    [InlineData(HookEvent.PreToolUse, "edit|write_file", "write_file", true)]
    [InlineData(HookEvent.PreToolUse, "write", "write_file", false)]
    [InlineData(HookEvent.PreToolUse, "write.*", "write_file", true)]
    [InlineData(HookEvent.PreToolUse, "", "edit", false)]
    [InlineData(HookEvent.Stop, "", "", true)]
    [InlineData(HookEvent.Stop, "edit", "", false)]
    public async Task Matchers_of_the_session(HookEvent hookEvent, string matcher, string subject, bool fits)
    {
        await using var bench = new HookBench("{}");
        using (bench.Runner.Session.Add(hookEvent, matcher, new FunctionHook("f", (_, _) => ValueTask.FromResult<string?>(null), FunctionHook.DefaultTimeout)))
        {
            bench.Runner.Handles(hookEvent).ShouldBeTrue();
            bench.Runner.Match(hookEvent, subject).Count.ShouldBe(fits ? 1 : 0);
        }

        bench.Runner.Handles(hookEvent).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""[1]""", "hooks must")]
    [InlineData("""{"Nope":[]}""", "hooks.Nope")]
    [InlineData("""{"3":[]}""", "hooks.3")]
    [InlineData("""{"Stop":{}}""", "hooks.Stop must")]
    [InlineData("""{"Stop":[{"hooks":3}]}""", "hooks.Stop[0]")]
    [InlineData("""{"Stop":[{"matcher":4,"hooks":[]}]}""", "hooks.Stop[0].matcher")]
    [InlineData("""{"PreToolUse":[{"matcher":"(Bash","hooks":[{"type":"command","command":"x"}]}]}""", "hooks.PreToolUse[0].matcher")]
    [InlineData("""{"Stop":[{"hooks":[{"type":"prompt"}]}]}""", "hooks.Stop[0].hooks[0].type")]
    [InlineData("""{"Stop":[{"hooks":[{"type":"command","command":" "}]}]}""", "hooks.Stop[0].hooks[0]")]
    [InlineData("""{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":"5"}]}]}""", "hooks.Stop[0].hooks[0].timeout")]
    public void What_cannot_be_used_is_named_by_file_and_key(string json, string key)
    {
        using var document = JsonDocument.Parse(json);
        var reader = new HookSettingsReader("/s.json", HookSource.User);

        reader.Read(document.RootElement);

        reader.Warnings.ShouldHaveSingleItem().ShouldStartWith($"/s.json: {key}");
    }

    [Fact]
    public void Hooks_of_the_project_come_first_and_equal_ones_run_once()
    {
        var hook = new CommandHook("same", TimeSpan.FromSeconds(1));
        var set = new HookSet([
            new(HookEvent.Stop, HookSource.User, "", false, hook), new(HookEvent.Stop, HookSource.User, "", false, hook),
            new(HookEvent.Stop, HookSource.Project, "", false, hook)]);

        set[HookEvent.Stop].Select(static entry => entry.Source).ShouldBe([HookSource.Project, HookSource.User]);
        new HookRunner(set, new HookRunnerOptions { WorkingDirectory = "/" }).Match(HookEvent.Stop, "").ShouldHaveSingleItem().Source.ShouldBe(HookSource.Project);
    }

    [Theory]
    [InlineData(HookEvent.PreToolUse, """{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"p"},"reason":"r"}""", null, true, false, false, "p")]
    [InlineData(HookEvent.PreToolUse, """{"hookSpecificOutput":{"permissionDecision":"ask"},"reason":"r"}""", null, true, false, false, "r")]
    [InlineData(HookEvent.PreToolUse, """{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"p"}}""", """{"hookSpecificOutput":{"permissionDecision":"allow"}}""", true, false, false, "p")]
    [InlineData(HookEvent.PreToolUse, """{"decision":"ask","reason":"r"}""", """{"decision":"allow"}""", true, false, false, "r")]
    [InlineData(HookEvent.PreToolUse, """{"decision":"block","permissionDecision":"allow","reason":"r"}""", null, true, false, false, "r")]
    [InlineData(HookEvent.PreToolUse, """{"decision":"block","hookSpecificOutput":{"permissionDecision":"defer"},"reason":"r"}""", null, true, false, false, "r")]
    [InlineData(HookEvent.Stop, """{"decision":"block","reason":"a"}""", """{"decision":"deny","reason":"b"}""", true, false, false, "a\nb")]
    [InlineData(HookEvent.Stop, """{"continue":false,"stopReason":"s","reason":"r"}""", null, false, true, false, "s")]
    [InlineData(HookEvent.Stop, """{"continue":"false","decision":7,"reason":[]}""", null, false, false, false, null)]
    [InlineData(HookEvent.PermissionRequest, """{"hookSpecificOutput":{"decision":{"behavior":"allow"}}}""", null, false, false, true, null)]
    [InlineData(HookEvent.PermissionRequest, """{"hookSpecificOutput":{"decision":{"behavior":"allow"}}}""", """{"hookSpecificOutput":{"decision":{"behavior":"deny","message":"m"}}}""", true, false, false, "m")]
    [InlineData(HookEvent.PermissionRequest, """{"hookSpecificOutput":{"decision":{}}}""", null, true, false, false, null)]
    [InlineData(HookEvent.PostToolUse, """{"continue":false,"reason":"r"}""", """{"decision":"block","reason":"x"}""", true, true, false, "r")]
    public void What_hooks_say_is_merged_so_that_a_refusal_counts(HookEvent hookEvent, string first, string? second, bool blocks, bool stops, bool allows, string? reason)
    {
        var outcome = HookMerge.Merge(hookEvent, [.. new[] { first, second }.Where(static text => text is not null).Select(static text => HookOutputReader.FromJson(text!)!)]);

        (outcome.IsBlocking, outcome.IsStopRequested, outcome.IsAllowing, outcome.Reason).ShouldBe((blocks, stops, allows, reason));
    }

    [Theory]
    [InlineData("0.1.2.3", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("100.128.0.1", false)]
    [InlineData("169.254.169.254", true)]
    [InlineData("172.31.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", false)]
    [InlineData("::", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    public void Private_addresses_are_out_of_reach(string address, bool isBlocked) => HookAddresses.IsBlocked(IPAddress.Parse(address)).ShouldBe(isBlocked);

    [Theory]
    [InlineData("https://example.com/h", "", true)]
    [InlineData("https://example.com/h", "https://EXAMPLE.com/*", true)]
    [InlineData("https://example.com/h", "https://example.com", false)]
    [InlineData("https://exampleXcom/h", "https://example.com/*", false)]
    [InlineData("https://example.com/h", @"https://example\.com/*", true)]
    [InlineData("http://metadata.google.internal./x", "", false)]
    [InlineData("http://0xa9fea9fe/x", "", false)]
    [InlineData("http://[::ffff:169.254.169.254]/x", "", false)]
    [InlineData("file:///etc/passwd", "", false)]
    public void Urls_are_checked_before_anything_is_sent(string url, string allowed, bool passes) =>
        (HookAddresses.Refuse(url, allowed.Length == 0 ? [] : [allowed]) is null).ShouldBe(passes);

    [Theory]
    [InlineData("10", 10_000)]
    [InlineData("0.5", 500)]
    [InlineData("999", 999_000)]
    [InlineData("1000", 1_000)]
    [InlineData("5000", 5_000)]
    public void The_timeout_of_a_command_is_in_seconds_below_a_thousand(string written, int milliseconds)
    {
        var reader = new HookSettingsReader("settings.json", HookSource.User);
        using var json = JsonDocument.Parse($$"""{"PreToolUse":[{"hooks":[{"type":"command","command":"x","timeout":{{written}}}]}]}""");

        reader.Read(json.RootElement);

        reader.Entries.ShouldHaveSingleItem().Definition.Timeout.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("Bash|Read", "run_shell_command", true)]
    [InlineData("Bash|Read", "read_file", true)]
    [InlineData("Bash|Read", "glob", false)]
    [InlineData("^Bash$", "run_shell_command", true)]
    [InlineData("(Edit|MultiEdit|Write)", "write_file", true)]
    [InlineData("Write", "todo_write", false)]
    [InlineData("Task", "agent", true)]
    [InlineData("WebFetch", "web_fetch", true)]
    [InlineData("Read.*", "read_file", true)]
    [InlineData("bash", "run_shell_command", false)]
    [InlineData("(Bash", "run_shell_command", false)]
    [InlineData("^(?!read_file$|glob$).*", "read_file", false)]
    [InlineData("^(?!read_file$|glob$).*", "edit", true)]
    [InlineData("mcp__.*", "mcp__git__log", true)]
    public void A_matcher_means_a_tool_by_every_name_that_rules_know(string matcher, string tool, bool fits)
    {
        foreach (var hookEvent in (HookEvent[])[HookEvent.PreToolUse, HookEvent.PostToolUse, HookEvent.PermissionRequest])
        {
            var hook = new FunctionHook("x", static (_, _) => default, TimeSpan.FromSeconds(1));

            HookMatcher.Fits(new HookEntry(hookEvent, HookSource.User, matcher, false, hook), tool).ShouldBe(fits);
            HookMatcher.Fits(new HookEntry(hookEvent, HookSource.Session, matcher, false, hook), tool).ShouldBe(fits);
        }
    }
}
