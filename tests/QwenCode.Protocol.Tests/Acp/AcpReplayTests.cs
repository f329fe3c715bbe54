using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpReplayTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void Only_the_users_own_words_are_shown_of_a_prompt()
    {
        var updates = Replay(new UserEntry(new HistoryMessage(ChatRole.User,
        [
            new TextContent("<system-reminder>Plan mode.</system-reminder>\n"), new TextContent("look at @a.txt"),
            new TextContent("\n--- Content from referenced files ---"), new TextContent("\nContent from /w/a.txt:\n"), new TextContent("alpha"),
            new TextContent("\n--- End of content ---"), new TextContent("\nFile: /b\nbeta\n"), new DataContent(new byte[] { 1 }, "image/png"),
        ])));

        updates.Select(static update => update.GetProperty("content").GetRawText()).ShouldBe(
            ["""{"type":"text","text":"look at @a.txt"}""", """{"type":"image","data":"AQ==","mimeType":"image/png"}"""]);
        updates.ShouldAllBe(static update => update.GetProperty("_meta").GetProperty("timestamp").GetInt64() == 1_700_000_000_123);
    }

    [Fact]
    public void Notifications_and_schedules_are_shown_by_their_line()
    {
        var updates = Replay(
            new UserEntry(new HistoryMessage(ChatRole.User, "<task-notification>…"), UserEntryOrigin.Notification, "Helper is done."),
            new UserEntry(new HistoryMessage(ChatRole.User, "check"), UserEntryOrigin.Cron, "Cron: check"));

        updates.Select(static update => (update.GetProperty("content").GetProperty("text").GetString(), update.GetProperty("_meta").GetProperty("source").GetString()))
            .ShouldBe([("Helper is done.", "notification"), ("Cron: check", "cron")]);
    }

    [Fact]
    public void An_answer_is_reasoning_text_calls_and_cost_and_a_list_is_a_plan()
    {
        var answer = new HistoryMessage(ChatRole.Assistant,
        [
            new TextReasoningContent("hm"), new TextContent("Let me look."), new FunctionCallContent("c1", "glob", new Dictionary<string, object?> { ["pattern"] = "*" }),
            new FunctionCallContent("c2", "todo_write", new Dictionary<string, object?>()),
        ]);
        var updates = Replay(
            new AssistantEntry(answer, "m", new UsageDetails { InputTokenCount = 1, OutputTokenCount = 2 }),
            new ToolResultEntry("c1", "glob", "error", "No such folder.", null, TimeSpan.Zero),
            new ToolResultEntry("c2", "todo_write", "success", "ok", ToolResult.Success("ok") with { Display = new TodoDisplay([new TodoItem("1", "a", "pending")]) }, TimeSpan.Zero));

        updates.Select(static update => update.GetProperty("sessionUpdate").GetString()).ShouldBe(
            ["agent_thought_chunk", "agent_message_chunk", "tool_call", "agent_message_chunk", "tool_call_update", "plan"]);
        updates[2].GetProperty("title").GetString().ShouldBe("Glob: described");
        updates[2].GetProperty("rawInput").GetRawText().ShouldBe("""{"pattern":"*"}""");
        updates[3].GetProperty("_meta").TryGetProperty("durationMs", out _).ShouldBeFalse();
        updates[4].GetProperty("status").GetString().ShouldBe("failed");
    }

    [Fact]
    public void A_call_without_a_result_ends_and_one_that_was_not_shown_is_announced()
    {
        var answer = new HistoryMessage(ChatRole.Assistant,
            [new FunctionCallContent("c1", "glob", new Dictionary<string, object?>()), new FunctionCallContent("c2", "todo_write", new Dictionary<string, object?>())]);
        var updates = Replay(
            new AssistantEntry(answer, "m", null), new ToolResultEntry("c2", "todo_write", "error", "No list.", null, TimeSpan.Zero));

        updates.Select(static update => (update.GetProperty("sessionUpdate").GetString(), update.GetProperty("toolCallId").GetString(), update.GetProperty("status").GetString()))
            .ShouldBe([("tool_call", "c1", "in_progress"), ("tool_call", "c2", "pending"), ("tool_call_update", "c2", "failed"), ("tool_call_update", "c1", "failed")]);
    }

    private static List<JsonElement> Replay(params TranscriptEntry[] entries)
    {
        var sink = new RecordingSink();
        new AcpReplay(new JsonRpcPeer(sink), "s1", static call => call with { DisplayName = "Glob", Description = "described" })
            .Send(new StoredConversation([], [.. entries.Select(static entry => new StoredEntry(At, entry))]));
        return [.. sink.All().Select(static message => message.GetProperty("params").GetProperty("update"))];
    }
}
