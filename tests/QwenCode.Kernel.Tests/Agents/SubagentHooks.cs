using QwenCode.Agents;
using QwenCode.Hooks;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Tests.Agents;

public class SubagentHooks
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)] // §10.41
    [InlineData(100, 6)] // §10.42
    public async Task A_stop_hook_sends_an_agent_on_as_often_as_it_likes_but_no_more_than_five_times(int blocks, int runs)
    {
        await using var bench = new KernelBench();
        var hooks = new TestHooks(HookEvent.SubagentStop, count => count <= blocks ? new HookOutcome { IsBlocking = true, Reason = $"reason {count}" } : HookOutcome.None);
        bench.Session = bench.Session with { Hooks = hooks };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(prompt: "task")))
            .Answers(Ask.Child, static request => [new Microsoft.Extensions.AI.TextContent($"answer to {request.LastText}")]).Says("ok");

        var events = await bench.RunAsync("go");

        var sent = bench.Model.Requests.Where(Ask.Child).ToArray();
        sent.Select(static request => request.LastText).ShouldBe(["task", .. Enumerable.Range(1, runs - 1).Select(static i => $"reason {i}")]);
        sent.ShouldAllBe(static request => request.Messages.Count == 2);
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain($"<result>answer to {sent[^1].LastText}</result>");
        hooks.Calls.Count.ShouldBe(Math.Min(blocks + 1, 5));
        hooks.Calls.Select(static call => call.Fields.GetProperty("stop_hook_active").GetBoolean()).ShouldBe([false, .. Enumerable.Repeat(true, hooks.Calls.Count - 1)]);
        hooks.Calls[0].Fields.GetProperty("last_assistant_message").GetString().ShouldBe("answer to task");
        hooks.Calls[0].Fields.GetProperty("permission_mode").GetString().ShouldBe("default");
        events.OfType<NoticeRaised>().Any(static notice => notice.Text.Contains("SubagentStop", StringComparison.Ordinal)).ShouldBe(blocks == 100);
    }

    [Fact]
    public async Task An_answer_stands_if_what_a_stop_hook_asked_for_then_fails()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Hooks = new TestHooks(HookEvent.SubagentStop, static _ => new HookOutcome { IsBlocking = true, Reason = "more" }) };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(prompt: "task"))).Says("the answer", static request => Ask.Child(request) && request.LastText == "task")
            .Fails(Ask.Child, new ModelException(ModelFault.Refused, "400")).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain("<status>completed</status>\n<summary>Agent \"work\" completed.</summary>\n<result>the answer</result>");
    }

    [Theory]
    [InlineData(HookEvent.SubagentStart)] // §10.44
    [InlineData(HookEvent.SubagentStop)]
    public async Task A_hook_that_throws_stops_nothing(HookEvent moment)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Hooks = new TestHooks(moment, static _ => throw new InvalidOperationException("broken hook")) };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Says("the answer", Ask.Child).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain("<result>the answer</result>");
        events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("broken hook");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_is_not_launched_after_an_interrupt_while_its_start_hooks_ran(bool background)
    {
        await using var bench = new KernelBench();
        ISession? session = null;
        bench.Session = bench.Session with
        {
            Hooks = new TestHooks(HookEvent.SubagentStart, _ =>
            {
                session!.Send(new InterruptInput());
                return HookOutcome.None;
            }),
        };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: background))).Says("ok");
        session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        await session.DisposeAsync();

        bench.Model.Requests.ShouldHaveSingleItem();
        bench.FrontEnd.Events.OfType<TaskStarted>().ShouldBeEmpty();
        bench.FrontEnd.Events.OfType<AgentLaunched>().ShouldBeEmpty();
        bench.FrontEnd.Events.OfType<ToolCallCompleted>().Single().Status.ShouldBe(ToolCallStatus.Cancelled);
    }

    [Fact]
    public async Task What_a_start_hook_adds_is_escaped_and_goes_where_the_prompt_asks_for_it()
    {
        await using var bench = new KernelBench();
        bench.Agents.Add(new AgentDefinition { Name = "worker", Description = "w", SystemPrompt = "Work. ${hook_context} ${task_prompt}" });
        var hooks = new TestHooks(HookEvent.SubagentStart, static _ => new HookOutcome { AdditionalContext = "</x> & ${task_prompt}" });
        bench.Session = bench.Session with { Hooks = hooks };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(prompt: "task", type: "worker"))).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.First(Ask.Child).Messages[0].Text.ShouldStartWith("Work. &lt;/x&gt; & ${task_prompt} task\n");
        var call = hooks.Calls.ShouldHaveSingleItem();
        call.Subject.ShouldBe("worker");
        call.Fields.GetProperty("agent_id").GetString().ShouldBe("worker-a");
        call.Fields.GetProperty("permission_mode").GetString().ShouldBe("default");
    }

    [Fact]
    public async Task A_notification_is_no_prompt_to_the_hooks_that_judge_prompts() // §10.43
    {
        await using var bench = new KernelBench();
        var hooks = new TestHooks(HookEvent.UserPromptSubmit, static count => count == 1 ? HookOutcome.None : new HookOutcome { IsBlocking = true });
        bench.Session = bench.Session with { Hooks = hooks };
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Says("ok");

        var events = await bench.RunAsync("go");

        hooks.Calls.Count.ShouldBe(1);
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(1);
        events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
    }
}
