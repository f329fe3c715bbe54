using System.Text;
using QwenCode.Agents;
using QwenCode.Definitions.Agents;
using QwenCode.Permissions;

namespace QwenCode.Definitions.Tests;

public sealed class AgentFileTests
{
    private const string Head = "name: tester\ndescription: tests things\n";

    [Fact]
    public void All_fields_are_read()
    {
        var agent = Sound("""
            name: all-fields
            description: Does it all
            tools: [read_file, ReadFile, mcp__x__y]
            disallowedTools:
            - mcp__x
            model: openai:qwen
            approvalMode: auto-edit
            background: true
            color: Blue
            runConfig:
              max_turns: 7
              max_time_minutes: 1.5
              max_tokens: 5000000000
              max_tool_calls: 9
            hooks: {a: b}
            temp: 0.5
            """);

        agent.ShouldBe(new AgentDefinition
        {
            Name = "all-fields",
            Description = "Does it all",
            SystemPrompt = "You do things.",
            FilePath = "/f.md",
            Tools = agent.Tools,
            DisallowedTools = agent.DisallowedTools,
            Model = "openai:qwen",
            ApprovalMode = ApprovalMode.AutoEdit,
            Background = true,
            Color = "Blue",
            Budget = new(7, TimeSpan.FromSeconds(90), 5_000_000_000, 9),
            IgnoredKeys = agent.IgnoredKeys,
            Warnings = agent.Warnings,
        });
        agent.Tools.ShouldBe(["read_file", "ReadFile", "mcp__x__y"]);
        agent.DisallowedTools.ShouldBe(["mcp__x"]);
        agent.IgnoredKeys.ShouldBe(["hooks", "temp"]);
        agent.Warnings.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("description: d", "'name' is missing", 1)]
    [InlineData("name: x", "the name must have 2 to 50 characters, but has 1 (line 2)", 2)]
    [InlineData("name: tester", "'description' is missing", 1)]
    [InlineData("name: tester\ndescription: \"\"", "'description' is empty (line 3)", 3)]
    [InlineData(Head + "tools:\n  read_file: true", "'tools' must be a list of tool names, but is a map (line 4)", 4)]
    [InlineData(Head + "tools: [read_file, {", "'tools' must be a list of tool names, but is no list that can be read (line 4)", 4)]
    [InlineData(Head + "tools: 5", "'tools' must hold tool names only, but holds a number (line 4)", 4)]
    [InlineData(Head + "disallowedTools: *nothing", "'disallowedTools' refers to the anchor 'nothing', which is not defined before it (line 4)", 4)]
    [InlineData(Head + "disallowedTools: &a &b Bash", "'disallowedTools' has more than one anchor; only one can stand before a value (line 4)", 4)]
    [InlineData(Head + "maxTurns: 0", "'maxTurns' must be greater than 0 (line 4)", 4)]
    [InlineData(Head + "maxTurns: some", "'maxTurns' must be a number, but is a string (line 4)", 4)]
    [InlineData(Head + "tools:\n  - read_file\n  - 5", "'tools' must hold tool names only, but holds a number (line 6)", 6)]
    [InlineData(Head + "tools: Bash(git log:*)", "'tools' names parts of tools only, and no tool as a whole (line 4)", 4)]
    [InlineData(Head + "tools: [\"\"]", "'tools' holds a blank name (line 4)", 4)]
    [InlineData(Head + "disallowedTools: [' ']", "'disallowedTools' holds a blank name (line 4)", 4)]
    [InlineData(Head + "model: \"openai:\"", "'model' names the protocol 'openai' but no model (line 4)", 4)]
    [InlineData(Head + "model: \" \"", "'model' is blank (line 4)", 4)]
    [InlineData(Head + "approvalMode: 5", "'approvalMode' must be one of plan, default, auto-edit, yolo, but is a number (line 4)", 4)]
    [InlineData(Head + "approvalMode: never", "'approvalMode' is \"never\", but must be one of plan, default, auto-edit, yolo (line 4)", 4)]
    [InlineData(Head + "runConfig:\n  max_turns: many", "'runConfig.max_turns' must be a number, but is a string (line 5)", 5)]
    [InlineData(Head + "runConfig:\n  max_turns: 0", "'runConfig.max_turns' must be greater than 0 (line 5)", 5)]
    [InlineData(Head + "runConfig:\n  max_turns: 1.5", "'runConfig.max_turns' must be a whole number (line 5)", 5)]
    [InlineData(Head + "runConfig:\n  max_time_minutes: -1", "'runConfig.max_time_minutes' must be greater than 0 (line 5)", 5)]
    [InlineData(Head + "runConfig:\n  max_tokens: x", "'runConfig.max_tokens' must be a number", 5)]
    [InlineData(Head + "runConfig: 5", "'runConfig' must be a map, but is a number (line 4)", 4)]
    public void A_field_that_cannot_be_used_rejects_the_file(string frontMatter, string error, int line)
    {
        var (definition, issue) = Read(frontMatter);

        definition.ShouldBeNull();
        issue!.Message.ShouldStartWith("Failed to parse subagent file: Validation failed: ");
        issue.Message.ShouldContain(error);
        issue.Line.ShouldBe(line);
    }

