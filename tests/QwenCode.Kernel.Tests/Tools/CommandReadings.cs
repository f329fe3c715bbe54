using QwenCode.Kernel.Tests.Bench;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

public sealed class CommandReadings
{
    [Theory]
    [InlineData("ls && make all", 1)]
    [InlineData("make all | tee log; rm x", 1)]
    [InlineData("bash -c 'make all'", 2)] // the command, and the one it carries
    public async Task A_command_is_parsed_once_although_it_is_scheduled_judged_shown_and_asked_about(string command, int scripts)
    {
        await using var bench = new KernelBench();
        var policy = Asking(bench);
        bench.Model.Calls(static request => request.EndsInUser, Shell("a", command), Shell("b", "cp x y")).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        var first = await bench.FrontEnd.WaitForAsync<PermissionRequested>();
        policy.ParsedScripts.ShouldBe(scripts);

        session.Send(new PermissionInput(first.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlwaysProject)));
        var second = await bench.FrontEnd.WaitForAsync<PermissionRequested>(asked => asked.RequestId != first.RequestId);
        session.Send(new PermissionInput(second.RequestId, new PermissionAnswer(PermissionOutcome.ProceedOnce)));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests[1].ResultOf("a").ShouldBe(command);
        bench.Model.Requests[1].ResultOf("b").ShouldBe("cp x y");
        policy.ParsedScripts.ShouldBe(scripts + 1);
    }

    [Fact]
    public async Task Commands_in_a_group_are_read_ahead_and_not_again_when_their_turn_comes()
    {
        await using var bench = new KernelBench();
        var policy = Asking(bench);
        bench.Session = bench.Session with { Mode = ApprovalMode.Yolo };
        bench.Model.Calls(static request => request.EndsInUser, Shell("a", "ls"), Shell("b", "git status"), Shell("c", "rm x")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("c").ShouldBe("rm x");
        policy.ParsedScripts.ShouldBe(3);
    }

    [Fact]
    public async Task A_command_that_a_hook_changed_is_read_and_judged_anew()
    {
        await using var bench = new KernelBench();
        var policy = Asking(bench, deny: "Bash(rm *)");
        var changed = System.Text.Json.JsonDocument.Parse("""{"command":"rm x"}""").RootElement;
        bench.Session = bench.Session with
        {
            Hooks = new TestHooks(Hooks.HookEvent.PermissionRequest, _ => new Hooks.HookOutcome { IsAllowing = true, UpdatedInput = changed }),
        };
        bench.Model.Calls(static request => request.EndsInUser, Shell("a", "touch x")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain("denied by permission rules");
        policy.ParsedScripts.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_that_was_mended_to_fit_the_schema_is_judged_as_it_runs()
    {
        await using var bench = new KernelBench();
        Asking(bench, deny: "Bash(rm *)");
        bench.Model.Calls(static request => request.EndsInUser, ("a", "run_shell_command", """{"command":"rm x","is_background":"false"}""")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain("denied by permission rules");
    }

    [Fact]
    public async Task Without_a_policy_no_command_counts_as_reading_and_no_edit_runs_unasked()
    {
        await using var bench = new KernelBench();
        bench.Session = new Kernel.Sessions.SessionOptions { Workspace = bench.Session.Workspace, Mode = ApprovalMode.AutoEdit };
        bench.Tools.Add(new TestTool("write", static (_, _, _) => Task.FromResult(ToolResult.Success("wrote")), ToolTraits.None, ToolKind.Edit));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "write", """{"file":"a.txt"}""")).Says("done");

        await bench.RunAsync("go");

        bench.Session.Policy.Read(bench.Tools[0].Declaration, ToolArguments.None).IsReadOnlyCommand.ShouldBeFalse();
        bench.Model.Requests[1].ResultOf("a").ShouldContain("non-interactive mode cannot prompt");
    }

    private static (string Id, string Name, string Json) Shell(string id, string command) =>
        (id, "run_shell_command", $$"""{"command":{{System.Text.Json.JsonSerializer.Serialize(command)}}}""");

    private static PermissionPolicy Asking(KernelBench bench, string? deny = null)
    {
        const string schema = """{"type":"object","properties":{"command":{"type":"string"},"is_background":{"type":"boolean"}}}""";
        var policy = new PermissionPolicy(new PermissionPolicyOptions
        {
            Workspace = bench.Session.Workspace,
            Deny = deny is null ? [] : [new PermissionRuleText(deny, "test")],
        });
        bench.Session = bench.Session with { CanAskUser = true, Policy = policy };
        bench.Tools.Add(new TestTool(
            "run_shell_command", static (arguments, _, _) => Task.FromResult(ToolResult.Success(arguments.String("command")!)), ToolTraits.None, ToolKind.Execute, schema));
        return policy;
    }
}
