using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Permission rules of agents: they narrow what their parent may do, whatever the mode, and never widen it.</summary>
public sealed class AgentRuleTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";
    private const string Work = """{"description":"work","prompt":"work","subagent_type":"worker"}""";

    [UnixTheory]
    [InlineData("deny: [\"Bash(touch b*)\"]", null, "yolo", "", "a c", "denied by permission rules")]
    [InlineData("allow: [\"Bash(touch a)\"]", null, "yolo", "", "a", "not covered by what this agent may do")]
    [InlineData("allow: []", null, "yolo", "", "", "not covered by what this agent may do")]
    [InlineData("allow: [\"Bash(touch a)\"]", null, "auto-edit", "run_shell_command(touch *)", "a", "requires permission")]
    [InlineData("allow: [\"Bash(touch *)\"]", null, "default", "run_shell_command(touch c),edit,write_file", "c", "requires permission")]
    [InlineData("ask: [\"Bash(touch b)\"]", null, "default", "run_shell_command(touch *),edit,write_file", "a c", "requires permission")]
    [InlineData("allow: [\"Bash(touch *)\"]", "{\"allow\":[\"Bash(touch c)\"]}", "yolo", "", "c", "not covered")]
    [InlineData(null, "{\"deny\":[\"Bash(touch b)\"]}", "yolo", "", "a c", "denied by permission rules")]
    [InlineData(null, "{\"allow\":\"Bash(touch b)\"}", "yolo", "", "b", "not covered")]
    public async Task An_agent_runs_only_what_its_rules_and_those_of_the_session_allow(
        string? frontMatter, string? settings, string mode, string allowed, string made, string refusal)
    {
        await using var room = Agents(frontMatter, settings);
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(("c1", "agent", Work)),
            "work" => ModelReply.Calls(
                ("t1", "run_shell_command", """{"command":"touch a"}"""), ("t2", "run_shell_command", """{"command":"touch b"}"""),
                ("t3", "run_shell_command", """{"command":"touch c"}"""), ("t4", "run_shell_command", """{"command":"ls"}""")),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync(["-p", "go", "--approval-mode", mode, .. allowed.Length == 0 ? (string[])[] : ["--allowed-tools", allowed]]);

        result.ExitCode.ShouldBe(0, result.Error);
        string[] files = [.. Directory.EnumerateFiles(room.Workspace).Select(static path => Path.GetFileName(path)).Where(static name => name.Length == 1).Order()];
        string.Join(' ', files).ShouldBe(made);
        var told = room.Model.Requests.Single(static request => request.ToolResults.Any(static one => one.CallId == "t1")).ToolResults;
        told.Count(one => one.Text.Contains(refusal, StringComparison.Ordinal)).ShouldBe(3 - files.Length);
        told.Single(static one => one.CallId == "t4").Text.ShouldNotContain(refusal, Case.Sensitive, "what only reads needs no approval");
    }

    [UnixTheory]
    [InlineData("""{"deny":["Bash(touch b)"]}""", null, "a c")]
    [InlineData("""{"allow":["Bash(touch *)"]}""", """{"allow":["Bash(touch c)"]}""", "c")]
    public async Task The_rules_that_a_host_gives_its_agent_narrow_it_like_those_of_a_file(string rules, string? settings, string made)
    {
        await using var room = Agents(null, settings);
        room.WriteHome(".qwen/settings.json", """{"$version":3,"tools":{"approvalMode":"yolo"}}""");
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(("c1", "agent", Work)),
            "work" => ModelReply.Calls(
                ("t1", "run_shell_command", """{"command":"touch a"}"""), ("t2", "run_shell_command", """{"command":"touch b"}"""),
                ("t3", "run_shell_command", """{"command":"touch c"}""")),
            _ => ModelReply.Text("Done."),
        });
        var input = """
            {"type":"control_request","request_id":"i","request":{"subtype":"initialize","agents":[{"name":"worker","description":"Works.","systemPrompt":"You work.","permissions":RULES}]}}
            {"type":"user","message":{"role":"user","content":"go"}}

            """.Replace("RULES", rules, StringComparison.Ordinal);

        var result = await room.RunWithAsync(input, "--input-format", "stream-json", "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        string[] files = [.. Directory.EnumerateFiles(room.Workspace).Select(static path => Path.GetFileName(path)).Where(static name => name.Length == 1).Order()];
        string.Join(' ', files).ShouldBe(made, result.Output);
    }

    [UnixFact]
    public async Task A_tool_that_an_agents_rules_forbid_is_not_offered_to_it_but_to_its_parent()
    {
        await using var room = Agents("deny: [write_file, \"WebFetch\"]", null);
        room.Model.On(static request => IsGo(request.LastText) ? ModelReply.Calls(("c1", "agent", Work)) : ModelReply.Text("Done."));

        (await room.RunAsync("-p", "go", "--yolo")).ExitCode.ShouldBe(0);

        var child = room.Model.Requests.Single(static request => request.LastText == "work");
        child.ToolNames.ShouldNotContain("write_file");
        child.ToolNames.ShouldNotContain("web_fetch");
        child.ToolNames.ShouldContain("edit");
        room.Model.Requests[0].ToolNames.ShouldContain("write_file");
    }

    [UnixFact]
    public async Task Rights_do_not_grow_below_a_fork()
    {
        await using var room = Agents("allow: [\"Bash(touch *)\"]\n  deny: [\"Bash(touch b)\"]", null);
        room.Write(".qwen/settings.json", """
            {"$version":3,"permissions":{"deny":["Bash(touch s)"]},"agents":{"worker":{"permissions":{"deny":["Bash(touch c)"]}}}}
            """);
        var touches = "sabc".Select(static name => ($"t{name}", "run_shell_command", $$"""{"command":"touch {{name}}"}""")).ToArray();
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(("f", "agent", """{"description":"d","prompt":"fork"}""")),
            "Begin." => ModelReply.Calls(("fs", "run_shell_command", """{"command":"touch s"}"""), ("fo", "run_shell_command", """{"command":"touch o"}"""), ("w", "agent", Work)),
            "work" => ModelReply.Calls([.. touches, ("again", "agent", """{"description":"d","prompt":"fork"}"""), ("other", "agent", Work)]),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync("-p", "go", "--yolo");

        result.ExitCode.ShouldBe(0, result.Error);
        string[] files = [.. Directory.EnumerateFiles(room.Workspace).Select(static path => Path.GetFileName(path)).Where(static name => name.Length == 1).Order()];
        string.Join(' ', files).ShouldBe("a o");
        room.Model.Requests.Single(static request => request.LastText == "work").ToolNames.ShouldNotContain("agent");
        var told = room.Model.Requests.Single(static request => request.ToolResults.Any(static one => one.CallId == "again")).ToolResults;
        told.Count(static one => one.Text.Contains("denied by permission rules", StringComparison.Ordinal)).ShouldBe(3);
        told.Where(static one => one.CallId is "again" or "other").ShouldAllBe(static one => one.Text.Contains("agent", StringComparison.Ordinal) && !one.Text.Contains("Done.", StringComparison.Ordinal));
        room.Model.Requests.Count(static request => request.LastText == "Begin.").ShouldBe(1);
    }

    [UnixFact]
    public async Task The_rules_of_an_agent_hold_in_the_background_and_in_a_search()
    {
        await using var room = Agents("deny: [\"Bash(touch *)\", \"Read(secret/**)\"]", null);
        room.Write("secret/key.txt", "needle of the secret\n");
        room.Write("open.txt", "needle in the open\n");
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(
                ("c1", "agent", """{"description":"work","prompt":"work","subagent_type":"worker","run_in_background":true}""")),
            "work" => ModelReply.Calls(
                ("t1", "run_shell_command", """{"command":"touch a"}"""), ("t2", "grep_search", """{"pattern":"needle"}""")),
            _ => ModelReply.Text("Done."),
        });

        var result = await room.RunAsync("-p", "go", "--yolo");

        result.ExitCode.ShouldBe(0, result.Error);
        File.Exists(Path.Combine(room.Workspace, "a")).ShouldBeFalse();
        var told = room.Model.Requests.First(static request => request.ToolResults.Any(static one => one.CallId == "t2")).ToolResults;
        told.Single(static one => one.CallId == "t1").Text.ShouldContain("Bash(touch *)");
        told.Single(static one => one.CallId == "t2").Text.ShouldContain("in the open");
        told.Single(static one => one.CallId == "t2").Text.ShouldNotContain("of the secret");
    }

    [UnixFact]
    public async Task An_agent_that_is_gone_on_with_after_a_restart_keeps_its_rules()
    {
        var never = new TaskCompletionSource();
        var isPatient = true;
        await using var room = Agents("deny: [\"Bash(touch *)\"]", """{"deny":["Bash(mkdir *)"]}""");
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(("c1", "agent", """{"description":"work","prompt":"work","subagent_type":"worker","run_in_background":true}""")),
            "work" => ModelReply.Calls(("t1", "run_shell_command", """{"command":"touch a"}""")),
            var text when text.Contains("denied by permission", StringComparison.Ordinal) && isPatient => ModelReply.Held(string.Empty, never.Task),
            var text when text.StartsWith("You were interrupted", StringComparison.Ordinal) => ModelReply.Calls(
                ("t2", "run_shell_command", """{"command":"touch a"}"""), ("t3", "run_shell_command", """{"command":"mkdir b"}""")),
            _ => ModelReply.Text("Done."),
        });
        room.WriteHome(".qwen/settings.json", """{"$version":3,"tools":{"approvalMode":"yolo"}}""");
        await using (var process = room.Start("-p", "go", "--session-id", Id, "-o", "stream-json"))
        {
            await room.Model.WaitForAsync(static request => request.LastText.Contains("denied by permission", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        isPatient = false;
        var result = await room.RunAsync("tasks", "resume", "worker-c1");

        result.ExitCode.ShouldBe(0, result.Error);
        var told = room.Model.Requests.Last(static request => request.ToolResults.Any(static one => one.CallId == "t3")).ToolResults;
        told.Single(static one => one.CallId == "t2").Text.ShouldContain("Bash(touch *)");
        told.Single(static one => one.CallId == "t3").Text.ShouldContain("Bash(mkdir *)");
        File.Exists(Path.Combine(room.Workspace, "a")).ShouldBeFalse();
        Directory.Exists(Path.Combine(room.Workspace, "b")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("deny: [\"Bash(rm *\"]", null, "worker.md:5: ")]
    [InlineData("deny:\n    - Bash(ls *)\n    - 7", null, "worker.md:7: ")]
    [InlineData("denny: [Bash]", null, "worker.md:5: ")]
    [InlineData("deny: {a: b}", null, "worker.md:5: ")]
    [InlineData("deny: [a]\n  deny: [b]", null, "worker.md:")]
    [InlineData("deny: [Bsh]", null, "worker.md:5: permissions.deny: there is no tool 'Bsh'")]
    [InlineData(null, "{\"deny\":[\"Bsh(x)\"]}", "settings.json:1: agents.worker.permissions.deny[0]: there is no tool 'Bsh'")]
    [InlineData(null, "{\"deny\":[\"Bash(\"]}", "settings.json:1: agents.worker.permissions.deny[0]")]
    [InlineData(null, "{\"denny\":[]}", "settings.json:1: 'agents.worker.permissions.denny'")]
    [InlineData(null, "7", "settings.json:1: 'agents.worker.permissions'")]
    [InlineData(null, "{\"deny\":[7]}", "settings.json:1: 'agents.worker.permissions.deny[0]'")]
    public async Task A_fault_in_an_agents_rules_is_named_with_file_and_line(string? frontMatter, string? settings, string expected)
    {
        await using var room = Agents(frontMatter, settings);

        var result = await room.RunAsync("agents", "validate");

        result.ExitCode.ShouldNotBe(0);
        (result.Output + result.Error).ShouldContain(expected);
        (result.Output + result.Error).ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Rules_for_an_agent_that_does_not_exist_are_named()
    {
        await using var room = Agents(null, null);
        room.Write(".qwen/settings.json", """{"$version":3,"agents":{"woker":{"permissions":{"deny":["Bash"]}}}}""");
        room.Model.Then(ModelReply.Text("Hi."));

        var validated = await room.RunAsync("agents", "validate");
        var run = await room.RunAsync("-p", "hi");

        validated.ExitCode.ShouldBe(1);
        validated.Output.ShouldContain("settings.json:1: agents.woker.permissions: there is no agent 'woker'");
        run.Error.ShouldContain("there is no agent 'woker'");
    }

    [UnixFact]
    public async Task A_replay_judges_the_calls_of_an_agent_by_its_rules()
    {
        await using var room = Agents("deny: [\"Bash(touch b)\"]\n  allow: [\"Bash(touch *)\"]", null);
        room.Model.On(request => request.LastText switch
        {
            var text when IsGo(text) => ModelReply.Calls(("c1", "agent", Work), ("m1", "run_shell_command", """{"command":"touch b"}""")),
            "work" => ModelReply.Calls(("t1", "run_shell_command", """{"command":"touch b"}"""), ("t2", "run_shell_command", """{"command":"mkdir d"}""")),
            _ => ModelReply.Text("Done."),
        });
        await room.RunAsync("-p", "go", "--yolo", "--session-id", Id);

        var result = await room.RunAsync("permissions", "replay", Id, "--allowed-tools", "Bash");

        result.ExitCode.ShouldBe(0, result.Error);
        var lines = result.Output.Split('\n');
        lines.Single(static line => line.Contains("main:", StringComparison.Ordinal) && line.Contains("touch b", StringComparison.Ordinal)).ShouldStartWith("  allow");
        lines.First(static line => line.Contains("worker:", StringComparison.Ordinal) && line.Contains("touch b", StringComparison.Ordinal)).ShouldStartWith("  deny");
        lines.First(static line => line.Contains("mkdir d", StringComparison.Ordinal)).ShouldStartWith("  ask");
    }

    // A reminder of the agents of the project stands before it.
    private static bool IsGo(string text) => text.EndsWith("go", StringComparison.Ordinal);

    private static Room Agents(string? frontMatter, string? settings)
    {
        var room = new Room();
        var permissions = frontMatter is null ? string.Empty : $"permissions:\n  {frontMatter}\n";
        room.Write(".qwen/agents/worker.md", $"---\nname: worker\ndescription: Works.\n{permissions}---\nYou work on what you get.\n");
        if (settings is not null)
        {
            room.Write(".qwen/settings.json", """{"$version":3,"agents":{"worker":{"permissions":RULES}}}""".Replace("RULES", settings, StringComparison.Ordinal));
        }

        return room;
    }
}
