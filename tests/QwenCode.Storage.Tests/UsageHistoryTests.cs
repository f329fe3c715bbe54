using QwenCode.Storage.Usage;

namespace QwenCode.Storage.Tests;

public sealed class UsageHistoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qwen-usage-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Answers_of_sessions_and_of_their_agents_count_in_every_project()
    {
        Write("projects/-a/chats/s1.jsonl", Answer("1", "s1", "big", 100, 10, calls: 2));
        Write("projects/-b/subagents/s2/agent-x.jsonl", Answer("2", "s2", "small", 30, 3));

        var records = new UsageHistory(_root).Read(DateTimeOffset.MinValue, default);

        records.Select(static record => (record.Model, record.Session, record.InputTokens, record.OutputTokens, record.TotalTokens, record.Calls))
            .ShouldBe([("big", "s1", 100, 10, 110, 2), ("small", "s2", 30, 3, 33, 0)], ignoreOrder: true);
    }

    [Fact]
    public void A_forked_sessions_copies_count_once()
    {
        Write("projects/-a/chats/s1.jsonl", Answer("1", "s1", "m", 100, 10));
        Write("projects/-a/chats/s2.jsonl", Answer("1", "s2", "m", 100, 10) + "\n" + Answer("2", "s2", "m", 5, 1));

        new UsageHistory(_root).Read(DateTimeOffset.MinValue, default).Sum(static record => record.TotalTokens).ShouldBe(116);
    }

    [Fact]
    public void What_is_torn_not_a_transcript_or_too_early_does_not_count()
    {
        Write("projects/-a/chats/s1.jsonl", Answer("1", "s1", "m", 7, 1) + "\n" + Answer("2", "s1", "m", 100, 10)[..^9]);
        Write("projects/-a/chats/s1.tasks.jsonl", Answer("3", "s1", "m", 100, 10));
        Write("projects/-a/chats/s2.jsonl", Answer("4", "s2", "m", 100, 10, "2025-12-31T23:59:59.999Z"));

        new UsageHistory(_root).Read(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), default).ShouldHaveSingleItem().TotalTokens.ShouldBe(8);
    }

    [Fact]
    public void Lines_that_calls_changed_count()
    {
        Write("projects/-a/chats/s1.jsonl", """{"uuid":"1","sessionId":"s1","timestamp":"2026-02-01T10:00:00.000Z","type":"tool_result","toolCallResult":{"callId":"c","resultDisplay":{"diffStat":{"model_added_lines":4,"model_removed_lines":2}}}}""");

        var record = new UsageHistory(_root).Read(DateTimeOffset.MinValue, default).ShouldHaveSingleItem();

        (record.Model, record.LinesAdded, record.LinesRemoved).ShouldBe((null, 4, 2));
    }

    [Fact]
    public void Without_any_session_nothing_was_used() => new UsageHistory(_root).Read(DateTimeOffset.MinValue, default).ShouldBeEmpty();

    private static string Answer(string id, string session, string model, int input, int output, string at = "2026-02-01T10:00:00.000Z", int calls = 0) =>
        $$"""{"uuid":"{{id}}","sessionId":"{{session}}","timestamp":"{{at}}","type":"assistant","model":"{{model}}","message":{"role":"model","parts":[{{string.Join(',', Enumerable.Repeat("""{"functionCall":{"name":"f"}}""", calls))}}]},"usageMetadata":{"promptTokenCount":{{input}},"candidatesTokenCount":{{output}},"totalTokenCount":{{input + output}} } }""";

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
