using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The commands beside the default one.</summary>
public sealed class CommandTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";

    [Fact]
    public async Task The_demo_works_on_the_files_that_are_there()
    {
        await using var room = new Room().WithoutModel();
        room.Write("README.md", "The smallest of projects.\n");
        room.Write("src/program.cs", "// TODO: everything\n");

        var result = await room.RunAsync("demo");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("README.md");
        result.Output.ShouldContain("The smallest of projects.");
        result.Output.ShouldContain("program.cs");
        room.Model.Requests.ShouldBeEmpty();
        room.Chats("*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Plugins_are_listed_inspected_and_examined()
    {
        await using var room = new Room();

        var list = await room.RunAsync("plugins", "list");
        var inspect = await room.RunAsync("plugins", "inspect", "QwenCode.Plugin.Shell");
        var nobody = await room.RunAsync("plugins", "inspect", "nobody");
        var doctor = await room.RunAsync("plugins", "doctor");

        list.ExitCode.ShouldBe(0);
        list.Output.ShouldContain("QwenCode.Plugin.FileSystem");
        inspect.ExitCode.ShouldBe(0, inspect.Error);
        inspect.Output.ShouldContain("run_shell_command");
        nobody.ExitCode.ShouldBe(1);
        nobody.Error.ShouldContain("'nobody'");
        doctor.ExitCode.ShouldBe(0, doctor.Output);
        doctor.Output.ShouldContain("no faults");
    }

    [Fact]
    public async Task A_broken_plugin_makes_the_doctor_fail()
    {
        await using var room = new Room();
        room.Write(".qwen/plugins/Torn/Torn.dll", "this is no assembly");

        var result = await room.RunAsync("plugins", "doctor");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("Torn");
    }

    [Fact]
    public async Task Agents_are_listed_shown_and_validated()
    {
        await using var room = new Room();
        room.Write(".qwen/agents/gardener.md", "---\nname: gardener\ndescription: Cuts what is too long.\n---\nCut what is too long, and nothing else.\n");

        var list = await room.RunAsync("agents", "list");
        var show = await room.RunAsync("agents", "show", "gardener");
        var nobody = await room.RunAsync("agents", "show", "nobody");
        var sound = await room.RunAsync("agents", "validate");
        var broken = room.Write(".qwen/agents/broken.md", "no front matter");
        var unsound = await room.RunAsync("agents", "validate");
        var hidden = await room.RunAsync("agents", "show", "broken");

        list.Output.ShouldContain("gardener: Cuts what is too long.");
        list.Output.ShouldContain("general-purpose");
        show.Output.ShouldContain("Cuts what is too long.");
        nobody.ExitCode.ShouldBe(1);
        nobody.Error.ShouldContain("'nobody'");
        sound.ExitCode.ShouldBe(0, sound.Output);
        unsound.ExitCode.ShouldBe(1);
        unsound.Output.ShouldContain($"{broken}:1");
        hidden.Error.ShouldContain("qwen agents validate");
    }

    [UnixFact]
    public async Task Tasks_are_listed_shown_and_stopped_from_another_process()
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("c1", "agent", """{"description":"watch the pot","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held(string.Empty, never.Task),
            var text when text.StartsWith("<task-notification>", StringComparison.Ordinal) => ModelReply.Text("It was stopped."),
            _ => ModelReply.Text("I wait."),
        });
        (await room.RunAsync("tasks", "list")).ExitCode.ShouldBe(1);
        await using var process = room.Start("-p", "go", "--session-id", Id, "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        var list = await room.RunAsync("tasks", "list");
        var show = await room.RunAsync("tasks", "show", "general-purpose-c1");
        var other = await room.RunAsync("-p", "go", "--resume", Id);
        var stop = await room.RunAsync("tasks", "stop", "general-purpose-c1");
        var result = await process.EndAsync();
        var again = await room.RunAsync("tasks", "stop", "general-purpose-c1");
        var nobody = await room.RunAsync("tasks", "stop", "nobody");

        list.Output.ShouldContain("general-purpose-c1");
        list.Output.ShouldContain("running");
        show.Output.ShouldContain("watch the pot");
        other.ExitCode.ShouldBe(1);
        other.Error.ShouldStartWith($"Session {Id} is open in process ");
        stop.ExitCode.ShouldBe(0, stop.Error);
        stop.Output.ShouldContain("watch the pot");
        result.ExitCode.ShouldBe(0, result.Error);
        Room.Json(result.Output)[^1].GetProperty("result").GetString().ShouldBe("It was stopped.");
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("ended already");
        nobody.ExitCode.ShouldBe(1);
    }

    [UnixFact]
    public async Task A_task_whose_process_was_killed_can_be_gone_on_with()
    {
        var never = new TaskCompletionSource();
        var isPatient = true;
        await using var room = new Room();
        var file = room.Write("pot.txt", "still cold\n");
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("c1", "agent", """{"description":"watch the pot","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            "work" => ModelReply.Calls(("r1", "read_file", $$"""{"file_path":{{ModelReply.Quote(file)}}}""")),
            var text when text.Contains("still cold", StringComparison.Ordinal) && isPatient => ModelReply.Held(string.Empty, never.Task),
            var text when text.StartsWith("You were interrupted", StringComparison.Ordinal) => ModelReply.Text("The pot is warm."),
            var text when text.StartsWith("<task-notification>", StringComparison.Ordinal) => ModelReply.Text("It says: " + text),
            _ => ModelReply.Text("I wait."),
        });
        await using (var process = room.Start("-p", "go", "--session-id", Id, "-o", "stream-json"))
        {
            await room.Model.WaitForAsync(static request => request.LastText.Contains("still cold", StringComparison.Ordinal));
            await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        isPatient = false;
        var result = await room.RunAsync("tasks", "resume", "general-purpose-c1");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("The pot is warm.");
        room.Model.Requests.Single(static request => request.LastText.StartsWith("You were interrupted", StringComparison.Ordinal)).ToolResults.Single().Text.ShouldContain("still cold");
    }

    [Theory]
    [InlineData("rm -rf /")]
    [InlineData("sudo rm x")]
    [InlineData("/bin/rm -rf .")]
    [InlineData("bash -c 'rm x'")]
    [InlineData("echo a && rm b")]
    [InlineData("env X=1 rm b")]
    [InlineData("$(rm b)")]
    [InlineData("echo `rm b`")]
    [InlineData("xargs rm < list")]
    [InlineData("find . -exec rm {} +")]
    [InlineData("r\\m b")]
    public async Task The_explanation_of_a_nasty_command_names_the_rule_that_denies_it(string command)
    {
        await using var room = new Room();
        var settings = room.Write(".qwen/settings.json", """{"$version":3,"permissions":{"deny":["Bash(rm *)"],"allow":["Bash(echo *)","Bash(find *)","Bash(bash *)"]}}""");

        var result = await room.RunAsync("permissions", "explain", "--yolo", "--", command);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("Bash(rm *)");
        result.Output.ShouldContain(settings);
        result.Output.ShouldContain("deny", Case.Insensitive);
    }

    [UnixTheory]
    [InlineData(".ssh/id_ed25519", "ask")]
    [InlineData(".qwen/settings.json", "ask")]
    [InlineData("../tmp/scratch.txt", "run")]
    public async Task A_home_below_the_folder_for_temporary_files_is_no_scratch(string path, string expected)
    {
        await using var room = new Room();
        room.Environment["TMPDIR"] = Path.GetDirectoryName(room.Home);
        var file = Path.GetFullPath(room.WriteHome(path, "{}"));

        var result = await room.RunAsync("permissions", "explain", $$"""read_file {"file_path":"{{file}}"}""");
        var written = await room.RunAsync("permissions", "explain", "--allowed-tools", "Bash(echo *)", "--", $"echo x > {file}");

        result.Output.ShouldContain($"L5 approval mode: {expected}");
        written.Output.ShouldContain($"L5 approval mode: {expected}");
    }

    [Theory]
    [InlineData("mcp__github__delete_repo {}", "forbidden by mcp__github__*")]
    [InlineData("agent {\"subagent_type\":\"explore\"}", "existence: unknown")]
    public async Task A_call_of_a_tool_that_is_not_connected_is_no_command(string call, string expected)
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"permissions":{"allow":["Bash"],"deny":["mcp__github__*","Agent(explore)"]}}""");

        var result = await room.RunAsync("permissions", "explain", "--", call);

        result.Output.ShouldContain(expected);
        result.Output.ShouldNotContain("run_shell_command");
    }

    [Fact]
    public async Task A_command_is_explained_without_plugins_and_servers()
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json", """{"$version":3,"mcpServers":{"one":{"command":"sh","args":["-c","touch started"]}}}""");

        var command = await room.RunAsync("permissions", "explain", "--startup-profile", "git push");
        var tool = await room.RunAsync("permissions", "explain", "--startup-profile", "glob {\"pattern\":\"*\"}");

        command.Output.ShouldContain("L5 approval mode: ask");
        command.Error.ShouldNotContain("plugins listed");
        tool.Output.ShouldContain("QwenCode.Plugin.Search");
        tool.Error.ShouldContain("plugins listed");
        File.Exists(Path.Combine(room.Workspace, "started")).ShouldBeFalse();
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_are_named()
    {
        await using var room = new Room();

        var result = await room.RunAsync("permissions", "explain", "read_file {nonsense");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("{nonsense");
    }

    [Theory]
    [InlineData("plugins")]
    [InlineData("agents")]
    public async Task A_prompt_that_begins_with_a_command_word_in_prose_is_a_prompt(string word)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        (await room.RunAsync(word, "are", "nice")).ExitCode.ShouldBe(0);

        room.Model.Requests.Single().LastText.ShouldBe($"{word} are nice");
    }
}
