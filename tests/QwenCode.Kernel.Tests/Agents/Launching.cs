using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Agents;

public class Launching
{
    private static AgentDefinition Define(string name, string prompt = "You are a general agent.") => new() { Name = name, Description = name, SystemPrompt = prompt, Level = AgentLevel.Project };

    [Fact]
    public async Task A_background_agent_is_launched_waited_for_and_told_of_before_the_run_ends() // §10.1 §10.2 §10.27
    {
        await using var bench = new KernelBench();
        var answered = new TaskCompletionSource();
        bench.Model.Calls(Ask.Prompt, ("call_7", "agent", Ask.Launch("look around")))
            .Waits(Ask.Child, answered.Task, "the result")
            .Says("thanks", Ask.Notification)
            .Answers(Ask.Lead, _ =>
            {
                answered.SetResult();
                return [new TextContent("waiting")];
            });

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => request.EndsInTool).ResultOf("call_7")
            .ShouldStartWith("Background agent launched: \"look around\" (ID: general-purpose-call_7). You will be notified");
        var run = events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (run.End, run.Text, run.Turns).ShouldBe((RunEnd.Success, "thanks", 3));
        var told = bench.Model.Requests.Single(Ask.Notification).LastText;
        told.ShouldContain("<task-id>general-purpose-call_7</task-id>\n<tool-use-id>call_7</tool-use-id>\n<status>completed</status>");
        told.ShouldContain("<result>the result</result>\n<usage>\n<total_tokens>12</total_tokens>");
        var started = events.OfType<TaskStarted>().ShouldHaveSingleItem().Task;
        var finished = events.OfType<TaskFinished>().ShouldHaveSingleItem();
        (started.Id, started.ToolUseId, started.State).ShouldBe(("general-purpose-call_7", "call_7", TaskState.Queued));
        (finished.Task.Id, finished.Task.ToolUseId, finished.DisplayLine).ShouldBe((started.Id, "call_7", "Background agent \"general-purpose: look around\" completed."));
        var record = bench.Transcripts.Main.Entries.OfType<UserEntry>().Single(static entry => entry.Origin is UserEntryOrigin.Notification);
        (record.Message.Text, record.DisplayText).ShouldBe((told, finished.DisplayLine)); // §10.65
        bench.Transcripts.Agents["general-purpose-call_7"].Entries.OfType<AssistantEntry>().ShouldHaveSingleItem();
        events.OfType<AnswerCompleted>().ShouldAllBe(static answer => answer.Agent == AgentId.Main);
    }

    [Fact]
    public async Task A_foreground_agent_returns_its_text_and_starts_with_its_own_prompt_alone()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { MemoryText = "  remember me \n", StartupMessages = [new QwenCode.Conversations.HistoryMessage(ChatRole.User, "surroundings")] };
        bench.Model.Calls(static request => Ask.Lead(request) && request.LastText == "go", ("a", "agent", Ask.Launch(prompt: "find it", background: false)))
            .Says("  found it \n", Ask.Child).Says("done");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => request.EndsInTool).ResultOf("a").ShouldBe("found it");
        var sent = bench.Model.Requests.Single(Ask.Child);
        sent.Messages[0].Text.ShouldStartWith("You are a general agent.\n\nRules of your work:");
        sent.Messages[0].Text.ShouldEndWith("\n\n---\n\nremember me");
        sent.Messages.Skip(1).Select(static message => message.Text).ShouldBe(["surroundings", "find it"]);
        sent.Tools.ShouldNotContain("agent");
        events.OfType<TaskStarted>().ShouldBeEmpty();
        events.OfType<AgentEnded>().ShouldHaveSingleItem().ParentCallId.ShouldBe("a");
    }

    [Theory]
    [InlineData(true, false, true)] // §10.46
    [InlineData(false, true, true)] // §10.47
    [InlineData(true, true, true)]
    [InlineData(false, false, false)]
    public async Task An_agent_runs_in_the_background_if_its_definition_or_its_call_says_so(bool byDefinition, bool byCall, bool isBackground)
    {
        await using var bench = new KernelBench();
        bench.Agents.Add(Define("worker") with { Background = byDefinition });
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: "WORKER", background: byCall))).Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskStarted>().Select(static started => started.Task.Type).ShouldBe(isBackground ? ["worker"] : []);
    }

    [Theory]
    [InlineData("no-credentials", "You are an agent.", "Failed to run subagent: Missing credentials for model 'no-credentials'.")]
    [InlineData(null, "Hello ${who} and ${where}", "Failed to run subagent: Missing context values for the following keys: who, where")]
    public async Task A_start_that_fails_leaves_no_trace_but_its_error(string? model, string prompt, string said) // §10.17
    {
        await using var bench = new KernelBench();
        bench.Agents.Add(Define("broken", prompt) with { Model = model });
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: "broken"))).Says("ok");
        var journal = new TestJournal();
        bench.Session = bench.Session with { Journal = journal };

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => request.EndsInTool).ResultOf("a").ShouldBe(said);
        bench.Kernel.Tasks.List(bench.Session.Id).ShouldBeEmpty();
        journal.Lines.ShouldBeEmpty();
        events.ShouldNotContain(static raised => raised is TaskStarted || raised is TaskFinished || raised is AgentLaunched);
        events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
        bench.Transcripts.Agents.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"prompt":"p"}""", "\"description\"")]
    [InlineData("""{"description":" ","prompt":"p"}""", "\"description\"")]
    [InlineData("""{"description":"d"}""", "\"prompt\"")]
    [InlineData("""{"description":"d","prompt":"p","subagent_type":""}""", "\"subagent_type\"")]
    [InlineData("""{"description":"d","prompt":"p","subagent_type":null}""", "\"subagent_type\"")]
    [InlineData("""{"description":"d","prompt":"p","subagent_type":"nobody"}""", "\"nobody\" not found. Available subagents: general-purpose")]
    public async Task Arguments_that_make_no_sense_are_an_error_and_no_fork(string arguments, string said)
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", arguments)).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain(said);
        events.OfType<ToolCallCompleted>().Single().Status.ShouldBe(ToolCallStatus.Error);
    }

    [Fact]
    public async Task Launches_of_one_answer_have_ids_of_their_own() // §10.25
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()), ("b", "agent", Ask.Launch())).Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskStarted>().Select(static started => started.Task.Id).ShouldBe(["general-purpose-a", "general-purpose-b"]);
        bench.Model.Requests.Where(Ask.Notification).Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_call_id_that_comes_again_in_a_later_answer_names_another_task()
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(static request => Ask.Lead(request) && request.Last.Role == ChatRole.User && request.LastText is "go", ("call_0", "agent", Ask.Launch("first")))
            .Calls(static request => request.EndsInTool && request.Messages.Count == 4, ("call_0", "agent", Ask.Launch("second"))).Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskStarted>().Select(static started => (started.Task.Id, started.Task.ToolUseId)).ShouldBe([("general-purpose-call_0", "call_0"), ("general-purpose-call_0-2", "call_0")]);
        events.OfType<TaskFinished>().Select(static finished => finished.Task.Id).Distinct().Count().ShouldBe(2);
    }

    public static TheoryData<AgentBudget, string> Budgets => new()
    {
        { new(MaxTurns: 2), "MAX_TURNS" },
        { new(MaxTokens: 20), "MAX_TOKENS" },
        { new(MaxToolCalls: 3), "MAX_TOOL_CALLS" },
        { new(MaxDuration: TimeSpan.FromMinutes(3)), "TIMEOUT" },
    };

    [Theory]
    [MemberData(nameof(Budgets))]
    public async Task An_agent_that_spends_its_definitions_budget_fails_with_the_reason(AgentBudget budget, string mode) // §10.35
    {
        await using var bench = Spending(bench => bench.Agents.Add(Define("worker") with { Budget = budget }));
        bench.Model.Says("ok");

        var events = await bench.RunAsync("go");

        var ended = events.OfType<TaskFinished>().Single().Task;
        (ended.State, ended.Error).ShouldBe((TaskState.Failed, $"Agent terminated with mode: {mode}"));
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain($"<status>failed</status>\n<summary>Agent \"work\" failed.</summary>\n<result>Error: Agent terminated with mode: {mode}</result>");
    }

    [Theory]
    [MemberData(nameof(Budgets))]
    public async Task The_kernels_budget_bounds_every_agent(AgentBudget budget, string mode)
    {
        await using var bench = Spending(bench =>
        {
            bench.Agents.Add(Define("worker"));
            bench.Options.AgentBudget = budget;
        });
        bench.Model.Says("ok");

        var events = await bench.RunAsync("go");

        events.OfType<TaskFinished>().Single().Task.Error.ShouldBe($"Agent terminated with mode: {mode}");
    }

    [Theory]
    [InlineData("\"max_turns\":2", "MAX_TURNS")]
    [InlineData("\"max_time_minutes\":2.5", "TIMEOUT")]
    [InlineData("\"max_tokens\":20", "MAX_TOKENS")]
    [InlineData("\"max_tool_calls\":2", "MAX_TOOL_CALLS")]
    [InlineData("\"max_turns\":0.5,\"max_time_minutes\":1e300,\"max_tokens\":-1,\"max_tool_calls\":2", "MAX_TOOL_CALLS")]
    public async Task A_call_can_tighten_the_budget(string bound, string mode)
    {
        await using var bench = Spending(static bench => bench.Agents.Add(Define("worker")), "{\"description\":\"work\",\"prompt\":\"p\",\"subagent_type\":\"worker\"," + bound + "}");
        bench.Model.Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.First(static request => Ask.Lead(request) && request.EndsInTool).ResultOf("a").ShouldBe($"Agent terminated with mode: {mode}");
    }

    private static KernelBench Spending(Action<KernelBench> set, string? launch = null)
    {
        var bench = new KernelBench();
        set(bench);
        bench.Tools.Add(new TestTool("spend", (_, _, _) =>
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(ToolResult.Success("spent"));
        }));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", launch ?? Ask.Launch(type: "worker")))
            .Answers(Ask.Child, static request => [TestModel.Call($"spend_{request.Messages.Count}", "spend", "{}")]);
        return bench;
    }

    [Fact]
    public async Task A_background_agent_whose_model_fails_is_told_as_failed_with_the_plain_message() // §10.35
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Fails(Ask.Child, new ModelException(ModelFault.Refused, "400 refused")).Says("ok");

        var events = await bench.RunAsync("go");

        var ended = events.OfType<TaskFinished>().ShouldHaveSingleItem().Task;
        (ended.State, ended.EndReason, ended.Error).ShouldBe((TaskState.Failed, TaskEndReason.Error, "400 refused"));
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldContain("<status>failed</status>\n<summary>Agent \"work\" failed.</summary>\n<result>Error: 400 refused</result>");
        events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Fact]
    public async Task A_call_without_an_id_is_given_one_that_its_task_and_its_result_carry() // §10.28
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, (string.Empty, "agent", Ask.Launch())).Says("ok");

        var events = await bench.RunAsync("go");

        var task = events.OfType<TaskStarted>().ShouldHaveSingleItem().Task;
        task.ToolUseId.ShouldNotBeNullOrEmpty();
        task.Id.ShouldBe($"general-purpose-{task.ToolUseId}");
        bench.Model.Requests.First(static request => Ask.Lead(request) && request.EndsInTool).ResultOf(task.ToolUseId).ShouldContain(task.Id);
    }

    [Fact]
    public async Task An_agent_that_no_call_launched_has_eight_random_characters_in_its_id_and_no_call_in_its_notification() // §10.28
    {
        await using var bench = new KernelBench();
        bench.Transcripts.OpenAgent(bench.Session.Id, new AgentTranscriptInfo(new AgentId("lost"), "general-purpose", "work", null)).Append(new UserEntry(new QwenCode.Conversations.HistoryMessage(Microsoft.Extensions.AI.ChatRole.User, "do it")));
        bench.Model.Says("found", Ask.Child).Says("ok");
        await using var session = bench.Open();

        session.Send(new ResumeTaskInput(new TaskSnapshot
        {
            Id = "lost", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "work", Type = "general-purpose", Prompt = "do it", State = TaskState.Failed,
        }));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var task = bench.FrontEnd.Events.OfType<TaskStarted>().ShouldHaveSingleItem().Task;
        task.Id.ShouldMatch("^general-purpose-[0-9a-f]{8}$");
        task.ToolUseId.ShouldBeNull();
        bench.Model.Requests.Single(Ask.Notification).LastText.ShouldStartWith($"<task-notification>\n<task-id>{task.Id}</task-id>\n<status>completed</status>");
    }

    [Fact]
    public async Task A_fork_whose_conversation_was_compacted_goes_on_with_that_and_not_with_its_parents_too()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { History = [new(Microsoft.Extensions.AI.ChatRole.User, "of the parent"), new(Microsoft.Extensions.AI.ChatRole.Assistant, "said before")] };
        bench.Transcripts.OpenAgent(bench.Session.Id, new AgentTranscriptInfo(new AgentId("lost"), "fork", "work", null)).Append(new CompressionEntry(
            [CompactedMessage.Write([new KeptPrompt("of the parent"), new KeptPrompt("the directive", IsCurrent: true)], [], "notes")], 1_000, 100));
        bench.Model.Says("found", static request => !Ask.Notification(request)).Says("ok");
        await using var session = bench.Open();

        session.Send(new ResumeTaskInput(new TaskSnapshot
        {
            Id = "lost", Kind = TaskKind.Fork, Owner = AgentId.Main, Description = "work", Type = "fork", Prompt = "the directive", State = TaskState.Failed,
        }));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        var sent = bench.Model.Requests[0].Messages;
        sent.Count.ShouldBe(3);
        (sent[0].Text, sent[2].Text).ShouldBe(("You are the main agent.", "You were interrupted. Go on where you stopped, and report."));
        CompactedMessage.PromptsIn(sent[1]).Select(static prompt => prompt.Text).ShouldBe(["of the parent", "the directive"]);
    }

    [Fact]
    public async Task An_agent_whose_first_line_was_never_written_begins_again_with_its_prompt()
    {
        await using var bench = new KernelBench();
        bench.Model.Says("found", Ask.Child).Says("ok");
        await using var session = bench.Open();

        session.Send(new ResumeTaskInput(new TaskSnapshot
        {
            Id = "lost", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "work", Type = "general-purpose", Prompt = "do it", State = TaskState.Failed,
        }));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        bench.Model.Requests.First(Ask.Child).Messages.ShouldContain(static message => message.Text == "do it");
        bench.FrontEnd.Events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("begins again with its prompt");
        bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Completed);
    }

    [Fact]
    public async Task An_agent_below_one_that_is_gone_is_not_resumed_without_its_rules()
    {
        await using var bench = new KernelBench();
        bench.Transcripts.OpenAgent(bench.Session.Id, new AgentTranscriptInfo(new AgentId("lost"), "general-purpose", "work", null)).Append(new UserEntry(new QwenCode.Conversations.HistoryMessage(Microsoft.Extensions.AI.ChatRole.User, "do it")));
        await using var session = bench.Open();

        session.Send(new ResumeTaskInput(new TaskSnapshot
        {
            Id = "lost", Kind = TaskKind.Agent, Owner = new AgentId("reviewer-1"), Description = "work", Type = "general-purpose", Prompt = "do it", State = TaskState.Failed,
        }));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));

        bench.FrontEnd.Events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("started by the agent reviewer-1");
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ApprovalMode.Default, ApprovalMode.Plan, "write", "Plan mode is active")] // §10.37
    [InlineData(ApprovalMode.Default, ApprovalMode.Yolo, "run", "background agents cannot prompt")]
    [InlineData(ApprovalMode.Default, ApprovalMode.AutoEdit, "write", "background agents cannot prompt")]
    [InlineData(ApprovalMode.Plan, ApprovalMode.Default, "run", "Plan mode is active")]
    [InlineData(ApprovalMode.Yolo, ApprovalMode.Default, "run", "done")]
    public async Task The_mode_of_a_definition_also_holds_in_the_background(ApprovalMode parent, ApprovalMode mode, string tool, string said)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { CanAskUser = true, Mode = parent };
        bench.Agents.Add(Define("worker") with { ApprovalMode = mode });
        bench.Tools.Add(new TestTool("write", static (_, _, _) => Task.FromResult(ToolResult.Success("done")), ToolTraits.None, ToolKind.Edit));
        bench.Tools.Add(new TestTool("run", static (_, _, _) => Task.FromResult(ToolResult.Success("done")), ToolTraits.None, ToolKind.Execute));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(type: "worker"))).Calls(static request => Ask.Child(request) && request.EndsInUser, ("w", tool, "{}")).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Single(static request => Ask.Child(request) && request.EndsInTool).ResultOf("w").ShouldContain(said);
        events.OfType<PermissionRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_foreground_agent_that_fails_says_why()
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: false)))
            .Fails(Ask.Child, new ModelException(ModelFault.Refused, "400 refused")).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests[2].ResultOf("a").ShouldBe("Subagent execution failed. 400 refused");
    }

    [Fact]
    public async Task A_model_that_never_says_anything_is_given_up()
    {
        await using var bench = new KernelBench();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch(background: false))).Says(" ", Ask.Child).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests.Count(Ask.Child).ShouldBe(6);
        bench.Model.Requests[^1].ResultOf("a").ShouldContain("The model gave no answer");
    }

    [Fact]
    public async Task Agents_of_one_definition_are_offered_one_tool_set()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("works", "fine"));
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch()), ("b", "agent", Ask.Launch())).Says("ok");

        await bench.RunAsync("go");

        var sent = bench.Model.Requests.Where(Ask.Child).ToArray();
        sent[1].Options.Tools.ShouldBeSameAs(sent[0].Options.Tools);
        sent[1].Messages[0].ShouldBeSameAs(sent[0].Messages[0]);
    }

    [Fact]
    public async Task A_thousand_agents_are_each_told_once()
    {
        await using var bench = new KernelBench();
        bench.Options.MaxConcurrentAgents = 64;
        bench.Model.Answers(Ask.Prompt, static _ => [.. Enumerable.Range(0, 1000).Select(static i => TestModel.Call($"c{i}", "agent", Ask.Launch()))]).Says("ok");

        await using var session = bench.Open();
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromMinutes(2));

        var events = bench.FrontEnd.Events;
        events.OfType<TaskStarted>().Select(static started => started.Task.Id).Distinct().Count().ShouldBe(1000);
        events.OfType<TaskFinished>().Select(static finished => finished.Task.Id).Distinct().Count().ShouldBe(1000);
        events.OfType<TaskFinished>().Count().ShouldBe(1000);
        bench.Model.Requests.Count(Ask.Notification).ShouldBe(1000);
        events.OfType<RunCompleted>().Single().Outcome.Turns.ShouldBe(1002);
    }
}
