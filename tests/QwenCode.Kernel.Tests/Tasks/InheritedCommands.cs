using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tasks;

/// <summary>Commands in the background of an agent that ends before they do.</summary>
public class InheritedCommands
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_of_an_agent_that_has_reported_goes_on_and_its_end_reaches_the_main_agent(bool background)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        var server = new Server(bench);
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: background)))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("s", "serve", "{}")).Says("server is up", Ask.Child)
            .Says("noted", static request => request.LastText.Contains("listening", StringComparison.Ordinal)).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "ok");
        if (background)
        {
            await bench.FrontEnd.WaitForAsync<TaskFinished>(static finished => finished.Task.Kind is TaskKind.Agent);
        }

        server.Stops.ShouldBe(0);
        server.Ended.SetResult(new BackgroundOutcome(TaskState.Completed, "listening"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "noted");

        bench.Model.Requests[^1].LastText.ShouldContain("<status>completed</status>");
        server.Stops.ShouldBe(0);
    }

    [Fact]
    public async Task The_model_is_notified_of_an_inherited_command_that_is_stopped()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        _ = new Server(bench);
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: false)))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("s", "serve", "{}")).Says("server is up", Ask.Child)
            .Says("noted", static request => request.LastText.Contains("<status>cancelled</status>", StringComparison.Ordinal)).Says("ok");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "ok");
        var started = await bench.FrontEnd.WaitForAsync<TaskStarted>(static started => started.Task.Kind is TaskKind.Shell);

        bench.Kernel.Tasks.Stop(session.Id, started.Task.Id);

        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "noted");
        bench.Model.Requests[^1].LastText.ShouldContain($"<task-id>{started.Task.Id}</task-id>");
    }

    [Fact]
    public async Task A_command_of_an_agent_that_is_stopped_is_stopped_with_it()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        var server = new Server(bench);
        var never = new TaskCompletionSource();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("s", "serve", "{}")).Waits(Ask.Child, never.Task).Says("ok");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        var started = await bench.FrontEnd.WaitForAsync<TaskStarted>(static started => started.Task.Kind is TaskKind.Shell);

        bench.Kernel.Tasks.Stop(session.Id, "general-purpose-a");
        await server.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));

        server.Stops.ShouldBe(1);
        bench.Kernel.Tasks.Find(session.Id, started.Task.Id)!.State.ShouldBe(TaskState.Cancelled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_stopped_at_the_end_is_said_in_the_notification_and_in_the_result(bool byAgent)
    {
        await using var bench = new KernelBench();
        _ = new Server(bench);
        bench.Model.Calls(Ask.Prompt, byAgent ? ("a", "agent", Ask.Launch(background: false)) : ("a", "serve", "{}"))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("s", "serve", "{}")).Says("server is up", Ask.Child).Says("it is up");

        var events = await bench.RunAsync("go");

        var finished = events.OfType<TaskFinished>().ShouldHaveSingleItem();
        var run = events.OfType<RunCompleted>().ShouldHaveSingleItem();
        (finished.Task.State, finished.Task.Error).ShouldBe((TaskState.Cancelled, "It was stopped because the session ended."));
        run.Outcome.Stopped.ShouldHaveSingleItem().ShouldBe(finished.Task);
        run.Outcome.Text.ShouldBe("it is up");
        events.TakeWhile(raised => raised != run).ShouldContain(finished);
    }

    private sealed class Server
    {
        public Server(KernelBench bench) => bench.Tools.Add(new TestTool("serve", (_, context, _) => Task.FromResult(ToolResult.Success(
            context.StartBackground!(new BackgroundWork("serve", "npm start", 1, "/tmp/out", Ended.Task, () =>
            {
                Stops++;
                Ended.TrySetResult(new BackgroundOutcome(TaskState.Cancelled, null));
                return ValueTask.CompletedTask;
            }))))));

        public TaskCompletionSource<BackgroundOutcome> Ended { get; } = new();

        public int Stops { get; private set; }
    }
}
