using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>A call that ends the run, and tools that are the main agent's alone.</summary>
public class EndedRuns
{
    [Fact]
    public async Task The_model_is_not_asked_again_and_later_calls_do_not_run()
    {
        await using var bench = new KernelBench();
        var late = false;
        bench.Tools.AddRange([Ending(), new TestTool("late", (_, _, _) =>
        {
            late = true;
            return Task.FromResult(ToolResult.Success("ran"));
        }, ToolTraits.ReadOnly)]);
        bench.Model.Calls(static _ => true, ("a", "end", "{}"), ("b", "late", "{}"));

        var events = await bench.RunAsync("go");

        var outcome = events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (outcome.End, outcome.Text).ShouldBe((RunEnd.Success, "the result"));
        bench.Model.Requests.ShouldHaveSingleItem();
        late.ShouldBeFalse();
    }

    [Fact]
    public async Task What_runs_in_the_background_is_stopped_and_told_once()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(Ending());
        bench.Model.Waits(Ask.Child, new TaskCompletionSource().Task)
            .Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Calls(static _ => true, ("b", "end", "{}"));

        var events = await bench.RunAsync("go");

        events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Cancelled);
        var outcome = events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (outcome.Text, outcome.Stopped.Count).ShouldBe(("the result", 1));
        bench.Model.Requests.Count(Ask.Lead).ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_failed_ends_nothing()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("end", static (_, _, _) => Task.FromResult(ToolResult.Failure("broken", "not yet") with { EndsRun = true })));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "end", "{}")).Says("I go on.");

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("I go on.");
    }

    [Theory]
    [InlineData("general-purpose")]
    [InlineData(null)]
    public async Task A_tool_of_the_main_agent_is_refused_below_it(string? type)
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("end", static (_, _, _) => Task.FromResult(ToolResult.Success("the result") with { EndsRun = true }), ToolTraits.ReadOnly | ToolTraits.MainAgentOnly));
        bench.Model.Calls(static request => !Ask.Lead(request) && !request.EndsInTool, ("x", "end", "{}")).Says("I could not.", static request => !Ask.Lead(request))
            .Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: type))).Says("ok");

        var events = await bench.RunAsync("go");

        var below = bench.Model.Requests.Where(static request => !Ask.Lead(request)).ToArray();
        below[^1].ResultOf("x").ShouldContain(type is null ? "for the main agent alone" : "end");
        below[0].Tools.Contains("end").ShouldBe(type is null, "a fork is offered what its parent is");
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("ok");
    }

    private static TestTool Ending() => new("end", static (_, _, _) => Task.FromResult(ToolResult.Success("the result") with { EndsRun = true }), ToolTraits.ReadOnly);
}
