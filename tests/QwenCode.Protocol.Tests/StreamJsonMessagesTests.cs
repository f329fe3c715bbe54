using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests;

/// <summary>Messages about agents, tasks and results, as hosts read them.</summary>
public sealed class StreamJsonMessagesTests
{
    private static readonly AgentId Child = new("explore-c1");
    private static readonly FunctionCallContent Call = new("c2", "glob", new Dictionary<string, object?> { ["pattern"] = "*" });
    private readonly RecordingSink _sink = new();

    [Fact]
    public void An_agent_is_its_prompt_and_its_calls_under_the_call_that_launched_it()
    {
        var messages = Render(
            includePartial: false,
            includeStats: false,
            new AgentLaunched(Child, "Explore", "look", "Look around.", IsBackground: false) { ParentCallId = "c1" },
            new TextDelta(Child, "not shown") { ParentCallId = "c1" },
            Answer(Child, new TextContent("not shown"), Call) with { ParentCallId = "c1" },
            Completed(ToolCallStatus.Success) with { ParentCallId = "c1" });

        messages.Select(static message => message.GetProperty("type").GetString()).ShouldBe(["user", "assistant", "user"]);
        messages.ShouldAllBe(static message => message.GetProperty("parent_tool_use_id").GetString() == "c1");
        Content(messages[0]).GetProperty("text").GetString().ShouldBe("Look around.");
        Content(messages[1]).GetRawText().ShouldBe("""{"type":"tool_use","id":"c2","name":"glob","input":{"pattern":"*"}}""");
        Content(messages[2]).GetProperty("tool_use_id").GetString().ShouldBe("c2");
    }

    [Theory]
    [InlineData(TaskState.Completed, "completed")]
    [InlineData(TaskState.Failed, "failed")]
    [InlineData(TaskState.Cancelled, "cancelled")]
    public void A_task_is_announced_and_its_end_is_a_line_and_a_notification(TaskState state, string status)
    {
        var task = new TaskSnapshot
        {
            Id = "t1", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "look", Type = "Explore", State = TaskState.Running, ToolUseId = "c1",
        };
        var messages = Render(
            includePartial: false,
            includeStats: false,
            new TaskStarted(AgentId.Main, task),
            new TaskFinished(AgentId.Main, task with { State = state, Stats = new TaskStats(100, 3, TimeSpan.FromMilliseconds(1_500)) }, "Task look is done."));

        messages[0].GetProperty("subtype").GetString().ShouldBe("task_started");
        messages[0].GetProperty("data").GetRawText()
            .ShouldBe("""{"task_id":"t1","tool_use_id":"c1","description":"look","subagent_type":"Explore"}""");
        Content(messages[1]).GetProperty("text").GetString().ShouldBe("Task look is done.");
        messages[2].GetProperty("data").GetRawText()
            .ShouldBe($$$"""{"task_id":"t1","tool_use_id":"c1","status":"{{{status}}}","usage":{"total_tokens":100,"tool_uses":3,"duration_ms":1500}}""");
    }

    [Fact]
    public void A_task_without_a_call_or_numbers_leaves_them_out()
    {
        var task = new TaskSnapshot { Id = "t1", Kind = TaskKind.Shell, Owner = AgentId.Main, Description = "make", Type = "shell", State = TaskState.Cancelled };

        Render(false, false, new TaskFinished(AgentId.Main, task, "Stopped."))[1].GetProperty("data").GetRawText()
            .ShouldBe("""{"task_id":"t1","status":"cancelled"}""");
    }

