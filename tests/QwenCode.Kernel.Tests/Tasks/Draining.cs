using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Tasks;

public class Draining
{
    private static KernelBench Launching(Task gate)
    {
        var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Waits(Ask.Child, gate, "result");
        return bench;
    }

    [Fact]
    public async Task A_shutdown_while_an_agent_runs_pairs_its_start_and_succeeds_at_nothing() // §10.12 §10.13 §10.14 §10.15
    {
        await using var bench = Launching(new TaskCompletionSource().Task);
        bench.Model.Says("waiting");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "waiting");
        session.Send(new ShutdownInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var events = bench.FrontEnd.Events;
        events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.ShouldSatisfyAllConditions(
            task => task.State.ShouldBe(TaskState.Cancelled),
            task => task.Stats.ShouldBeNull());
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Cancelled);
        bench.Model.Requests.ShouldNotContain(static request => Ask.Notification(request));
        bench.Transcripts.Main.Entries.OfType<UserEntry>().Count(static entry => entry.Origin is UserEntryOrigin.Notification).ShouldBe(1);
    }

    [Fact]
    public async Task A_shutdown_in_the_last_notifications_turn_is_no_success()
    {
        await using var bench = Launching(Task.CompletedTask);
        bench.Model.Waits(Ask.Notification, new TaskCompletionSource().Task).Says("waiting");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<TaskFinished>();
        session.Send(new ShutdownInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Cancelled);
    }

    [Fact]
    public async Task An_interrupt_does_not_touch_background_tasks() // §10.63
    {
        var gate = new TaskCompletionSource();
        await using var bench = Launching(gate.Task);
        bench.Model.Waits(static request => request.EndsInTool, new TaskCompletionSource().Task).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<TaskStarted>();
        await bench.FrontEnd.WaitForAsync<ToolCallCompleted>();
        session.Send(new InterruptInput());
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        gate.SetResult();
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Completed);
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(1);
    }

    [Fact]
    public async Task The_turn_limit_also_ends_a_notifications_turn_after_its_events_are_out() // §10.10
    {
        await using var bench = Launching(Task.CompletedTask);
        bench.Session = bench.Session with { MaxTurns = 2 };
        bench.Model.Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskFinished>().Count().ShouldBe(1);
        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.MaxTurns);
        bench.Model.Requests.Count(Ask.Lead).ShouldBe(2);
    }

    [Fact]
    public async Task An_error_in_a_notifications_turn_fails_the_run_although_the_next_goes_well() // §10.6 §10.7
    {
        await using var bench = new KernelBench();
        var told = 0;
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()), ("b", "agent", Ask.Launch()))
            .Fails(request => Ask.Notification(request) && Interlocked.Increment(ref told) == 1, new ModelException(ModelFault.Refused, "400 no")).Says("ok");

        var events = await bench.RunAsync("go");

        var run = events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (run.End, run.Text).ShouldBe((RunEnd.Error, "[API Error: 400 no]"));
        events.OfType<TaskFinished>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task An_interrupt_in_a_notifications_turn_completes_the_answer_that_was_begun() // §10.9
    {
        await using var bench = Launching(Task.CompletedTask);
        bench.Model.Streams(Ask.Notification, static (_, token) => Half(token)).Says("waiting");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<TextDelta>(static delta => delta.Text == "half");
        session.Send(new InterruptInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var answers = bench.FrontEnd.Events.OfType<AnswerCompleted>().ToArray();
        answers.Length.ShouldBe(bench.FrontEnd.Events.OfType<AnswerStarted>().Count());
        (answers[^1].Message.Text, answers[^1].IsComplete).ShouldBe(("half", false));

        static async IAsyncEnumerable<ChatResponseUpdate> Half([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "half");
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Theory]
    [InlineData(PermissionDecision.Allow, "ran")] // §10.40
    [InlineData(PermissionDecision.Deny, "denied by permission rules")]
    public async Task A_rule_wins_before_modes_and_hooks(PermissionDecision decision, string said)
    {
        await using var bench = new KernelBench();
        var isAllowed = decision is PermissionDecision.Allow;
        var hooks = new TestHooks(HookEvent.PermissionRequest, _ => new HookOutcome { IsAllowing = !isAllowed, IsBlocking = isAllowed });
        PermissionRuleText[] rules = [new("Bash(touch *)", "test")];
        bench.Session = bench.Session with
        {
            CanAskUser = true,
            Hooks = hooks,
            Policy = new PermissionPolicy(new PermissionPolicyOptions
            {
                Workspace = bench.Session.Workspace,
                Allow = isAllowed ? rules : [],
                Deny = isAllowed ? [] : rules,
            }),
        };
        bench.Tools.Add(new TestTool("run_shell_command", static (_, _, _) => Task.FromResult(ToolResult.Success("ran")), ToolTraits.None, ToolKind.Execute));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()))
            .Calls(static request => Ask.Child(request) && request.EndsInUser, ("w", "run_shell_command", """{"command":"touch x"}""")).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => Ask.Child(request) && request.EndsInTool).ResultOf("w").ShouldContain(said);
        hooks.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_notifications_turn_may_ask_a_person() // §10.8
    {
        await using var bench = Launching(Task.CompletedTask);
        bench.Session = bench.Session with { CanAskUser = true };
        bench.Tools.Add(new TestTool("change", static (_, _, _) => Task.FromResult(ToolResult.Success("changed")), ToolTraits.None, ToolKind.Execute));
        bench.Model.Calls(Ask.Notification, ("w", "change", "{}")).Says("ok");
        await using var session = bench.Open();
        bench.FrontEnd.OnEventAlso = raised =>
        {
            if (raised is PermissionRequested asked)
            {
                session.Send(new PermissionInput(asked.RequestId, new PermissionAnswer(PermissionOutcome.ProceedOnce)));
            }
        };

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests[^1].ResultOf("w").ShouldBe("changed");
        bench.FrontEnd.Events.OfType<PermissionRequested>().ShouldHaveSingleItem().Agent.ShouldBe(AgentId.Main);
    }

    [Fact]
    public async Task An_idle_owner_is_woken()
    {
        var gate = new TaskCompletionSource();
        await using var bench = Launching(gate.Task);
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        bench.Model.Says("thanks", Ask.Notification).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        gate.SetResult();

        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "thanks");
    }

    [Fact]
    public async Task What_an_earlier_process_left_is_told_once_with_the_next_prompt()
    {
        await using var bench = new KernelBench();
        TaskSnapshot Left(string id, TaskState state) => new() { Id = id, Kind = TaskKind.Agent, Owner = AgentId.Main, Description = id, Type = "t", State = state, Result = state is TaskState.Completed ? "done" : null };
        var journal = new TestJournal(
            new JournaledTask(Left("told", TaskState.Completed), true), new JournaledTask(Left("ended", TaskState.Completed), false),
            new JournaledTask(Left("ran", TaskState.Running), false), new JournaledTask(Left("a&b", TaskState.Completed), false));
        bench.Session = bench.Session with { Journal = journal };
        bench.Transcripts.Main.Append(new UserEntry(new QwenCode.Conversations.HistoryMessage(ChatRole.User, "<task-notification>\n<task-id>a&amp;b</task-id>\n</task-notification>"), UserEntryOrigin.Notification));
        bench.Model.Says("ok");

        await bench.RunAsync("go");

        var sent = bench.Model.Requests.ShouldHaveSingleItem();
        sent.Messages.Count.ShouldBe(4);
        sent.Messages[1].Text.ShouldContain("<task-id>ended</task-id>");
        sent.Messages[2].Text.ShouldContain("<task-id>ran</task-id>\n<status>failed</status>");
        sent.Messages[2].Text.ShouldContain("Error: Interrupted:");
        sent.LastText.ShouldBe("go");
        journal.Lines.ShouldBe(["ended ran Failed", "delivered a&b", "delivered ended", "delivered ran", "answered a&b", "answered ended", "answered ran"]);
    }

    [Fact]
    public async Task A_session_that_is_opened_to_be_looked_at_does_nothing_before_its_first_prompt()
    {
        await using var bench = new KernelBench();
        var left = new TaskSnapshot { Id = "ended", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "d", Type = "t", State = TaskState.Completed, Result = "done" };
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn, HoldsEarlierEnds = true, Journal = new TestJournal(new JournaledTask(left, false)) };
        bench.Model.Calls(static request => request.LastText == "go", ("a", "agent", Ask.Launch())).Says("result", Ask.Child).Says("thanks", Ask.Notification).Says("ok");
        await using var session = bench.Open();

        session.Send(new SetApprovalModeInput(ApprovalMode.Plan));
        session.Send(new SetApprovalModeInput(ApprovalMode.Default));
        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "thanks");

        var first = bench.Model.Requests[0];
        first.LastText.ShouldBe("go");
        first.Messages[^2].Text.ShouldContain("<task-id>ended</task-id>");
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(1, "a later end leads to a turn of its own");
    }

    [Fact]
    public async Task A_message_reaches_an_agent_between_its_rounds_and_one_that_comes_later_leads_to_another_turn()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("work", (_, _, _) =>
        {
            bench.Kernel.Tasks.SendMessage(bench.Session.Id, "general-purpose-a", "hurry", out var isTaken);
            isTaken.ShouldBeTrue();
            return Task.FromResult(ToolResult.Success("worked"));
        }));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()))
            .Calls(static request => Ask.Child(request) && request.Messages.Count == 2, ("w", "work", "{}"))
            .Answers(static request => Ask.Child(request) && request.LastText.EndsWith("hurry", StringComparison.Ordinal), _ =>
            {
                bench.Kernel.Tasks.SendMessage(bench.Session.Id, "general-purpose-a", "one more", out var isTaken);
                isTaken.ShouldBeTrue();
                return [new TextContent("first report")];
            })
            .Says("second report", Ask.Child).Says("ok");
        (TaskSnapshot? Task, bool IsTaken) late = default;
        bench.FrontEnd.OnEventAlso = raised =>
        {
            if (raised is TaskFinished)
            {
                late = (bench.Kernel.Tasks.SendMessage(bench.Session.Id, "general-purpose-a", "too late", out var isTaken), isTaken);
            }
        };

        await bench.RunAsync("go");

        var sent = bench.Model.Requests.Where(Ask.Child).ToArray();
        sent[1].LastText.ShouldBe("\n[Message from parent agent]: hurry");
        sent[2].LastText.ShouldBe("one more");
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain("second report");
        late.Task!.State.ShouldBe(TaskState.Completed);
        late.IsTaken.ShouldBeFalse();
    }

    [Fact]
    public async Task The_tools_for_tasks_say_what_they_did_and_what_is_wrong()
    {
        await using var bench = Launching(new TaskCompletionSource().Task);
        bench.Model.Calls(static request => request.EndsInTool && request.Messages.Count == 4,
            ("l", "task_list", "{}"), ("m", "send_message", """{"task_id":"general-purpose-a","message":"hello"}"""),
            ("s", "task_stop", """{"task_id":"general-purpose-a"}"""), ("s2", "task_stop", """{"task_id":"general-purpose-a"}"""),
            ("m2", "send_message", """{"task_id":"general-purpose-a","message":"hello"}"""), ("s3", "task_stop", """{"task_id":"x"}"""),
            ("m3", "send_message", """{"task_id":"x","message":"hello"}""")).Says("ok");

        var events = await bench.RunAsync("go");

        var sent = bench.Model.Requests.First(static request => request.EndsInTool && request.Messages.Count == 6);
        sent.ResultOf("l").ShouldStartWith("general-purpose-a [running] general-purpose: work (");
        sent.ResultOf("m").ShouldStartWith("Message queued for task general-purpose-a");
        sent.ResultOf("s").ShouldStartWith("Task general-purpose-a was told to stop");
        sent.ResultOf("s2").ShouldBe("Task is cancelled: general-purpose-a");
        sent.ResultOf("m2").ShouldBe("Task is cancelled: general-purpose-a");
        sent.ResultOf("s3").ShouldBe("Task not found: x");
        sent.ResultOf("m3").ShouldBe("Task not found: x");
        events.OfType<ToolCallCompleted>().Select(static call => call.ErrorType).Where(static type => type is not null).ShouldBe(
            ["task_stop_not_running", "send_message_not_running", "task_stop_not_found", "send_message_not_found"]);
        events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Cancelled);
    }

    [Theory]
    [InlineData(ApprovalMode.Yolo, false, "write", "wrote")] // §10.36
    [InlineData(ApprovalMode.Default, false, "run", "background agents cannot prompt")] // §10.38
    [InlineData(ApprovalMode.Default, true, "run", "wrote")] // §10.39
    [InlineData(ApprovalMode.Default, false, "write", "background agents cannot prompt")]
    public async Task Nobody_is_asked_for_a_background_agent(ApprovalMode mode, bool hookAllows, string tool, string said)
    {
        await using var bench = new KernelBench();
        var hooks = new TestHooks(HookEvent.PermissionRequest, _ => new HookOutcome { IsAllowing = hookAllows });
        bench.Session = bench.Session with { CanAskUser = true, Hooks = hooks, Mode = mode };
        bench.Tools.Add(new TestTool("write", static (_, _, _) => Task.FromResult(ToolResult.Success("wrote")), ToolTraits.None, ToolKind.Edit));
        bench.Tools.Add(new TestTool("run", static (_, _, _) => Task.FromResult(ToolResult.Success("wrote")), ToolTraits.None, ToolKind.Execute));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Calls(static request => Ask.Child(request) && request.EndsInUser, ("w", tool, "{}")).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => Ask.Child(request) && request.EndsInTool).ResultOf("w").ShouldContain(said);
        events.OfType<PermissionRequested>().ShouldBeEmpty();
    }
}
