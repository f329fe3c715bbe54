using QwenCode.Kernel.Tests.Bench;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Agents;

/// <summary>What the user answers on behalf of an agent below the main one.</summary>
public class PlansOfChildren
{
    [Theory]
    [InlineData("general-purpose")]
    [InlineData(null)]
    public async Task Only_the_main_agent_leaves_plan_mode(string? type)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Mode = ApprovalMode.Plan, CanAskUser = true };
        var ran = 0;
        bench.Tools.Add(new TestTool("exit_plan_mode", (_, _, _) => Task.FromResult(ToolResult.Success($"left {++ran}")), ToolTraits.None, ToolKind.Think));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: type, background: false)))
            .Calls(static request => !Ask.Lead(request) && request.EndsInUser && !Ask.Notification(request), ("p", "exit_plan_mode", """{"plan":"do it"}""")).Says("ok");

        var events = await bench.RunAsync("go");

        ran.ShouldBe(0);
        events.OfType<ApprovalModeChanged>().ShouldBeEmpty();
        events.OfType<PermissionRequested>().ShouldBeEmpty();
        var child = bench.Model.Requests.First(static request => !Ask.Lead(request) && request.EndsInTool);
        child.ResultOf("p").ShouldContain("for the main agent alone");
        if (type is not null)
        {
            child.Tools.ShouldNotContain("exit_plan_mode");
        }
    }

    [Fact]
    public async Task All_edits_allowed_for_an_agent_holds_for_it_and_for_the_main_agent()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { CanAskUser = true };
        bench.Tools.Add(new TestTool("edit", static (_, _, _) => Task.FromResult(ToolResult.Success("edited")), ToolTraits.None, ToolKind.Edit));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: false)))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("e1", "edit", """{"file":"a.txt"}"""))
            .Calls(static request => Ask.Child(request) && request.Messages.Count == 4, ("e2", "edit", """{"file":"b.txt"}"""))
            .Says("done", Ask.Child)
            .Calls(static request => request.EndsInTool && request.Messages.Count == 4, ("e3", "edit", """{"file":"c.txt"}""")).Says("ok");
        await using var session = bench.Open();
        bench.FrontEnd.OnEventAlso = raised =>
        {
            if (raised is PermissionRequested asked)
            {
                session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlways)));
            }
        };

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<PermissionRequested>().ShouldHaveSingleItem().Call.Id.ShouldBe("e1");
        bench.FrontEnd.Events.OfType<ToolCallCompleted>().Where(static call => call.Call.Name == "edit").Select(static call => (call.Call.Id, call.Status))
            .ShouldBe([("e1", ToolCallStatus.Success), ("e2", ToolCallStatus.Success), ("e3", ToolCallStatus.Success)]);
    }

    [Theory]
    [InlineData(ApprovalMode.Plan)]
    [InlineData(ApprovalMode.Yolo)]
    public async Task All_edits_allowed_for_an_agent_leaves_a_mode_that_was_chosen_meanwhile(ApprovalMode chosen)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { CanAskUser = true };
        bench.Tools.Add(new TestTool("edit", static (_, _, _) => Task.FromResult(ToolResult.Success("edited")), ToolTraits.None, ToolKind.Edit));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: false)))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("e1", "edit", """{"file":"a.txt"}"""))
            .Says("done", Ask.Child).Says("ok");
        await using var session = bench.Open();
        bench.FrontEnd.OnEventAlso = raised =>
        {
            if (raised is PermissionRequested asked)
            {
                session.Send(new SetApprovalModeInput(chosen));
                session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlways)));
            }
        };

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        bench.FrontEnd.Events.OfType<ApprovalModeChanged>().Select(static changed => changed.Mode).ShouldBe([chosen]);
    }
}
