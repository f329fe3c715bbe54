using Microsoft.Extensions.AI;
using QwenCode.Hooks;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tests.Agents;

public class Forks
{
    private const string Placeholder = "Fork started — processing in background";

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // §10.57
    public async Task A_fork_repeats_its_parents_request_and_answers_every_open_call(bool background) // §10.49 §10.50 §10.51 §10.58
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { SystemPrompt = "You are the main agent. Mind ${x}.", MemoryText = "memory", StartupMessages = [new QwenCode.Conversations.HistoryMessage(ChatRole.User, "surroundings")] };
        bench.Tools.Add(TestTool.Returning("works", "fine"));
        bench.Model.Says("scope", Ask.Fork).Calls(static request => request.LastText == "go",
            ("a", "works", "{}"), ("b", "agent", Ask.Launch("one", "first", null, background)), ("c", "agent", Ask.Launch("two", "second", null, background))).Says("ok");

        var events = await bench.RunAsync("go");

        var parent = bench.Model.Requests[0];
        var forks = bench.Model.Requests.Where(Ask.Fork).ToArray();
        forks.Length.ShouldBe(2);
        foreach (var fork in forks)
        {
            fork.Options.Tools.ShouldBeSameAs(parent.Options.Tools);
            fork.Options.ModelId.ShouldBe(parent.Options.ModelId);
            for (var i = 0; i < parent.Messages.Count; i++)
            {
                fork.Messages[i].ShouldBeSameAs(parent.Messages[i]);
            }

            fork.Tools.ShouldBeUnique();
            fork.Messages.Count(static message => message.Text == "surroundings").ShouldBe(1);
            var rest = fork.Messages.Skip(parent.Messages.Count).ToArray();
            rest.Select(static message => message.Role).ShouldBe([ChatRole.Assistant, ChatRole.Tool, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
            rest[1].Contents.OfType<FunctionResultContent>().Select(static result => (result.CallId, result.Result)).ShouldBe([("a", Placeholder), ("b", Placeholder), ("c", Placeholder)]);
            rest[2].Text.ShouldStartWith("<fork-boilerplate>");
            rest[3].Text.ShouldBe("Understood. Executing directive now.");
            rest[4].Text.ShouldBe("Begin.");
        }

        forks[1].Messages[^4].ShouldBeSameAs(forks[0].Messages[^4]);
        forks.Select(static fork => fork.Messages[^3].Text.Split("\n\nDirective: ")[1]).Order().ShouldBe(["first", "second"]);
        var answer = bench.Model.Requests.First(static request => Ask.Lead(request) && request.EndsInTool);
        if (background)
        {
            answer.ResultOf("b").ShouldStartWith("Background agent launched: \"one\" (ID: fork-b).");
        }
        else
        {
            answer.ResultOf("b").ShouldBe(Placeholder);
        }

        events.OfType<TaskStarted>().Select(static started => (started.Task.Id, started.Task.Type, started.Task.Kind)).ShouldBe([("fork-b", "fork", TaskKind.Fork), ("fork-c", "fork", TaskKind.Fork)]);
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(2);
    }

    [Theory]
    [InlineData(false)] // §10.53
    [InlineData(true)] // §10.54
    public async Task A_fork_cannot_fork(bool background)
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(static request => Ask.Fork(request) && request.LastText == "Begin.", ("x", "agent", Ask.Launch("again", "again", null, background)))
            .Says("scope", Ask.Fork).Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null, background: background))).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => Ask.Fork(request) && request.EndsInTool).ResultOf("x").ShouldStartWith("A fork cannot be created inside a fork.");
        events.OfType<TaskStarted>().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_may_launch_a_named_agent(bool background) // §10.55
    {
        await using var bench = new KernelBench();
        bench.Options.MaxConcurrentAgents = 1;
        bench.Model.Calls(static request => Ask.Fork(request) && request.LastText == "Begin.", ("x", "agent", Ask.Launch(background: background)))
            .Says("the fork's report", request => Ask.Fork(request) && (!background || Ask.Notification(request)))
            .Says("not yet", Ask.Fork).Says("named report", Ask.Child)
            .Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null))).Says("ok");

        var events = await bench.RunAsync("go");

        if (background)
        {
            bench.Model.Requests.Single(static request => Ask.Fork(request) && Ask.Notification(request)).LastText.ShouldContain("named report");
        }
        else
        {
            bench.Model.Requests.Single(static request => Ask.Fork(request) && request.EndsInTool).ResultOf("x").ShouldBe("named report");
        }

        events.OfType<TaskFinished>().Last().Task.Result.ShouldBe("the fork's report");
    }

    [Fact]
    public async Task Beside_a_fork_the_parent_may_fork_again()
    {
        await using var bench = new KernelBench();
        bench.Model.Says("scope", Ask.Fork).Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null)))
            .Calls(static request => Ask.Lead(request) && request.EndsInTool && request.Messages.Count == 4, ("b", "agent", Ask.Launch(type: null))).Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskStarted>().Select(static started => started.Task.Id).ShouldBe(["fork-a", "fork-b"]);
    }

    [Fact]
    public async Task A_fork_that_a_hook_sends_on_starts_from_the_same_prompt_history_and_tools() // §10.56
    {
        await using var bench = new KernelBench();
        var hooks = new TestHooks(HookEvent.SubagentStop, static count => count == 1 ? new HookOutcome { IsBlocking = true, Reason = "more" } : HookOutcome.None);
        bench.Session = bench.Session with { Hooks = hooks };
        bench.Model.Says("scope", Ask.Fork).Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null))).Says("ok");

        await bench.RunAsync("go");

        var runs = bench.Model.Requests.Where(Ask.Fork).ToArray();
        runs.Length.ShouldBe(2);
        runs[1].LastText.ShouldBe("more");
        runs[1].Options.Tools.ShouldBeSameAs(runs[0].Options.Tools);
        runs[1].Messages.Count.ShouldBe(runs[0].Messages.Count);
        for (var i = 0; i < runs[0].Messages.Count - 1; i++)
        {
            runs[1].Messages[i].ShouldBeSameAs(runs[0].Messages[i]);
        }
    }

    [Fact]
    public async Task Agents_go_no_deeper_than_allowed()
    {
        await using var bench = new KernelBench();
        bench.Options.MaxAgentDepth = 1;
        bench.Model.Calls(static request => Ask.Fork(request) && request.LastText == "Begin.", ("x", "agent", Ask.Launch()))
            .Says("scope", Ask.Fork).Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null))).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => Ask.Fork(request) && request.EndsInTool).ResultOf("x").ShouldContain("1 deep (MaxAgentDepth)");
        bench.Model.Requests.ShouldNotContain(static request => Ask.Child(request));
    }

    [Fact]
    public async Task A_fork_that_is_stopped_takes_its_agents_with_it_and_every_task_is_finished_once()
    {
        await using var bench = new KernelBench();
        var journal = new TestJournal();
        bench.Session = bench.Session with { Journal = journal };
        bench.Model.Calls(static request => Ask.Fork(request) && request.LastText == "Begin.", ("x", "agent", Ask.Launch()), ("y", "agent", Ask.Launch()))
            .Says("waiting", Ask.Fork).Waits(Ask.Child, new TaskCompletionSource().Task)
            .Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: null))).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<TaskStarted>(static started => started.Task.Id.EndsWith("-y", StringComparison.Ordinal));
        bench.Kernel.Tasks.Stop(bench.Session.Id, "fork-a")!.State.ShouldBe(TaskState.Running);
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var finished = bench.FrontEnd.Events.OfType<TaskFinished>().ToArray();
        finished.Select(static one => (one.Task.Id, one.Task.State)).Order().ShouldBe(
            [("fork-a", TaskState.Cancelled), ("general-purpose-x", TaskState.Cancelled), ("general-purpose-y", TaskState.Cancelled)]);
        bench.Model.Requests.Where(Ask.Notification).ShouldHaveSingleItem().LastText.ShouldContain("<task-id>fork-a</task-id>");
        journal.Lines.Count(static line => line.StartsWith("delivered", StringComparison.Ordinal)).ShouldBe(3);
    }
}