    [Theory]
    [InlineData("", "the system prompt below the front matter is empty")]
    [InlineData("too short", "must have at least 10 characters, but has 9")]
    public void A_prompt_that_says_nothing_rejects_the_file(string body, string error) =>
        Read(Head, body).Issue!.Message.ShouldContain(error);

    [Theory]
    [InlineData("color: ", "&a ")]
    [InlineData("color: ", "[")]
    [InlineData("color: ", "{a: ")]
    [InlineData("tools:", "\n  - a{0}")]
    [InlineData("tools: x", ", a{0}")]
    [InlineData("", "a{0}: {\n")]
    [InlineData("", "k{0}: &a [1]\n")]
    public void A_long_front_matter_is_read_in_little_memory_or_refused(string begin, string part)
    {
        foreach (var (size, isRefused) in (ReadOnlySpan<(int, bool)>)[(32_000, false), (1_000_000, true)])
        {
            var text = new StringBuilder(Head + begin);
            for (var i = 0; text.Length < size; i++)
            {
                text.Append(part.Replace("{0}", $"{i}", StringComparison.Ordinal));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var (definition, issue) = Read(text.ToString());

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024 * 1024);
            (definition is null || !isRefused).ShouldBeTrue();
            (issue?.Message.Contains("larger than 32 KiB", StringComparison.Ordinal) is true).ShouldBe(isRefused);
        }
    }

    [Fact]
    public void All_errors_of_a_file_are_joined()
    {
        var (_, issue) = Read("name: self\ndescription: ''\ntools: 5\napprovalMode: y", "short");

        issue!.Message.ShouldBe(
            "Failed to parse subagent file: Validation failed: the name 'self' is reserved (line 2), 'description' is empty (line 3), "
            + "the system prompt below the front matter must have at least 10 characters, but has 5 (line 8), "
            + "'tools' must hold tool names only, but holds a number (line 4), 'approvalMode' is \"y\", but must be one of plan, default, auto-edit, yolo (line 5)");
    }

    [Theory]
    [InlineData("name: Tester\ndescription: d", "uppercase")]
    [InlineData("name: a-b_c\ndescription: d", "mixes")]
    [InlineData(Head + "tools: []", "'tools' is empty")]
    [InlineData(Head + "tools: [a, a]", "'tools' names a more than once")]
    [InlineData(Head + "disallowedTools: [a, a]", "'disallowedTools' names a more than once")]
    [InlineData(Head + "model: inherit", "'model: inherit' says what holds anyway")]
    [InlineData(Head + "background: maybe", "'background' must be true or false")]
    [InlineData(Head + "runConfig:\n  max_turns: 101", "'runConfig.max_turns' is 101")]
    [InlineData(Head + "runConfig:\n  max_time_minutes: 61", "'runConfig.max_time_minutes' is 61")]
    [InlineData(Head + "name: other", "'name' is there more than once")]
    public void What_is_unwise_is_a_warning(string frontMatter, string warning) =>
        Sound(frontMatter).Warnings.ShouldHaveSingleItem().ShouldContain(warning);

