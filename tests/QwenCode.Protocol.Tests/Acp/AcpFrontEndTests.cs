using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Permissions;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpFrontEndTests
{
    private static readonly AgentId Child = new("helper-1");
    private static readonly ToolCallInfo Call = new("c1", "read_file", Messages.Json("""{"file_path":"/w/a.txt"}"""))
    {
        DisplayName = "ReadFile", Description = "a.txt", Kind = ToolKind.Read, Locations = [new ToolLocation("/w/a.txt", 3)],
    };

    private readonly RecordingSink _sink = new();
    private int _changes;

    [Fact]
    public void A_new_beginning_of_an_answer_is_shown_from_where_it_differs()
    {
        var updates = Render(
            new AnswerStarted(AgentId.Main, "m"), new TextDelta(AgentId.Main, "Hel"), new AnswerRestarted(AgentId.Main, "cut"),
            new TextDelta(AgentId.Main, "Hel"), new TextDelta(AgentId.Main, "lo"));

        updates.Select(Text).ShouldBe(["Hel", "lo"]);
    }

    [Fact]
    public void Pieces_of_agents_that_run_side_by_side_begin_again_each_by_itself()
    {
        var updates = Render(
            new TextDelta(AgentId.Main, "a"), new TextDelta(Child, "x") { ParentCallId = "c9" }, new AnswerRestarted(Child, "cut") { ParentCallId = "c9" },
            new TextDelta(AgentId.Main, "b"), new TextDelta(Child, "xy") { ParentCallId = "c9" });

        updates.Select(Text).ShouldBe(["a", "x", "b", "y"]);
        updates[3].GetProperty("_meta").GetProperty("parentToolCallId").GetString().ShouldBe("c9");
    }

    [Theory]
    [InlineData(ToolCallStatus.Success, "completed", false)]
    [InlineData(ToolCallStatus.Cancelled, "failed", false)]
    [InlineData(ToolCallStatus.Error, "failed", true)]
    public void A_terminal_is_what_its_call_shows_and_stays_unless_the_call_fails(ToolCallStatus status, string word, bool hasText)
    {
        var updates = Render(
            new ToolCallStarted(AgentId.Main, Call), new ToolCallProgressed(AgentId.Main, "c1", new TerminalProgress("t7")),
            new ToolCallCompleted(AgentId.Main, Call, status, null, "what the model gets", TimeSpan.Zero));

        updates[1].GetProperty("content").GetRawText().ShouldBe("""[{"type":"terminal","terminalId":"t7"}]""");
        (updates[2].GetProperty("status").GetString(), updates[2].TryGetProperty("content", out var content)).ShouldBe((word, hasText));
        (content.ValueKind is JsonValueKind.Array && content.GetRawText().Contains("what the model gets", StringComparison.Ordinal)).ShouldBe(hasText);
    }

    [Fact]
    public void A_terminal_of_a_call_that_was_not_announced_is_not_shown() =>
        Render(new ToolCallProgressed(AgentId.Main, "nested", new TerminalProgress("t7"))).ShouldBeEmpty();

    [Fact]
    public void A_call_has_a_title_a_kind_and_the_places_it_is_about()
    {
        var update = Render(new ToolCallStarted(AgentId.Main, Call)).ShouldHaveSingleItem();

        update.GetRawText().ShouldBe(
            """{"sessionUpdate":"tool_call","toolCallId":"c1","status":"in_progress","title":"ReadFile: a.txt","content":[],"locations":[{"path":"/w/a.txt","line":3}],"kind":"read","rawInput":{"file_path":"/w/a.txt"},"_meta":{"toolName":"read_file"}}""");
    }

    [Theory]
    [InlineData("exit_plan_mode", ToolKind.Other, "switch_mode")]
    [InlineData("ask_user_question", ToolKind.Other, "think")]
    [InlineData("skill", ToolKind.Other, "read")]
    [InlineData("x", ToolKind.Edit, "edit")]
    [InlineData("x", ToolKind.Delete, "delete")]
    [InlineData("x", ToolKind.Move, "move")]
    [InlineData("x", ToolKind.Search, "search")]
    [InlineData("x", ToolKind.Execute, "execute")]
    [InlineData("x", ToolKind.Fetch, "fetch")]
    [InlineData("x", ToolKind.Think, "think")]
    [InlineData("x", ToolKind.Other, "other")]
    public void The_kind_is_a_word_of_the_protocol(string name, ToolKind kind, string word) =>
        Render(new ToolCallStarted(AgentId.Main, Call with { Name = name, Kind = kind })).ShouldHaveSingleItem().GetProperty("kind").GetString().ShouldBe(word);

    [Fact]
    public void A_change_is_a_diff_with_the_whole_path_and_the_old_text_of_a_new_file_is_empty()
    {
        var result = ToolResult.Success("Written.") with { Display = new FileDiffDisplay("/w/a.txt", "@@", null, "new", 1, 0) };
        var update = Render(new ToolCallStarted(AgentId.Main, Call), Completed(Call, result))[1];

        update.GetProperty("content")[0].GetRawText().ShouldBe("""{"type":"diff","path":"/w/a.txt","oldText":"","newText":"new"}""");
        update.GetProperty("rawOutput").GetProperty("originalContent").ValueKind.ShouldBe(JsonValueKind.Null);
        update.GetProperty("rawOutput").GetProperty("diffStat").GetProperty("model_added_lines").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Media_of_a_result_are_shown_beside_its_text()
    {
        var result = new ToolResult { Content = ToolContent.FromParts([new TextContent("An image."), new DataContent(new byte[] { 1, 2 }, "image/png")]) };
        var update = Render(new ToolCallStarted(AgentId.Main, Call), Completed(Call, result, "An image."))[1];

        update.GetProperty("content").GetArrayLength().ShouldBe(2);
        update.GetProperty("content")[1].GetProperty("content").GetRawText().ShouldBe("""{"type":"image","data":"AQI=","mimeType":"image/png"}""");
    }

    [Fact]
    public void What_the_user_sees_and_what_the_model_gets_are_both_there()
    {
        var update = Render(new ToolCallStarted(AgentId.Main, Call), Completed(Call, ToolResult.Success("all of it", "1 line"), "all of it"))[1];

        update.GetProperty("content")[0].GetProperty("content").GetProperty("text").GetString().ShouldBe("all of it");
        update.GetProperty("rawOutput").GetString().ShouldBe("1 line");
    }

    [Fact]
    public void The_list_of_things_to_do_is_a_plan_and_no_call()
    {
        var call = Call with { Name = "todo_write" };
        var result = ToolResult.Success("ok") with { Display = new TodoDisplay([new TodoItem("1", "build", "in_progress")]) };
        var update = Render(new ToolCallStarted(AgentId.Main, call), Completed(call, result)).ShouldHaveSingleItem();

        update.GetRawText().ShouldBe("""{"sessionUpdate":"plan","entries":[{"content":"build","priority":"medium","status":"in_progress"}]}""");
    }

    [Fact]
    public void A_list_that_could_not_be_written_is_a_call_that_failed()
    {
        var call = Call with { Name = "todo_write" };
        var updates = Render(
            new ToolCallStarted(AgentId.Main, call), new ToolCallCompleted(AgentId.Main, call, ToolCallStatus.Error, null, "No list.", TimeSpan.Zero));

        updates.Select(Name).ShouldBe(["tool_call", "tool_call_update"]);
        updates[1].GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public void A_call_that_asked_is_announced_by_its_question_and_a_refused_one_gets_nothing_more()
    {
        var asked = new PermissionRequested(AgentId.Main, "r", Call, new InfoConfirmation("t", "p", []), OffersAlways: false);
        var allowed = Render(asked, new PermissionSettled(AgentId.Main, "r", PermissionOutcome.ProceedOnce), new ToolCallStarted(AgentId.Main, Call),
            Completed(Call, ToolResult.Success("ok")));
        var refused = Render(asked, new PermissionSettled(AgentId.Main, "r", PermissionOutcome.Cancel),
            new ToolCallCompleted(AgentId.Main, Call, ToolCallStatus.Cancelled, null, "no", TimeSpan.Zero));

        allowed.Select(Name).ShouldBe(["tool_call_update"]);
        refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_call_whose_question_was_withdrawn_has_an_end()
    {
        var frontEnd = FrontEnd(AcpClient.Plain);
        frontEnd.OnEvent(new PermissionRequested(AgentId.Main, "r", Call, new InfoConfirmation("t", "p", []), OffersAlways: false));
        frontEnd.Withdraw("r");
        frontEnd.OnEvent(new PermissionSettled(AgentId.Main, "r", PermissionOutcome.Cancel));
        frontEnd.OnEvent(new ToolCallCompleted(AgentId.Main, Call, ToolCallStatus.Cancelled, null, "interrupted", TimeSpan.Zero));

        Updates().ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public void A_call_that_was_interrupted_while_it_ran_has_an_end()
    {
        var asked = new PermissionRequested(AgentId.Main, "r", Call, new InfoConfirmation("t", "p", []), OffersAlways: false);
        var updates = Render(asked, new PermissionSettled(AgentId.Main, "r", PermissionOutcome.ProceedOnce), new ToolCallStarted(AgentId.Main, Call),
            new ToolCallCompleted(AgentId.Main, Call, ToolCallStatus.Cancelled, null, "stopped", TimeSpan.Zero));

        updates.ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public void Live_output_and_steps_are_shown_while_a_call_runs()
    {
        var updates = Render(
            new ToolCallProgressed(AgentId.Main, "c1", new OutputProgress("line")), new ToolCallProgressed(AgentId.Main, "c1", new StepProgress(1, 4, "half way")));

        updates.Select(static update => update.GetProperty("content")[0].GetProperty("content").GetProperty("text").GetString()).ShouldBe(["line", "1 of 4 half way"]);
        updates.ShouldAllBe(static update => update.GetProperty("status").GetString() == "in_progress");
    }

    [Fact]
    public void The_calls_of_an_agent_name_its_call_and_its_kind()
    {
        var updates = Render(
            new AgentLaunched(Child, "helper", "Help", "prompt", IsBackground: false) { ParentCallId = "c9" },
            new ToolCallStarted(Child, Call) { ParentCallId = "c9" });

        var update = updates.ShouldHaveSingleItem();
        update.GetProperty("status").GetString().ShouldBe("pending");
        update.GetProperty("_meta").GetRawText().ShouldBe("""{"toolName":"read_file","parentToolCallId":"c9","subagentType":"helper"}""");
    }

    [Fact]
    public void The_end_of_a_task_and_a_schedule_stand_in_the_users_place_with_their_source()
    {
        var task = new TaskSnapshot
        {
            Id = "t", Kind = TaskKind.Agent, Owner = AgentId.Main, Description = "d", Type = "helper", State = TaskState.Completed,
        };
        var updates = Render(new TaskFinished(AgentId.Main, task, "Helper is done."), new CronFired(AgentId.Main, "Cron: check"));

        updates.Select(static update => (Name(update), Text(update), update.GetProperty("_meta").GetProperty("source").GetString()))
            .ShouldBe([("user_message_chunk", "Helper is done.", "notification"), ("user_message_chunk", "Cron: check", "cron")]);
    }

    [Fact]
    public void A_mode_that_the_client_did_not_set_is_told_and_its_own_is_not()
    {
        var frontEnd = FrontEnd(AcpClient.Plain);
        frontEnd.IsClientChanging = true;
        frontEnd.OnEvent(new ApprovalModeChanged(AgentId.Main, ApprovalMode.Yolo));
        frontEnd.IsClientChanging = false;
        frontEnd.OnEvent(new ApprovalModeChanged(AgentId.Main, ApprovalMode.AutoEdit));

        Updates().ShouldHaveSingleItem().GetProperty("currentModeId").GetString().ShouldBe("auto-edit");
        _changes.ShouldBe(1);
    }

    [Fact]
    public void Notices_and_options_go_only_to_clients_that_follow_them()
    {
        var state = new AcpSessionState(ApprovalMode.Plan, "m", []);
        foreach (var client in (AcpClient[])[AcpClient.Plain, new AcpClient { ShowsNotices = true, FollowsConfiguration = true }])
        {
            var frontEnd = FrontEnd(client);
            frontEnd.OnEvent(new NoticeRaised(AgentId.Main, "Look here."));
            frontEnd.ShowConfiguration(state);
        }

        var updates = Updates();
        updates.Select(Name).ShouldBe(["notice", "config_option_update"]);
        updates[1].GetProperty("configOptions")[0].GetProperty("currentValue").GetString().ShouldBe("plan");
    }

    [Fact]
    public void What_an_answer_cost_is_a_piece_without_text()
    {
        var usage = new UsageDetails { InputTokenCount = 11, OutputTokenCount = 5, CachedInputTokenCount = 4, ReasoningTokenCount = 2 };
        var update = Render(new AnswerCompleted(
            AgentId.Main, new HistoryMessage(ChatRole.Assistant, "x"), "m", usage, TimeSpan.FromMilliseconds(7), IsComplete: true)).ShouldHaveSingleItem();

        Text(update).ShouldBeEmpty();
        update.GetProperty("_meta").GetRawText().ShouldBe(
            """{"usage":{"inputTokens":11,"outputTokens":5,"totalTokens":16,"thoughtTokens":2,"cachedReadTokens":4},"durationMs":7}""");
    }

    private static ToolCallCompleted Completed(ToolCallInfo call, ToolResult result, string modelText = "ok") =>
        new(AgentId.Main, call, ToolCallStatus.Success, result, modelText, TimeSpan.Zero);

    private static string Name(JsonElement update) => update.GetProperty("sessionUpdate").GetString()!;

    private static string Text(JsonElement update) => update.GetProperty("content").GetProperty("text").GetString()!;

    private AcpFrontEnd FrontEnd(AcpClient client) => new(new JsonRpcPeer(_sink), client, "s1", () => _changes++);

    private List<JsonElement> Updates() => [.. _sink.All().Select(static message => message.GetProperty("params").GetProperty("update"))];

    private List<JsonElement> Render(params AgentEvent[] events)
    {
        var frontEnd = FrontEnd(AcpClient.Plain);
        foreach (var one in events)
        {
            frontEnd.OnEvent(one);
        }

        return Updates();
    }
}