    [Fact]
    public void Steps_of_a_call_are_shown_to_hosts_that_want_partial_messages()
    {
        AgentEvent[] events =
        [
            new ToolCallProgressed(AgentId.Main, "c1", new StepProgress(1, 4, "quarter")),
            new ToolCallProgressed(AgentId.Main, "c1", new StepProgress(2.5, null, null)),
            new ToolCallProgressed(AgentId.Main, "c1", new OutputProgress("text")),
        ];

        Render(includePartial: false, includeStats: false, events).ShouldBeEmpty();
        var messages = Render(includePartial: true, includeStats: false, events);

        messages.Select(static message => message.GetProperty("event").GetProperty("content").GetRawText()).ShouldBe(
        [
            """{"type":"mcp_tool_progress","progress":1,"total":4,"message":"quarter"}""",
            """{"type":"mcp_tool_progress","progress":2.5}""",
        ]);
    }

    [Theory]
    [InlineData("Hello there", "Hello wor", "ld")]
    [InlineData("Hello wor", "Hello wor", null)]
    [InlineData("Bye", "Hello wor", "\nBye")]
    public void A_restarted_answer_is_shown_from_where_it_differs(string second, string first, string? expected)
    {
        second = expected is "ld" ? first + "ld" : second;
        var messages = Render(
            includePartial: true,
            includeStats: false,
            new AnswerStarted(AgentId.Main, "m"),
            new TextDelta(AgentId.Main, first),
            new AnswerRestarted(AgentId.Main, "cut"),
            new TextDelta(AgentId.Main, second),
            Answer(AgentId.Main, new TextContent(second)));

        Deltas(messages).ShouldBe(expected is null ? [first] : [first, expected]);
        Content(messages.Last(static message => message.GetProperty("type").GetString() == "assistant")).GetProperty("text").GetString()
            .ShouldBe(second);
    }

    [Fact]
    public void Arguments_that_are_no_object_are_shown_as_an_empty_one()
    {
        var call = new FunctionCallContent("c3", "glob")
        {
            RawRepresentation = new QwenCode.Models.ToolCallArguments("{\"a", null, IsTruncated: true),
        };

        Content(Render(false, false, new AnswerStarted(AgentId.Main, "m"), Answer(AgentId.Main, call)).ShouldHaveSingleItem())
            .GetProperty("input").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public void A_turn_that_failed_is_text_of_the_model_that_was_asked()
    {
        var message = Render(false, false, new AnswerStarted(AgentId.Main, "m"), new TurnFailed(AgentId.Main, "[API Error: gone]", ""))
            .ShouldHaveSingleItem();

        message.GetProperty("message").GetProperty("model").GetString().ShouldBe("m");
        Content(message).GetProperty("text").GetString().ShouldBe("[API Error: gone]");
    }

    [Fact]
    public void A_run_out_of_turns_says_so_even_without_a_text()
    {
        var result = Render(false, false, new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.MaxTurns, "", 3, TimeSpan.Zero, TimeSpan.Zero))).ShouldHaveSingleItem();

