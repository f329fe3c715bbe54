using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tasks;

public class BackgroundWorkTests
{
    [Fact]
    public async Task A_command_in_the_background_is_a_task_that_is_told_about_but_not_waited_for()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = Kernel.Sessions.RunBoundary.Turn };
        var ended = new TaskCompletionSource<BackgroundOutcome>();
        bench.Tools.Add(new TestTool("run", (_, context, _) => Task.FromResult(ToolResult.Success(
            context.StartBackground!(new BackgroundWork("watch", "npm run watch", 1, "/tmp/out", ended.Task, static () => ValueTask.CompletedTask))))));
        bench.Model.Calls(static request => request.LastText == "go", ("a", "run", "{}")).Says("noted", static request => request.LastUser.Contains("<task-notification>", StringComparison.Ordinal)).Says("launched");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        ended.SetResult(new BackgroundOutcome(TaskState.Failed, "line", "Exit code: 3"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "noted");

        var finished = bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem();
        finished.Task.Kind.ShouldBe(TaskKind.Shell);
        finished.DisplayLine.ShouldBe("Background command \"shell: watch\" failed.");
        bench.Model.Requests[^1].LastText.ShouldContain("<result>Error: Exit code: 3\nline</result>");
    }

    [Fact]
    public async Task A_command_that_never_ends_does_not_hold_a_run_and_is_stopped_with_the_session()
    {
        await using var bench = new KernelBench();
        var ended = new TaskCompletionSource<BackgroundOutcome>();
        var stops = 0;
        bench.Tools.Add(new TestTool("run", (_, context, _) => Task.FromResult(ToolResult.Success(context.StartBackground!(new BackgroundWork("serve", "npm start", 1, "/tmp/out", ended.Task, () =>
        {
            stops++;
            ended.TrySetResult(new BackgroundOutcome(TaskState.Cancelled, null));
            return ValueTask.CompletedTask;
        }))))));
        bench.Model.Calls(static request => request.LastText == "go", ("a", "run", "{}")).Says("launched");

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("launched");
        events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Cancelled);
        stops.ShouldBe(1);
    }
}
