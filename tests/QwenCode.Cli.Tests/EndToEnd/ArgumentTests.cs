using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("--version")]
    [InlineData("-v")]
    public async Task The_version_is_a_bare_number(string option)
    {
        await using var room = new Room();

        (await room.RunAsync(option)).ShouldBe(new QwenResult(0, "0.14.5\n", string.Empty));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_help_goes_to_standard_output(string option)
    {
        await using var room = new Room();

        var result = await room.RunAsync(option);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldStartWith("Usage: qwen");
        result.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Unknown argument: nonsense", "--nonsense")]
    [InlineData("Invalid values:", "-o", "xml")]
    [InlineData("Cannot use both", "word", "-p", "x")]
    [InlineData("--input-format stream-json requires", "--input-format", "stream-json")]
    public async Task A_command_line_that_makes_no_sense_is_explained_on_standard_error_with_the_help(string message, params string[] args)
    {
        await using var room = new Room();

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith(message);
        result.Error.ShouldContain("Usage: qwen");
        room.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_session_id_that_is_in_use_is_refused()
    {
        const string Id = "123e4567-e89b-42d3-a456-426614174000";
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        (await room.RunAsync("-p", "one", "--session-id", Id)).ExitCode.ShouldBe(0);

        var result = await room.RunAsync("-p", "two", "--session-id", Id);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldContain($"Error: Session Id {Id} is already in use.");
        room.Model.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, "p", "p")]
    [InlineData("x\n", "p", "x\n\n\np")]
    [InlineData("x", "p", "x\n\np")]
    [InlineData("x\n", null, "x\n\n\n")]
    public async Task What_is_piped_in_comes_before_the_prompt(string? input, string? prompt, string expected)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunWithAsync(input, prompt is null ? [] : ["-p", prompt]);

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests.Single().LastText.ShouldBe(expected);
    }

    [Theory]
    [InlineData]
    [InlineData("-p", "")]
    public async Task Without_any_prompt_the_person_is_told_how_to_give_one(params string[] args)
    {
        await using var room = new Room();

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("No input provided via stdin");
        result.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_after_two_dashes_are_the_prompt()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        await room.RunAsync("--", "what", "is", "--yolo");

        room.Model.Requests.Single().LastText.ShouldBe("what is --yolo");
    }

    [Fact]
    public async Task The_system_prompt_can_be_replaced_and_added_to_and_context_files_stay()
    {
        await using var room = new Room();
        room.Write("QWEN.md", "The house rule is: be kind.");
        room.Model.Then(ModelReply.Text("Hi."));

        await room.RunAsync("-p", "x", "--system-prompt", "You are a parrot.", "--append-system-prompt", "Never whistle.");
        await room.RunAsync("-p", "x");

        var (own, built) = (room.Model.Requests[0].System, room.Model.Requests[1].System);
        own.ShouldStartWith("You are a parrot.");
        own.ShouldContain("The house rule is: be kind.");
        own.ShouldEndWith("Never whistle.");
        built.ShouldNotContain("parrot");
        built.ShouldContain("The house rule is: be kind.");
        built.Length.ShouldBeGreaterThan(own.Length);
    }

    [Fact]
    public async Task Further_directories_are_part_of_the_workspace()
    {
        await using var room = new Room();
        var outside = Directory.CreateDirectory(Path.Combine(room.Home, "library")).FullName;
        var file = room.WriteHome("library/book.txt", "the text of the book");
        room.Model.On(request => request.Last.GetProperty("role").GetString() == "tool"
            ? ModelReply.Text("ok")
            : ModelReply.Calls(("c1", "read_file", $$"""{"file_path":{{ModelReply.Quote(file)}}}""")));

        await room.RunAsync("-p", "x", "--include-directories", outside);
        await room.RunAsync("-p", "x");

        var read = room.Model.Requests.Where(static request => request.ToolResults.Count > 0).Select(static request => request.ToolResults.Single().Text).ToArray();
        read[0].ShouldContain("the text of the book");
        read[1].ShouldNotContain("the text of the book");
    }

    [Theory]
    [InlineData("default", new string[0], new[] { "run_shell_command", "edit", "write_file" })]
    [InlineData("plan", new string[0], new[] { "run_shell_command", "edit", "write_file" })]
    [InlineData("auto-edit", new[] { "edit", "write_file" }, new[] { "run_shell_command" })]
    [InlineData("yolo", new[] { "edit", "write_file", "run_shell_command" }, new string[0])]
    public async Task The_approval_mode_decides_what_is_offered(string mode, string[] offered, string[] withheld)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "x", "--approval-mode", mode, "-o", "stream-json");

        Room.Json(result.Output)[0].GetProperty("permission_mode").GetString().ShouldBe(mode);
        var tools = room.Model.Requests.Single().ToolNames;
        offered.ShouldAllBe(tool => tools.Contains(tool));
        withheld.ShouldAllBe(tool => !tools.Contains(tool));
        tools.ShouldContain("read_file");
    }

    [UnixFact]
    public async Task A_rule_that_allows_lifts_the_denial_for_what_it_names_alone()
    {
        await using var room = new Room();
        room.Model.On(request => request.Last.GetProperty("role").GetString() == "tool"
            ? ModelReply.Text("ok")
            : ModelReply.Calls(
                ("c1", "run_shell_command", """{"command":"echo allowed","is_background":false}"""),
                ("c2", "run_shell_command", """{"command":"touch made","is_background":false}""")));

        var result = await room.RunAsync("-p", "x", "--allowed-tools", "run_shell_command(echo *)");

        room.Model.Requests[0].ToolNames.ShouldContain("run_shell_command");
        room.Model.Requests[1].ToolResults[0].Text.ShouldContain("allowed");
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeFalse();
        result.Error.ShouldContain("run_shell_command");
    }

    [Fact]
    public async Task A_tool_that_is_excluded_is_gone_whatever_the_mode()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        await room.RunAsync("-p", "x", "-y", "--exclude-tools", "run_shell_command");

        room.Model.Requests.Single().ToolNames.ShouldSatisfyAllConditions(static tools => tools.ShouldNotContain("run_shell_command"), static tools => tools.ShouldContain("edit"));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_command_of_the_terminal_is_refused_with_exit_code_0(string format)
    {
        await using var room = new Room();

        var result = await room.RunAsync("-p", "/theme", "-o", format);

        result.ExitCode.ShouldBe(0);
        (format == "text" ? result.Error : result.Output).ShouldContain("not supported in non-interactive mode");
        room.Model.Requests.ShouldBeEmpty();
    }
}
