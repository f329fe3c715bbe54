using QwenCode.Kernel.Tests.Bench;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

/// <summary>A lasting "yes" is offered only if it spares the question the next time.</summary>
public sealed class LastingAnswers
{
    [Theory]
    [InlineData("make all", "Bash(make *)", false)]
    [InlineData("make all && touch x", "Bash(make *)", false)]
    [InlineData("$x", null, false)]
    [InlineData("echo x > ~/.bashrc", null, false)]
    [InlineData("make all", null, true)]
    public async Task What_would_be_asked_about_again_is_not_offered_and_not_kept(string command, string? ask, bool isOffered)
    {
        await using var bench = new KernelBench();
        var policy = new PermissionPolicy(new PermissionPolicyOptions
        {
            Workspace = bench.Session.Workspace, Ask = ask is null ? [] : [new PermissionRuleText(ask, "test")],
        });
        bench.Session = bench.Session with { CanAskUser = true, Policy = policy };
        bench.Tools.Add(new TestTool(
            "run_shell_command", static (arguments, _, _) => Task.FromResult(ToolResult.Success(arguments.String("command")!)), ToolTraits.None,
            ToolKind.Execute, """{"type":"object","properties":{"command":{"type":"string"}}}"""));
        var call = $$"""{"command":{{System.Text.Json.JsonSerializer.Serialize(command)}}}""";
        bench.Model.Calls(static request => request.EndsInUser, ("a", "run_shell_command", call)).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        var asked = await bench.FrontEnd.WaitForAsync<PermissionRequested>();

        // A front end may answer what was not offered.
        session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlwaysProject)));
        await session.Completion.WaitAsync(TimeSpan.FromMinutes(2));

        asked.OffersAlways.ShouldBe(isOffered);
        bench.Model.Requests[1].ResultOf("a").ShouldBe(command);
        policy.Judge(bench.Tools[0].Declaration, ToolArguments.From([new("command", command)]), ToolConsent.Ask).Decision
            .ShouldBe(isOffered ? PermissionDecision.Allow : PermissionDecision.Ask);
    }

    [Theory]
    [InlineData("a.txt", null, true)]
    [InlineData(".env", null, false)]
    [InlineData("a.txt", "Edit(a.txt)", false)]
    public async Task Auto_edit_is_offered_only_for_an_edit_that_it_would_let_run(string file, string? ask, bool isOffered)
    {
        await using var bench = new KernelBench();
        var policy = new PermissionPolicy(new PermissionPolicyOptions
        {
            Workspace = bench.Session.Workspace, Ask = ask is null ? [] : [new PermissionRuleText(ask, "test")],
        });
        bench.Session = bench.Session with { CanAskUser = true, Policy = policy };
        bench.Tools.Add(new TestTool("edit", static (_, _, _) => Task.FromResult(ToolResult.Success("wrote")), ToolTraits.None, ToolKind.Edit));
        var call = $$"""{"file":"{{file}}","file_path":"{{Path.Combine(bench.Session.Workspace.Root, file)}}"}""";
        bench.Model.Calls(static request => request.EndsInUser, ("a", "edit", call)).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        var asked = await bench.FrontEnd.WaitForAsync<PermissionRequested>();

        session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlways)));
        await session.Completion.WaitAsync(TimeSpan.FromMinutes(2));

        asked.OffersAlways.ShouldBe(isOffered);
        bench.FrontEnd.Events.OfType<ApprovalModeChanged>().Any().ShouldBe(isOffered);
    }
}
