using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Tasks;

/// <summary>The ends of tasks reach their owner, whatever else goes on.</summary>
public class Delivery
{
    [Theory]
    [InlineData(RunBoundary.Whole)]
    [InlineData(RunBoundary.Turn)]
    public async Task A_session_that_was_at_rest_still_hears_of_a_later_task(RunBoundary boundary) // §10.3
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = boundary };
        bench.Model.Calls(static request => request.LastText == "second", ("a", "agent", Ask.Launch())).Says("result", Ask.Child).Says("thanks", Ask.Notification).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        session.Send(new PromptInput("second"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "thanks");

        var told = bench.FrontEnd.Events.Where(static raised => raised is TaskStarted or TaskFinished).ToArray();
        told.Select(static raised => raised.GetType()).ShouldBe([typeof(TaskStarted), typeof(TaskFinished)]);
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(1);
    }

    [Fact]
    public async Task A_front_end_that_fails_on_an_end_changes_neither_the_end_nor_who_hears_of_it() // §10.24
    {
        await using var bench = new KernelBench();
        bench.FrontEnd.OnEventAlso = static raised =>
        {
            if (raised is TaskStarted or TaskFinished)
            {
                throw new InvalidOperationException("cannot draw");
            }
        };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Says("result", Ask.Child).Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Completed);
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain("<result>result</result>");
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Theory]
    [InlineData(RunBoundary.Whole)]
    [InlineData(RunBoundary.Turn)]
    public async Task A_session_that_is_closed_stops_its_agents_and_may_be_closed_again(RunBoundary boundary) // §10.26
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = boundary };
        var (started, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        bench.Tools.Add(new TestTool("hang", async (_, _, token) =>
        {
            using var registration = token.Register(stopped.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return ToolResult.Success("never");
        }));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Calls(Ask.Child, ("h", "hang", "{}")).Says("waiting");
        var session = bench.Open();
        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "waiting");

        await started.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await session.DisposeAsync();
        await session.DisposeAsync();
        stopped.Task.IsCompleted.ShouldBeTrue();
        await bench.Kernel.DisposeAsync();
        await bench.Kernel.DisposeAsync();

        bench.Kernel.Tasks.List(bench.Session.Id).ShouldBeEmpty();
        bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Cancelled);
        bench.Model.Requests.ShouldNotContain(static request => Ask.Notification(request));
    }

    [Fact]
    public async Task A_notification_starts_the_search_for_loops_anew() // §10.45
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { DetectsLoops = true };
        var (gate, looked) = (new TaskCompletionSource(), 0);
        bench.Tools.Add(new TestTool("look", (_, _, _) =>
        {
            looked++;
            return Task.FromResult(ToolResult.Success("same"));
        }));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Waits(Ask.Child, gate.Task)
            .Calls(Ask.Notification, ("again", "look", "{}"))
            .Answers(_ => looked < 4, _ => [TestModel.Call($"look_{looked}", "look", "{}")])
            .Answers(_ => looked == 4, _ =>
            {
                gate.SetResult();
                return [TestModel.Text("waiting")];
            })
            .Says("done");

        var events = await bench.RunAsync("go");

        looked.ShouldBe(5);
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.ShouldSatisfyAllConditions(
            static outcome => outcome.End.ShouldBe(RunEnd.Success),
            static outcome => outcome.Text.ShouldBe("done"));
    }

    [Theory]
    [InlineData("/init")]
    [InlineData("@notes.txt and !ls")]
    public async Task What_an_agent_says_is_no_command_and_names_no_file(string text) // §10.62
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn, ExpandPrompt = static _ => "expanded" };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(text))).Says(text, Ask.Child).Says("thanks", Ask.Notification).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "thanks");

        var sent = bench.Model.Requests.Single(Ask.Notification);
        sent.Last.Contents.ShouldHaveSingleItem();
        sent.LastText.ShouldContain($"<summary>Agent \"{text}\" completed.</summary>\n<result>{text}</result>");
        bench.Model.Requests.ShouldAllBe(static request => !request.LastText.Contains("expanded"));
    }

    [Fact]
    public async Task What_waits_while_a_turn_runs_is_taken_one_at_a_time_in_the_order_it_came() // §10.64
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn, EnableCron = true };
        var (busy, agent) = (new TaskCompletionSource(), new TaskCompletionSource());
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()), ("c", "cron_create", """{"cron":"10 9 * * *","prompt":"tick","recurring":false}"""))
            .Waits(Ask.Child, agent.Task).Waits(static request => request.LastText == "busy", busy.Task, "not any more").Says("thanks", Ask.Notification).Says("tock", static request => request.LastText == "tick").Says("ok");
        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();

        session.Send(new PromptInput("busy"));
        session.Send(new PromptInput("typed"));
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        agent.SetResult();
        bench.FrontEnd.Events.OfType<CronFired>().ShouldBeEmpty();
        busy.SetResult();
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "thanks");

        bench.Transcripts.Main.Entries.OfType<UserEntry>().Select(static entry => (entry.Origin, entry.Message.Text.Split('\n')[0])).ShouldBe(
            [(UserEntryOrigin.Prompt, "go"), (UserEntryOrigin.Prompt, "busy"), (UserEntryOrigin.Prompt, "typed"), (UserEntryOrigin.Cron, "tick"), (UserEntryOrigin.Notification, "<task-notification>")]);
        bench.FrontEnd.Events.OfType<RunCompleted>().Select(static run => run.Outcome.Text).ShouldBe(["ok", "not any more", "ok", "tock", "thanks"]);
    }
}
