using QwenCode.Permissions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

public class Batches
{
    private const string Command = """{"type":"object","properties":{"command":{"type":"string"}}}""";

    [Fact]
    public async Task A_call_that_waits_for_an_answer_does_not_hold_back_those_beside_it()
    {
        await using var bench = AskingBench();
        var ran = new TaskCompletionSource();
        bench.Tools.Add(new TestTool("asks", (_, _, _) => Task.FromResult(ToolResult.Success("asked")), ToolTraits.Parallel, ToolKind.Fetch));
        bench.Tools.Add(new TestTool("reads", (_, _, _) =>
        {
            ran.SetResult();
            return Task.FromResult(ToolResult.Success("read"));
        }));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "asks", "{}"), ("b", "reads", "{}")).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());

        var question = await bench.FrontEnd.WaitForAsync<PermissionRequested>();
        await ran.Task.WaitAsync(TimeSpan.FromSeconds(20));
        session.Send(new PermissionInput(question.RequestId, new PermissionAnswer(PermissionOutcome.ProceedOnce)));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests[1].ResultOf("a").ShouldBe("asked");
        bench.Model.Requests[1].ResultOf("b").ShouldBe("read");
        bench.FrontEnd.Events.OfType<ToolCallCompleted>().Select(static call => call.Call.Id).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_lasting_yes_also_answers_the_open_questions_that_its_rule_covers_and_no_other()
    {
        await using var bench = AskingBench();
        foreach (var name in (string[])["mcp__one__go", "mcp__two__go"])
        {
            bench.Tools.Add(new TestTool(name, (_, _, _) => Task.FromResult(ToolResult.Success("went")), ToolTraits.Parallel, ToolKind.Fetch));
        }

        bench.Model.Calls(static request => request.EndsInUser, ("a", "mcp__one__go", "{}"), ("b", "mcp__one__go", "{}"), ("c", "mcp__two__go", "{}")).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        var first = await bench.FrontEnd.WaitForAsync<PermissionRequested>(static request => request.Call.Id == "a");
        var other = await bench.FrontEnd.WaitForAsync<PermissionRequested>(static request => request.Call.Id == "c");

        session.Send(new PermissionInput(first.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlwaysProject)));
        var second = await bench.FrontEnd.WaitForAsync<PermissionRequested>(static request => request.Call.Id == "b");
        await bench.FrontEnd.WaitForAsync<PermissionSettled>(settled => settled.RequestId == second.RequestId);
        bench.FrontEnd.Events.OfType<PermissionSettled>().ShouldNotContain(settled => settled.RequestId == other.RequestId);
        session.Send(new PermissionInput(other.RequestId, new PermissionAnswer(PermissionOutcome.Cancel)));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var told = bench.Model.Requests[1];
        told.ResultOf("a").ShouldBe("went");
        told.ResultOf("b").ShouldBe("went");
        told.ResultOf("c").ShouldContain("[Operation Cancelled]");
    }

    [Fact]
    public async Task A_call_that_was_agreed_to_runs_although_its_rule_cannot_be_saved()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with
        {
            CanAskUser = true,
            Policy = new PermissionPolicy(new PermissionPolicyOptions { Workspace = bench.Session.Workspace, Persist = static (_, _) => throw new UnauthorizedAccessException("not yours") }),
        };
        bench.Tools.Add(new TestTool("mcp__one__go", (_, _, _) => Task.FromResult(ToolResult.Success("went")), ToolTraits.Parallel, ToolKind.Fetch));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "mcp__one__go", "{}")).Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        var asked = await bench.FrontEnd.WaitForAsync<PermissionRequested>();

        session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedAlwaysProject)));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests[1].ResultOf("a").ShouldBe("went");
        bench.FrontEnd.Events.OfType<NoticeRaised>().ShouldContain(static notice => notice.Text.Contains("not yours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commands_that_only_read_run_side_by_side_and_all_others_alone()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Mode = ApprovalMode.Yolo };
        var both = new TaskCompletionSource();
        var (running, writing, together) = (0, 0, 0);
        bench.Tools.Add(new TestTool("run_shell_command", async (arguments, _, token) =>
        {
            if (arguments.String("command")!.StartsWith("rm", StringComparison.Ordinal))
            {
                writing++;
                together = Math.Max(together, Volatile.Read(ref running));
                return ToolResult.Success("removed");
            }

            if (Interlocked.Increment(ref running) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(TimeSpan.FromSeconds(20), token);
            Interlocked.Decrement(ref running);
            return ToolResult.Success("listed");
        }, ToolTraits.None, ToolKind.Execute, Command));
        bench.Model.Calls(static request => request.EndsInUser,
            ("a", "run_shell_command", """{"command":"ls -la"}"""), ("b", "run_shell_command", """{"command":"git status"}"""), ("c", "run_shell_command", """{"command":"rm x"}""")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldBe("listed");
        bench.Model.Requests[1].ResultOf("b").ShouldBe("listed");
        writing.ShouldBe(1);
        together.ShouldBe(0);
    }

    private static KernelBench AskingBench()
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with
        {
            CanAskUser = true,
            Policy = new PermissionPolicy(new PermissionPolicyOptions { Workspace = bench.Session.Workspace }),
        };
        return bench;
    }
}
