using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen permissions replay</c>.</summary>
public sealed class ReplayTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";

    [UnixFact]
    public async Task A_session_with_an_agent_is_judged_call_by_call_and_the_rules_for_it_are_named()
    {
        await using var room = await RecordAsync();
        var asked = room.Model.Requests.Count;
        room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["Bash(rm *)"],"ask":["Bash(mkdir *)"],"allow":["Bash(touch one)"]}}""");

        var result = await room.RunAsync("permissions", "replay", Id);

        result.ExitCode.ShouldBe(0, result.Error);
        var lines = result.Output.Split('\n');
        Line(lines, "ls -la").ShouldStartWith("  allow  main:");
        Line(lines, "touch one").ShouldContain("allowed by Bash(touch one)");
        Line(lines, "mkdir made").ShouldStartWith("  ask ");
        Line(lines, "write_file").ShouldStartWith("  ask ");
        Line(lines, "touch two").ShouldStartWith("  ask    general-purpose:");
        Line(lines, "rm one").ShouldStartWith("  deny   general-purpose:");
        Line(lines, "rm one").ShouldContain("Bash(rm *)");
        result.Output.ShouldContain("7 calls: 3 allowed, 3 asked about, 1 denied.");
        var suggested = result.Output[result.Output.IndexOf("The narrowest", StringComparison.Ordinal)..].Split("No allow rule");
        suggested[0].ShouldContain("\"Bash(touch *)\"");
        suggested[0].ShouldNotContain("mkdir");
        suggested[0].ShouldNotContain("Edit");
        suggested[0].ShouldNotContain("Bash(rm");
        suggested[1].ShouldContain("rm one");
        suggested[1].ShouldContain("mkdir made");
        suggested[1].ShouldContain("programs obey package.json later");
        room.Model.Requests.Count.ShouldBe(asked, "nothing is asked of the model, and nothing runs");
        Directory.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task An_agent_is_judged_with_its_own_mode_and_tools_and_what_is_not_known_of_it_is_said()
    {
        await using var room = new Room();
        foreach (var (name, more) in (ReadOnlySpan<(string, string)>)[("planner", "approvalMode: plan"), ("reader", "tools: [read_file]"), ("leaver", "color: red")])
        {
            room.Write($".qwen/agents/{name}.md", $"---\nname: {name}\ndescription: Works.\n{more}\n---\nYou work on what you get.\n");
        }

        var file = room.Write("a.txt", "a");
        room.Model.On(request => request.LastText switch
        {
            var text when text.EndsWith("begin here", StringComparison.Ordinal) => ModelReply.Calls([.. new[] { "planner", "reader", "leaver" }.Select(static name =>
                (name, "agent", $$"""{"description":"d","prompt":"work","subagent_type":"{{name}}"}"""))]),
            var text when text.EndsWith("work", StringComparison.Ordinal) => ModelReply.Calls(
                ("x", "run_shell_command", """{"command":"touch two"}"""),
                ("y", "read_file", $$"""{"file_path":{{ModelReply.Quote(file)}}}""")),
            _ => ModelReply.Text("Done."),
        });
        (await room.RunAsync("-p", "begin here", "--yolo", "--session-id", Id)).ExitCode.ShouldBe(0);
        File.Delete(Path.Combine(room.Workspace, ".qwen/agents/leaver.md"));
        room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"allow":["Bash(touch *)"]}}""");

        var result = await room.RunAsync("permissions", "replay", Id);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("judged in mode default by the settings; a session does not record its mode, and --approval-mode names another\n");
        result.Output.ShouldContain("\n  planner is judged in mode plan\n");
        var lines = result.Output.Split('\n').Where(static line => line.Contains("touch two", StringComparison.Ordinal) || line.Contains("a.txt", StringComparison.Ordinal)).ToArray();
        string Of(string agent, string call) => lines.First(line => line.Contains(agent, StringComparison.Ordinal) && line.Contains(call, StringComparison.Ordinal));
        Of("planner:", "touch two").ShouldEndWith("  - plan mode changes nothing");
        Of("reader:", "touch two").ShouldEndWith("  - its agent does not have this tool");
        Of("leaver:", "touch two").ShouldStartWith("  allow ");
        foreach (var agent in (string[])["planner:", "reader:", "leaver:"])
        {
            Of(agent, "a.txt").ShouldStartWith("  allow ");
        }

        result.Error.ShouldBe("Warning: There is no agent 'leaver' here; its calls are judged with the mode and tools of the agent that launched it.\n");
    }

    [UnixFact]
    public async Task Rules_of_a_file_are_judged_by_in_place_of_those_in_force()
    {
        await using var room = await RecordAsync();
        var transcript = room.Transcripts.Single();
        room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["Bash"]}}""");
        room.Write("settings-to-try.json", """{"$version":3,"permissions":{"allow":["Bash(touch *)"]}}""");
        room.Write("rules-to-try.json", """{"deny":["Bash(touch *)"]}""");

        var whole = await room.RunAsync("permissions", "replay", transcript, "--rules", "settings-to-try.json");
        var part = await room.RunAsync("permissions", "replay", Path.GetRelativePath(room.Workspace, transcript), Id, "--rules=rules-to-try.json");

        whole.ExitCode.ShouldBe(0, whole.Error);
        whole.Output.ShouldContain("touch two  - allowed by Bash(touch *)");
        part.ExitCode.ShouldBe(0, part.Error);
        part.Output.ShouldContain("touch two  - denied by Bash(touch *)");
        part.Output.ShouldContain("14 calls: ");
    }

    [Theory]
    [InlineData("""{"permissions":{"allow":7}}""", "rules.json:1: 'permissions.allow': must be")]
    [InlineData("{\n \"deny\": [\n  \"Bash(ls\"\n ]\n}", "rules.json:3: permissions.deny[0]: ")]
    [InlineData("{\n \"allow\": [ \"Bash()\" ]\n}", "rules.json:2: permissions.allow[0]: ")]
    [InlineData("{\n \"permissions\": {\n  \"denny\": []\n }\n}", "rules.json:3: 'permissions.denny': ")]
    [InlineData("{\n \"allow\": [", "rules.json:2: is not valid JSON")]
    [InlineData("[]", "rules.json:1: must hold a JSON object")]
    [InlineData("{}", "rules.json:1: 'permissions': is missing")]
    [InlineData(null, "rules.json: cannot be read")]
    public async Task A_file_of_rules_with_a_fault_is_named_with_line_and_key(string? text, string expected)
    {
        await using var room = new Room();
        room.Write("t.jsonl", """{"uuid":"1","type":"user","message":{"role":"user","parts":[{"text":"hi"}]}}""");
        if (text is not null)
        {
            room.Write("rules.json", text);
        }

        var result = await room.RunAsync("permissions", "replay", "t.jsonl", "--rules", "rules.json");

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(expected);
        result.Error.ShouldNotContain("   at ");
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("11111111-e89b-42d3-a456-426614174000", "There is no recorded session '11111111")]
    [InlineData("nowhere.jsonl", "nowhere.jsonl' cannot be read")]
    [InlineData("./", "./' cannot be read")]
    [InlineData("prose.jsonl", "is no transcript")]
    [InlineData("../../etc", "cannot be read")]
    public async Task A_session_that_cannot_be_read_is_named(string session, string expected)
    {
        await using var room = new Room();
        room.Write("prose.jsonl", "once upon a time\n{}\n");

        var result = await room.RunAsync("permissions", "replay", session);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(expected);
        result.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Odd_calls_of_a_transcript_are_judged_or_named()
    {
        await using var room = new Room();
        room.Write("odd.jsonl", string.Join('\n', new[]
        {
            """{"uuid":"1","parentUuid":null,"type":"assistant","message":{"role":"model","parts":[{"functionCall":{"id":"a","name":"no_such_tool","args":{}}},{"functionCall":{"id":"b","name":"run_shell_command","rawArgs":"{\"comm"}}]}}""",
            """{"uuid":"2","parentUuid":"1","type":"assistant","message":{"role":"model","parts":[{"functionCall":{"id":"c","name":"mcp__files__drop","args":{"x":1}}},{"functionCall":{"id":"d","name":"agent","args":{"prompt":"p"}}},{"functionCall":{"id":"e","name":"read_file","args":{"file_path":"/gone"}}}]}}""",
            "this line is torn",
            """{"uuid":"3","parentUuid":"1","type":"assistant","message":{"role":"model","parts":[{"functionCall":{"id":"f","name":"run_shell_command","args":{"command":"echo \u001b[31m; $x"}}}]}}""",
        }));

        var result = await room.RunAsync("permissions", "replay", "odd.jsonl");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("line 3");
        result.Output.ShouldContain("deny   main:1  no_such_tool {}  - no tool has this name here");
        result.Output.ShouldContain("no JSON object");
        result.Output.ShouldContain("ask    main:2  mcp__files__drop");
        result.Output.ShouldContain("allow  main:2  agent");
        result.Output.ShouldContain("\"mcp__files__drop\"");
        result.Output.ShouldNotContain("\u001b");
        result.Output.ShouldContain("6 calls: 1 allowed, 3 asked about, 2 denied.");
    }

    private static string Line(string[] lines, string text) => lines.First(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task<Room> RecordAsync()
    {
        var room = new Room();
        var file = Path.Combine(room.Workspace, "package.json");
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(
                ("c1", "run_shell_command", """{"command":"ls -la","description":"look"}"""),
                ("c2", "run_shell_command", """{"command":"touch one"}"""),
                ("c3", "run_shell_command", """{"command":"mkdir made"}"""),
                ("c4", "write_file", $$"""{"file_path":{{ModelReply.Quote(file)}},"content":"{}"}"""),
                ("c5", "agent", """{"description":"go on","prompt":"work","subagent_type":"general-purpose"}""")),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Calls(
                ("d1", "run_shell_command", """{"command":"touch two"}"""),
                ("d2", "run_shell_command", """{"command":"rm one"}""")),
            _ => ModelReply.Text("Done."),
        });
        var result = await room.RunAsync("-p", "go", "--yolo", "--session-id", Id);
        result.ExitCode.ShouldBe(0, result.Error);
        File.Delete(file);
        Directory.Delete(Path.Combine(room.Workspace, "made"));
        return room;
    }
}
