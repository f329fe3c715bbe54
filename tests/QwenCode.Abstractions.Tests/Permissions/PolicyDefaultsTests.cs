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

    private sealed class Nothing : IPermissionPolicy
    {
        public string? FindBan(string toolName) => null;

        public CallReading Read(ToolDeclaration tool, ToolArguments arguments) => new Reading(tool, arguments);

        public void Allow(IReadOnlyList<string> rules, PermissionScope scope)
        {
        }
    }

    private sealed class Reading(ToolDeclaration tool, ToolArguments arguments) : CallReading(tool, arguments)
    {
        public override PermissionVerdict Judge(ToolConsent own) => new(PermissionDecision.Ask);
    }
}