        result.GetProperty("subtype").GetString().ShouldBe("error_max_turns");
        result.GetProperty("is_error").GetBoolean().ShouldBeTrue();
        result.GetProperty("num_turns").GetInt32().ShouldBe(3);
        result.GetProperty("error").GetProperty("message").GetString().ShouldBe("The limit of turns was reached.");
    }

    [Fact]
    public void Refused_calls_are_listed_with_their_arguments()
    {
        var outcome = new RunOutcome(RunEnd.Success, "done", 1, TimeSpan.Zero, TimeSpan.Zero) { Denials = [new DeniedCall("edit", "c9", Messages.Json("""{"a":1}"""))] };

        Render(false, false, new RunCompleted(AgentId.Main, outcome)).ShouldHaveSingleItem().GetProperty("permission_denials").GetRawText()
            .ShouldBe("""[{"tool_name":"edit","tool_use_id":"c9","tool_input":{"a":1}}]""");
    }

    [Fact]
    public void Statistics_add_up_by_model_and_by_tool()
    {
        var usage = new SessionUsage
        {
            Models = new Dictionary<string, ModelUsage>
            {
                ["m"] = new(3, 1, TimeSpan.FromMilliseconds(250), new UsageDetails { InputTokenCount = 10, OutputTokenCount = 4, TotalTokenCount = 14, CachedInputTokenCount = 2 }),
            },
            Tools = new Dictionary<string, ToolUsage>
            {
                ["glob"] = new(2, 1, TimeSpan.FromMilliseconds(5), 0, 0, 2),
                ["edit"] = new(3, 0, TimeSpan.FromMilliseconds(7), 1, 1, 1),
            },
            LinesAdded = 12,
            LinesRemoved = 3,
        };

        var stats = Render(false, includeStats: true, new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.Success, "", 1, TimeSpan.Zero, TimeSpan.Zero) { Usage = usage }))
            .ShouldHaveSingleItem().GetProperty("stats");

        stats.GetProperty("models").GetRawText().ShouldBe(
            """{"m":{"api":{"totalRequests":3,"totalErrors":1,"totalLatencyMs":250}"""
            + ""","tokens":{"prompt":10,"candidates":4,"total":14,"cached":2,"thoughts":0,"tool":0}}}""");
        var tools = stats.GetProperty("tools");
        (Number(tools, "totalCalls"), Number(tools, "totalSuccess"), Number(tools, "totalFail"), Number(tools, "totalDurationMs"))
            .ShouldBe((5, 4, 1, 12));
        tools.GetProperty("totalDecisions").GetRawText().ShouldBe("""{"accept":1,"reject":1,"modify":0,"auto_accept":3}""");
        tools.GetProperty("byName").GetProperty("glob").GetRawText()
            .ShouldBe("""{"count":2,"success":1,"fail":1,"durationMs":5,"decisions":{"accept":0,"reject":0,"modify":0,"auto_accept":2}}""");
        stats.GetProperty("files").GetRawText().ShouldBe("""{"totalLinesAdded":12,"totalLinesRemoved":3}""");
    }

    [Fact]
    public void Without_being_asked_for_there_are_no_statistics() =>
        Render(false, includeStats: false, new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.Success, "", 1, TimeSpan.Zero, TimeSpan.Zero)))
            .ShouldHaveSingleItem().TryGetProperty("stats", out _).ShouldBeFalse();

    [Fact]
    public void Every_message_of_a_session_carries_its_id_and_one_of_its_own()
    {
        var messages = Render(false, false, new TurnFailed(AgentId.Main, "a", ""), new TurnFailed(AgentId.Main, "b", ""), Completed(ToolCallStatus.Error));

        messages.ShouldAllBe(static message => message.GetProperty("session_id").GetString() == "s1");
        messages.Select(static message => message.GetProperty("uuid").GetString()).Distinct().Count().ShouldBe(3);
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static JsonElement Content(JsonElement message) => message.GetProperty("message").GetProperty("content")[0];

    private static List<string?> Deltas(List<JsonElement> messages) =>
    [
        .. messages.Where(static message => message.TryGetProperty("event", out var streamed) && streamed.GetProperty("type").GetString() == "content_block_delta")
            .Select(static message => message.GetProperty("event").GetProperty("delta").GetProperty("text").GetString()),
    ];

    private static AnswerCompleted Answer(AgentId agent, params AIContent[] contents) =>
        new(agent, new HistoryMessage(ChatRole.Assistant, contents), "m", null, TimeSpan.Zero, IsComplete: true);

    private static ToolCallCompleted Completed(ToolCallStatus status) =>
        new(AgentId.Main, new ToolCallInfo("c2", "glob", Messages.Json("{}")), status, ToolResult.Success("a.cs"), "a.cs", TimeSpan.Zero);

    private List<JsonElement> Render(bool includePartial, bool includeStats, params AgentEvent[] events)
    {
        var frontEnd = new StreamJsonFrontEnd(new MessageWriter(_sink, "s1"), includePartial, includeStats, static () => [], "1.0");
        foreach (var agentEvent in events)
        {
            frontEnd.OnEvent(agentEvent);
        }

        return _sink.All();
    }
}
