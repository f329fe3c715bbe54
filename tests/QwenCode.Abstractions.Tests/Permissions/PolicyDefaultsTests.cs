using QwenCode.Permissions;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Abstractions.Tests.Permissions;

/// <summary>What a policy says that answers only what it must.</summary>
public sealed class PolicyDefaultsTests
{
    [Theory]
    [InlineData("grep_search")]
    [InlineData("web_fetch")]
    public void A_policy_without_an_answer_hides_nothing(string tool) => ((IPermissionPolicy)new Nothing()).ReadableBy(tool).ShouldBeNull();

    [Fact]
    public void A_reading_without_an_answer_takes_no_command_for_one_that_only_reads()
    {
        var reading = new Nothing().Read(new ToolDeclaration { Name = "t", Description = "t", Parameters = ToolDeclaration.Schema("{}"u8) }, ToolArguments.None);

        reading.IsReadOnlyCommand.ShouldBeFalse();
        reading.Decide(new ModeRequest(ApprovalMode.AutoEdit, reading.Judge(ToolConsent.Ask), new Workspace(Path.GetTempPath()), [],
            new EditConfirmation("t", Path.Combine(Path.GetTempPath(), "x"), "", "", ""))).ShouldBe(ModeDecision.AskUser);
    }

    [Fact]
    public void A_call_may_show_everything_if_nothing_else_is_said() => ToolContext.Detached.MayShow.ShouldBeNull();

    [Fact]
    public void A_policy_that_holds_no_rules_of_agents_starts_none_that_has_some() =>
        Should.Throw<NotSupportedException>(() => ((IPermissionPolicy)new Nothing()).NarrowTo(new AgentPermissions("reviewer.md:4")))
            .Message.ShouldContain("reviewer.md:4");

    [Theory]
    [InlineData(ApprovalMode.Yolo, false, false, ModeDecision.Run)]
    [InlineData(ApprovalMode.Yolo, true, false, ModeDecision.Deny)]
    [InlineData(ApprovalMode.AutoEdit, false, false, ModeDecision.Run)]
    [InlineData(ApprovalMode.AutoEdit, false, true, ModeDecision.AskUser)]
    [InlineData(ApprovalMode.AutoEdit, true, true, ModeDecision.AskUser)]
    [InlineData(ApprovalMode.Default, false, false, ModeDecision.AskUser)]
    [InlineData(ApprovalMode.Plan, false, false, ModeDecision.Block)]
    public void No_mode_runs_what_is_beyond_an_agent_or_what_a_rule_asks_about(
        ApprovalMode mode, bool isBeyondAgent, bool isExplicitAsk, ModeDecision expected)
    {
        using var place = new TempWorkspace();
        var tool = new ToolDeclaration { Name = "edit", Description = "t", Parameters = ToolDeclaration.Schema("{}"u8), Kind = ToolKind.Edit };
        var verdict = new PermissionVerdict(PermissionDecision.Ask, IsExplicitAsk: isExplicitAsk) { IsBeyondAgent = isBeyondAgent };

        var decision = new InsideReading(tool).Decide(new ModeRequest(mode, verdict, place.Workspace, [],
            new EditConfirmation("edit", Path.Combine(place.Workspace.Root, "x.txt"), "", "", "")));

        decision.ShouldBe(expected);
    }

    private sealed class TempWorkspace : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("qwen-policy-").FullName;

        public Workspace Workspace => new(_root);

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }

    private sealed class Nothing : IPermissionPolicy
    {
        public string? FindBan(string toolName) => null;

        public CallReading Read(ToolDeclaration tool, ToolArguments arguments) => new Reading(tool, arguments);

        public void Allow(IReadOnlyList<string> rules, PermissionScope scope)
        {
        }
    }

    private sealed class InsideReading(ToolDeclaration tool) : CallReading(tool, ToolArguments.None)
    {
        public override PermissionVerdict Judge(ToolConsent own) => new(PermissionDecision.Ask);

        protected override bool StaysInside(Workspace workspace, IReadOnlyList<ToolLocation> locations) => true;
    }

    private sealed class Reading(ToolDeclaration tool, ToolArguments arguments) : CallReading(tool, arguments)
    {
        public override PermissionVerdict Judge(ToolConsent own) => new(PermissionDecision.Ask);
    }
}
