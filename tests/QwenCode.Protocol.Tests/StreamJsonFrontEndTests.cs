using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Permissions;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests;

public sealed class StreamJsonFrontEndTests
{
    private static readonly UsageDetails Usage = new() { InputTokenCount = 11, OutputTokenCount = 5, TotalTokenCount = 16 };
    private readonly RecordingSink _sink = new();

    [Fact]
    public void A_run_is_init_answer_and_result()
    {
        var messages = Render(
            includePartial: false,
            new RunStarted(AgentId.Main, new SessionInfo(new SessionId("s1"), "/w", "m", ApprovalMode.AutoEdit, ["glob"], ["Explore"], [new McpServerStatus("calc", "connected")])),
            new AnswerStarted(AgentId.Main, "m"),
            new TextDelta(AgentId.Main, "Hel"),
            new TextDelta(AgentId.Main, "lo"),
            Answer(new TextContent("Hello")),
            new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.Success, "Hello", 1, TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(3))));
        messages.Select(Label).ShouldBe(["system/init", "assistant", "result/success"]);
        messages[0].GetProperty("uuid").GetString().ShouldBe("s1");
        messages[0].GetProperty("permission_mode").GetString().ShouldBe("auto-edit");
        messages[0].GetProperty("mcp_servers")[0].GetRawText().ShouldBe("{\"name\":\"calc\",\"status\":\"connected\"}");
        messages[1].GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Hello");
        messages[1].GetProperty("message").GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(16);
        messages[2].GetProperty("result").GetString().ShouldBe("Hello");
        messages[2].GetProperty("duration_api_ms").GetInt32().ShouldBe(3);
    }

    [Fact]
    public void Partial_messages_frame_every_block_and_the_answer_once()
    {
        var call = new FunctionCallContent("c1", "glob", new Dictionary<string, object?> { ["pattern"] = "*" });
        var messages = Render(
            includePartial: true,
            new AnswerStarted(AgentId.Main, "m"),
            new ThinkingDelta(AgentId.Main, "hm"),
            new TextDelta(AgentId.Main, "Look"),
            Answer(new TextReasoningContent("hm"), new TextContent("Look"), call));
        messages.Select(Label).ShouldBe(
        [
            "message_start", "content_block_start", "content_block_delta", "content_block_stop", "assistant",
            "content_block_start", "content_block_delta", "content_block_stop", "assistant",
            "content_block_start", "content_block_delta", "content_block_stop", "assistant", "message_stop",
        ]);
        messages[12].GetProperty("message").GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        messages[4].GetProperty("message").GetProperty("usage").GetRawText().ShouldBe("{\"input_tokens\":0,\"output_tokens\":0}");
    }

    [Fact]
    public void Text_of_an_abandoned_attempt_is_left_out()
    {
        var messages = Render(
            includePartial: false,
            new AnswerStarted(AgentId.Main, "m"),
            new TextDelta(AgentId.Main, "wro"),
            new AnswerRestarted(AgentId.Main, "cut"),
            new TextDelta(AgentId.Main, "right"),
            Answer(new TextContent("right")));
        messages.ShouldHaveSingleItem().GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("right");
    }

    [Theory]
    [InlineData(ToolCallStatus.Success, "shown", "for people", false, "for people")]
    [InlineData(ToolCallStatus.Success, "shown", " ", false, "shown")]
    [InlineData(ToolCallStatus.Error, "failed", "for people", true, "failed")]
    [InlineData(ToolCallStatus.Cancelled, "no", "for people", true, "no")]
    public void A_result_shows_what_people_should_see(ToolCallStatus status, string model, string display, bool isError, string expected)
    {
        var call = new ToolCallInfo("c1", "glob", Messages.Json("{}"));
        var block = Render(false, new ToolCallCompleted(AgentId.Main, call, status, ToolResult.Success(model, display), model, TimeSpan.Zero))
            .ShouldHaveSingleItem().GetProperty("message").GetProperty("content")[0];
        block.GetProperty("is_error").GetBoolean().ShouldBe(isError);
        block.GetProperty("content").GetString().ShouldBe(expected);
    }

    [Fact]
    public void A_failed_run_tells_its_error_and_a_cancelled_one_has_no_result()
    {
        var result = Render(false, new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.Error, "broken", 1, TimeSpan.Zero, TimeSpan.Zero))).ShouldHaveSingleItem();
        Label(result).ShouldBe("result/error_during_execution");
        result.GetProperty("error").GetProperty("message").GetString().ShouldBe("broken");
        result.TryGetProperty("result", out _).ShouldBeFalse();
        Render(false, new RunCompleted(AgentId.Main, new RunOutcome(RunEnd.Cancelled, "", 1, TimeSpan.Zero, TimeSpan.Zero))).ShouldBeEmpty();
    }

    private static AnswerCompleted Answer(params AIContent[] contents) =>
        new(AgentId.Main, new HistoryMessage(ChatRole.Assistant, contents), "m", Usage, TimeSpan.Zero, IsComplete: true);

    private static string Label(JsonElement message) =>
        message.TryGetProperty("event", out var streamed) ? streamed.GetProperty("type").GetString()!
        : message.GetProperty("type").GetString() + (message.TryGetProperty("subtype", out var subtype) ? $"/{subtype.GetString()}" : string.Empty);

    private List<JsonElement> Render(bool includePartial, params AgentEvent[] events)
    {
        var frontEnd = new StreamJsonFrontEnd(new MessageWriter(_sink, "s1"), includePartial, includeStats: false, static () => [], "1.0");
        foreach (var agentEvent in events)
        {
            frontEnd.OnEvent(agentEvent);
        }

        return _sink.All();
    }
}
