using QwenCode.Kernel.Tests.Bench;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

/// <summary>A call that runs asks the user for something more.</summary>
public sealed class QuestionsOfRunningCalls
{
    [Theory]
    [InlineData(PermissionOutcome.ProceedOnce, "yes")]
    [InlineData(PermissionOutcome.ProceedAlwaysProject, "yes")]
    [InlineData(PermissionOutcome.Cancel, "no")]
    public async Task The_user_is_asked_and_answers_for_this_once(PermissionOutcome outcome, string answer)
    {
        await using var bench = Bench();
        bench.Session = bench.Session with { CanAskUser = true };
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());

        var asked = await bench.FrontEnd.WaitForAsync<PermissionRequested>();
        asked.Confirmation.ShouldBe(new InfoConfirmation("May I?", "more", []));
        asked.OffersAlways.ShouldBeFalse();
        session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(outcome)));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests[1].ResultOf("a").ShouldBe(answer);
    }

    [Theory]
    [InlineData(ApprovalMode.Default, "no")]
    [InlineData(ApprovalMode.Yolo, "yes")]
    public async Task Where_nobody_can_be_asked_the_mode_answers(ApprovalMode mode, string answer)
    {
        await using var bench = Bench();
        bench.Session = bench.Session with { Mode = mode };

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldBe(answer);
        bench.FrontEnd.Events.OfType<PermissionRequested>().ShouldBeEmpty();
    }

    private static KernelBench Bench()
    {
        var bench = new KernelBench();
        bench.Tools.Add(new TestTool("wants", async (_, context, token) =>
            ToolResult.Success(await context.AskUserAsync!(new InfoConfirmation("May I?", "more", []), token) ? "yes" : "no")));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "wants", "{}")).Says("done");
        return bench;
    }
}