    [Fact]
    public void Length_is_a_warning()
    {
        var (definition, _) = Read($"name: tester\ndescription: {new string('d', 1001)}", new string('p', 10001));

        definition!.Warnings.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("ab", true)]
    [InlineData("a1_b-c", true)]
    [InlineData("エージェント", true)]
    [InlineData("a", false)]
    [InlineData("a b", false)]
    [InlineData("a.b", false)]
    [InlineData("../etc", false)]
    [InlineData("-ab", false)]
    [InlineData("ab_", false)]
    [InlineData("self", false)]
    [InlineData("SYSTEM", false)]
    [InlineData("user", false)]
    [InlineData("model", false)]
    [InlineData("tool", false)]
    [InlineData("config", false)]
    [InlineData("default", false)]
    [InlineData("main", false)]
    [InlineData("fork", false)]
    [InlineData("Fork", false)]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee", true)]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef", false)]
    [InlineData("general-purpose", true)]
    public void Names_follow_the_rules(string name, bool isSound)
    {
        var errors = new List<string>();

        AgentNames.Judge(name, errors, []);

        (errors.Count == 0).ShouldBe(isSound);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("model: qwen", "qwen")]
    [InlineData("model: foo:bar", "foo:bar")]
    [InlineData("model: anthropic:claude", "anthropic:claude")]
    [InlineData("modelConfig:\n  model: old", "old")]
    [InlineData("model: new\nmodelConfig:\n  model: old", "new")]
    [InlineData("model: inherit", null)]
    public void Models_are_selected(string line, string? model) => Sound(Head + line).Model.ShouldBe(model);

    [Fact]
    public void A_background_that_is_neither_is_a_warning_and_the_agent_can_be_used_in_the_foreground() // §10.48
    {
        var definition = Sound(Head + "background: maybe");

        definition.Background.ShouldBeFalse();
        definition.Warnings.ShouldHaveSingleItem().ShouldContain("'background'");
    }

    [Theory]
    [InlineData("temp: 0.5\ntop_p: 0.9")]
    [InlineData("temp: warm\ntop_p: [1]")]
    public void Sampling_of_an_older_version_is_ignored(string old) // §10.70
    {
        var definition = Sound(Head + old);

        definition.IgnoredKeys.ShouldBe(["temp", "top_p"]);
        definition.ShouldBe(Sound(Head) with
        {
            Tools = definition.Tools, DisallowedTools = definition.DisallowedTools, Warnings = definition.Warnings, IgnoredKeys = definition.IgnoredKeys,
        });
    }

    [Theory]
    [InlineData("hooks:\n  PreToolUse: []", "hooks")]
    [InlineData("executor: remote", "executor")]
    [InlineData("effort: high", "effort")]
    [InlineData("memory: user", "memory")]
    [InlineData("maxturns: 3", "maxturns")]
    [InlineData("allowed_tools: [Read]", "allowed_tools")]
    public void A_key_that_has_no_effect_is_named(string line, string key)
    {
        var definition = Sound(Head + line);

        definition.IgnoredKeys.ShouldBe([key]);
        definition.Warnings.ShouldBe([$"'{key}' is not supported and has no effect"]);
    }

    [Theory]
    [InlineData("tools: Read, Grep, Bash", "Read Grep Bash")]
    [InlineData("tools: read_file", "read_file")]
    [InlineData("tools: \"*\"", "*")]
    [InlineData("tools: *", "*")]
    [InlineData("tools: Read,Grep,", "Read Grep")]
    [InlineData("tools: Bash(git log, git diff), Read", "Read")]
    [InlineData("x: &few [Read, Grep]\ntools: *few", "Read Grep")]
    [InlineData("x: &few\n  - Read\n  - Grep\ntools: *few   # these", "Read Grep")]
    [InlineData("x: &one Read\ntools: [*one, Grep]", "Read Grep")]
    public void Tools_may_be_a_text_or_an_alias(string lines, string tools) => Sound(Head + lines).Tools.ShouldBe(tools.Split(' '));

    [Theory]
    [InlineData("x: &few [Bash, Write]\ndisallowedTools: *few", "Bash Write")]
    [InlineData("disallowedTools: Bash, Write", "Bash Write")]
    [InlineData("disallowedTools: Bash(rm *), Write", "Bash(rm *) Write")]
    public void What_is_forbidden_may_be_a_text_or_an_alias(string lines, string tools) =>
        string.Join(' ', Sound(Head + lines).DisallowedTools).ShouldBe(tools);

    [Theory]
    [InlineData("approvalMode: auto", ApprovalMode.Default)]
    [InlineData("approvalMode: bubble", null)]
    [InlineData("permissionMode: plan", ApprovalMode.Plan)]
    [InlineData("permissionMode: acceptEdits", ApprovalMode.AutoEdit)]
    [InlineData("permissionMode: whatever", null)]
    [InlineData("approvalMode: plan\npermissionMode: bypassPermissions", ApprovalMode.Plan)]
    public void Modes_of_other_versions_and_programs_are_understood(string lines, ApprovalMode? mode) => Sound(Head + lines).ApprovalMode.ShouldBe(mode);

    [Theory]
    [InlineData("maxTurns: 3", 3)]
    [InlineData("max_turns: 3", 3)]
    [InlineData("maxTurns: 5\nrunConfig:\n  max_turns: 3", 3)]
    [InlineData("maxTurns: 3\nrunConfig:\n  max_turns: 5", 3)]
    public void The_limit_of_turns_has_several_names(string lines, int turns) => Sound(Head + lines).Budget.MaxTurns.ShouldBe(turns);

    [Theory]
    [InlineData("description: Use this.\n\nExamples:\n<example>\nuser: \"hi\"\n</example>", "Use this.\n\nExamples:\n<example>\nuser: \"hi\"\n</example>")]
    [InlineData("description: Use this for: all.\n- one\nand two", "Use this for: all.\n- one\nand two")]
    [InlineData("description: \"Use this.\nThen that.\"", "Use this.\nThen that.")]
    [InlineData("description: |\nUse this.\nThen that.", "Use this.\nThen that.")]
    public void A_text_may_go_on_at_the_beginning_of_a_line(string description, string text)
    {
        var definition = Sound($"name: tester\n{description}\ntools: Read\nmodel: m");

        (definition.Description, definition.Model).ShouldBe((text, "m"));
        definition.Tools.ShouldBe(["Read"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("background: true", true)]
    [InlineData("background: \"true\"", true)]
    [InlineData("background: false", false)]
    [InlineData("background: \"false\"", false)]
    [InlineData("background: 1", false)]
    public void Background_is_lenient(string line, bool value) => Sound(Head + line).Background.ShouldBe(value);

    [Theory]
    [InlineData("name: 123\ndescription: 456", "123", "456")]
    [InlineData("name: tester\ndescription: use for: a, b # c", "tester", "use for: a, b # c")]
    public void Numbers_are_taken_as_text(string frontMatter, string name, string description)
    {
        var agent = Sound(frontMatter);

        (agent.Name, agent.Description).ShouldBe((name, description));
    }

    [Fact]
    public void Files_for_another_program_are_understood()
    {
        var (agent, _) = AgentFileReader.Read($"---\n{Head}tools: Read, Write, Edit, Bash, Grep, Glob, LS, WebFetch, TodoWrite, Task, Other\nmodel: sonnet\n---\nYou do things.", "/f.md", AgentLevel.Project, AgentDialect.Claude);

        agent!.Tools.ShouldBe(["read_file", "write_file", "edit", "run_shell_command", "grep_search", "glob", "list_directory", "web_fetch", "todo_write", "agent", "Other"]);
        agent.Model.ShouldBeNull();
        agent.Warnings.ShouldHaveSingleItem().ShouldContain("sonnet");
    }

    private static AgentDefinition Sound(string frontMatter)
    {
        var (definition, issue) = Read(frontMatter);
        issue.ShouldBeNull();
        return definition!;
    }

    private static (AgentDefinition? Definition, AgentLoadIssue? Issue) Read(string frontMatter, string body = "You do things.") =>
        AgentFileReader.Read($"---\n{frontMatter.TrimEnd()}\n---\n\n{body}\n", "/f.md", AgentLevel.Project);
}
