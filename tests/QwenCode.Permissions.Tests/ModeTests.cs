using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

public sealed class ModeTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData("plan", "deny", "edit", ModeDecision.Deny)]
    [InlineData("yolo", "deny", "edit", ModeDecision.Deny)]
    [InlineData("default", "allow", "edit", ModeDecision.Run)]
    [InlineData("plan", "allow", "edit", ModeDecision.Run)]
    [InlineData("plan", "allow-by-rule", "edit", ModeDecision.Block)]
    [InlineData("plan", "allow-by-rule", "shell", ModeDecision.Block)]
    [InlineData("plan", "allow-by-rule", "info", ModeDecision.Run)]
    [InlineData("default", "allow-by-rule", "edit", ModeDecision.Run)]
    [InlineData("yolo", "ask", "shell", ModeDecision.Run)]
    [InlineData("yolo", "ask", "question", ModeDecision.AskUser)]
    [InlineData("plan", "ask", "edit", ModeDecision.Block)]
    [InlineData("plan", "ask", "shell", ModeDecision.Block)]
    [InlineData("plan", "ask", "mcp", ModeDecision.Block)]
    [InlineData("plan", "ask", "info", ModeDecision.AskUser)]
    [InlineData("plan", "ask", "fetch", ModeDecision.AskUser)]
    [InlineData("plan", "ask", "plan", ModeDecision.AskUser)]
    [InlineData("plan", "ask", "question", ModeDecision.AskUser)]
    [InlineData("default", "ask", "edit", ModeDecision.AskUser)]
    [InlineData("default", "ask", "info", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "edit", ModeDecision.Run)]
    [InlineData("auto-edit", "ask", "edit-outside", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "edit-link", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "edit-sibling", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "edit-missing", ModeDecision.Run)]
    [InlineData("auto-edit", "ask", "info", ModeDecision.Run)]
    [InlineData("auto-edit", "ask", "read-outside", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "fetch", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "shell", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "mcp", ModeDecision.AskUser)]
    [InlineData("auto-edit", "ask", "plan", ModeDecision.AskUser)]
    public void The_mode_decides(string mode, string verdict, string call, ModeDecision expected)
    {
        ApprovalModes.TryParse(mode, out var parsed).ShouldBeTrue();
        var given = verdict switch
        {
            "deny" => new PermissionVerdict(PermissionDecision.Deny),
            "allow" => new PermissionVerdict(PermissionDecision.Allow),
            "allow-by-rule" => new PermissionVerdict(PermissionDecision.Allow, "Edit"),
            _ => new PermissionVerdict(PermissionDecision.Ask),
        };
        var (name, kind, path, confirmation) = Call(call);

        _gate.Policy().Read(Gate.Declare(name, kind), path is null ? ToolArguments.None : Gate.Arguments(("file_path", path)))
            .Decide(new ModeRequest(parsed, given, _gate.Workspace, [], confirmation)).ShouldBe(expected);
    }

    private (string Name, ToolKind Kind, string? Path, ToolConfirmation Confirmation) Call(string call)
    {
        var outside = _gate.Expand("{base}/outside/o.txt");
        return call switch
        {
            "edit" => Edit(_gate.Root + "/a.txt"),
            "edit-missing" => Edit(_gate.Root + "/new/dir/x"),
            "edit-outside" => Edit(outside),
            "edit-link" => Edit(_gate.Root + "/out/o.txt"),
            "edit-sibling" => Edit(_gate.Root + "-sibling/x"),
            "shell" => ("run_shell_command", ToolKind.Execute, null, new ExecuteConfirmation("t", "c", [], [])),
            "mcp" => ("mcp__a__b", ToolKind.Other, null, new McpConfirmation("t", "a", "b", [])),
            "fetch" => ("web_fetch", ToolKind.Fetch, null, new InfoConfirmation("t", "p", ["http://x"])),
            "read-outside" => ("read_file", ToolKind.Read, outside, new InfoConfirmation("t", "p", [])),
            "plan" => ("exit_plan_mode", ToolKind.Think, null, new PlanConfirmation("t", "p")),
            "question" => ("ask_user_question", ToolKind.Think, null, new QuestionConfirmation("t", [])),
            _ => ("todo_write", ToolKind.Think, null, new InfoConfirmation("t", "p", [])),
        };

        static (string, ToolKind, string?, ToolConfirmation) Edit(string path) => ("edit", ToolKind.Edit, path, new EditConfirmation("t", path, "", "", ""));
    }

    [Theory]
    [InlineData("src/a.cs", true)]
    [InlineData("notes/readme.md", true)]
    [InlineData("environment.ts", true)]
    [InlineData("src/git/config.cs", true)]
    [InlineData(".gitignore", true)]
    [InlineData(".git/config", false)]
    [InlineData(".git/hooks/pre-commit", false)]
    [InlineData("sub/.git", false)]
    [InlineData("sub/.GIT/config", false)]
    [InlineData("sub/../.git/config", false)]
    [InlineData("x/y/HEAD", false)]
    [InlineData(".qwen/settings.json", false)]
    [InlineData(".qwen/agents/evil.md", false)]
    [InlineData(".env", false)]
    [InlineData(".env.local", false)]
    [InlineData(".envrc", false)]
    [InlineData(".vscode/tasks.json", false)]
    [InlineData(".mcp.json", false)]
    [InlineData(".husky/pre-commit", false)]
    [InlineData("package.json", false)]
    [InlineData("web/package.json", false)]
    [InlineData("Makefile", false)]
    [InlineData("build/rules.mk", false)]
    [InlineData(".github/workflows/ci.yml", false)]
    [InlineData(".gitlab-ci.yml", false)]
    [InlineData(".bashrc", false)]
    [InlineData(".cargo/config.toml", false)]
    [InlineData("Directory.Build.targets", false)]
    [InlineData("conftest.py", false)]
    [InlineData(".ssh/authorized_keys", false)]
    [InlineData("bare/config", false)]
    [InlineData("bare/hooks/post-checkout", false)]
    [InlineData("git-link/config", false)]
    public void What_programs_obey_later_is_not_written_unasked(string path, bool runs)
    {
        _gate.MakeBareRepository("bare");
        Directory.CreateDirectory(_gate.Root + "/.git");
        File.CreateSymbolicLink(_gate.Root + "/git-link", _gate.Root + "/.git");
        var full = _gate.Root + "/" + path;
        foreach (var tool in (string[])["edit", "write_file"])
        {
            var declaration = Gate.Declare(tool, ToolKind.Edit);
            var arguments = Gate.Arguments(("file_path", full));
            _gate.Policy().Read(declaration, arguments).Decide(new ModeRequest(
                ApprovalMode.AutoEdit, new PermissionVerdict(PermissionDecision.Ask), _gate.Workspace, [new ToolLocation(full)], new EditConfirmation("t", full, "", "", "")))
                .ShouldBe(runs ? ModeDecision.Run : ModeDecision.AskUser, path);
            _gate.Policy(allow: "Edit").Judge(declaration, arguments, ToolConsent.Ask).Decision
                .ShouldBe(runs ? PermissionDecision.Allow : PermissionDecision.Ask, path);
            _gate.Policy(allow: $"Edit(/{path})").Judge(declaration, Gate.Arguments(("file_path", full)), ToolConsent.Ask).Decision
                .ShouldBe(PermissionDecision.Allow, path);
        }
    }

    [Fact]
    public void What_a_person_would_be_asked_is_only_made_when_it_matters()
    {
        var reading = _gate.Policy().Read(Gate.Declare("edit", ToolKind.Edit), ToolArguments.None);
        var request = new ModeRequest(ApprovalMode.AutoEdit, new PermissionVerdict(PermissionDecision.Ask), _gate.Workspace, []);

        reading.Decide(request).ShouldBe(ModeDecision.Confirm);
        reading.Decide(request with { Mode = ApprovalMode.Yolo }).ShouldBe(ModeDecision.Run);
    }

    [Theory]
    [InlineData("plan", "", "", "run_shell_command edit write_file")]
    [InlineData("default", "", "", "run_shell_command edit write_file")]
    [InlineData("auto-edit", "", "", "run_shell_command")]
    [InlineData("yolo", "", "", "")]
    [InlineData("default", "run_shell_command", "", "edit write_file")]
    [InlineData("default", "run_shell_command(touch *)", "", "edit write_file")]
    [InlineData("default", "Bash(touch *)", "", "run_shell_command edit write_file")]
    [InlineData("default", "Edit", "", "run_shell_command edit write_file")]
    [InlineData("default", "write_file", "", "run_shell_command edit")]
    [InlineData("default", "", "Bash", "edit write_file")]
    [InlineData("default", "", "Edit", "run_shell_command write_file")]
    public void Without_anybody_to_ask_what_needs_asking_does_not_exist(string mode, string allow, string core, string expected)
    {
        ApprovalModes.TryParse(mode, out var parsed).ShouldBeTrue();

        string.Join(' ', HeadlessPolicy.DeniedTools(parsed, allow.Length == 0 ? [] : [allow], core.Length == 0 ? [] : [core])).ShouldBe(expected);
    }

    [Fact]
    public void A_command_that_writes_is_denied_where_editing_is_though_the_command_is_allowed() =>
        _gate.Policy(allow: "run_shell_command(touch *)", deny: "edit§write_file").Judge(Gate.ShellTool, Gate.Arguments(("command", "touch x")), ToolConsent.Ask)
            .Decision.ShouldBe(PermissionDecision.Deny);

    [Fact]
    public void An_explanation_says_what_each_layer_thinks()
    {
        var policy = _gate.Policy(allow: "Bash(git *)", deny: "Bash(rm *)");

        var explained = PermissionExplainer.Explain(policy, Gate.ShellTool, "run_shell_command", Gate.Arguments(("command", "git status && rm x")), ToolConsent.Ask, ApprovalMode.Default);

        explained.Decision.ShouldBe(PermissionDecision.Deny);
        explained.Layers.Select(static layer => $"{layer.Name} {layer.Outcome}").ShouldBe(["L1 enabled", "L2 known", "L3 ask", "L4 deny", "L5 deny"]);
        explained.Layers[3].Parts.ShouldBe(["git status: allow, allowed by Bash(git *)", "rm x: deny, denied by Bash(rm *)"]);
        explained.ToText().ShouldContain("Bash(rm *) (settings.json: permissions.deny[0])");
    }

    [Fact]
    public void An_explanation_ends_where_the_call_would()
    {
        PermissionExplainer.Explain(_gate.Policy(deny: "Bash"), Gate.ShellTool, "run_shell_command", ToolArguments.None, ToolConsent.Ask, ApprovalMode.Yolo)
            .Layers.ShouldHaveSingleItem().Outcome.ShouldBe("not enabled");
        PermissionExplainer.Explain(_gate.Policy(), null, "nope", ToolArguments.None, ToolConsent.Ask, ApprovalMode.Yolo).Layers.Count.ShouldBe(2);
    }
}
