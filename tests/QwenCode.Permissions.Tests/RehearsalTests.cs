using QwenCode.Tools;

namespace QwenCode.Permissions.Tests;

public sealed class RehearsalTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void A_rule_that_a_wider_one_covers_is_left_out()
    {
        var rehearsal = Rehearse("git frobnicate x", "git commit -m x", "make all", "make all");

        rehearsal.FindRules().Allow.ShouldBe(["Bash(git *)", "Bash(make *)"]);
        rehearsal.FindRules().Uncovered.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("$x", "no allow rule lifts that")]
    [InlineData("echo x > ~/.bashrc", "no rule about its words")]
    [InlineData("npm publish", "Bash(npm publish *) (ask) wants it asked about")]
    [InlineData("rm x; make all", "denied by Bash(rm *)")]
    [InlineData("xrun rm x", "no allow rule lifts that")]
    public void A_call_that_no_rule_covers_is_named_with_the_reason(string command, string reason)
    {
        var rehearsal = Rehearse(command, "make all");

        var rules = rehearsal.FindRules();

        rules.Allow.ShouldBe(["Bash(make *)"]);
        rules.Uncovered.ShouldHaveSingleItem().Reason.ShouldContain(reason);
        rules.Uncovered[0].Call.ShouldBe(rehearsal.Calls[0]);
    }

    [Theory]
    [InlineData("Makefile")]
    [InlineData("sub/../.git/hooks/pre-commit")]
    [InlineData(".env")]
    public void No_rule_is_suggested_for_a_file_that_programs_obey(string path)
    {
        var rehearsal = Rehearse();
        rehearsal.Judge(Gate.Declare("edit", ToolKind.Edit), "edit", Gate.Arguments(("file_path", $"{_gate.Root}/{path}")), ToolConsent.Ask);

        var rules = rehearsal.FindRules();

        rules.Allow.ShouldBeEmpty();
        rules.Uncovered.ShouldHaveSingleItem().Reason.ShouldContain("programs obey");
    }

    [Fact]
    public void Every_suggested_rule_set_lets_its_calls_run()
    {
        string[] commands = ["npm run build", "docker compose up -d | tee log", "timeout 5 cargo test", "cp a.txt b.txt && rm -f c", "go test ./..."];
        var rules = Rehearse(commands).FindRules();

        var policy = _gate.Policy(string.Join(" § ", rules.Allow.Select(static rule => "allow:" + rule).Append("deny:Bash(rm *)")));

        foreach (var command in commands)
        {
            var isCovered = !rules.Uncovered.Any(entry => entry.Call.Command == command);
            policy.Judge(Gate.ShellTool, Gate.Arguments(("command", command)), ToolConsent.Ask).Decision
                .ShouldBe(isCovered ? PermissionDecision.Allow : PermissionDecision.Deny, command);
        }
    }

    private Rehearsal Rehearse(params string[] commands)
    {
        var rehearsal = new Rehearsal(
            new PermissionPolicyOptions
            {
                Workspace = _gate.Workspace,
                Ask = [new("Bash(npm publish *)", "ask")],
                Deny = [new("Bash(rm *)", "deny")],
            },
            ApprovalMode.Default);
        foreach (var command in commands)
        {
            rehearsal.Judge(Gate.ShellTool, "run_shell_command", Gate.Arguments(("command", command)), ToolConsent.Ask);
        }

        return rehearsal;
    }
}
