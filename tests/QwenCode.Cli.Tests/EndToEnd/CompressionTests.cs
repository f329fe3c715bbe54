using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Conversations that are compressed, on their own and on demand.</summary>
public sealed class CompressionTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";
    private static readonly string Filler = string.Concat(Enumerable.Repeat("the rule for expressions reads an operand first. ", 60));

    [Fact]
    public async Task A_full_window_is_compressed_and_the_session_goes_on_from_there_in_another_process()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"model":{"generationConfig":{"contextWindowSize":24000}},"context":{"autoCompactThreshold":0.5}}""");
        var note = room.Write("note.txt", Filler);
        var reads = 0;
        room.Model.On(request => IsSummary(request) ? ModelReply.Text("Notes of the model.")
            : reads++ < 30 ? ModelReply.Calls(($"c{reads}", "read_file", $$"""{"file_path":{{ModelReply.Quote(note)}}}""")) : ModelReply.Text("Done."));

        var result = await room.RunAsync("-p", "keep this goal", "--session-id", Id, "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        var boundary = Room.Json(result.Output).First(static message => message.TryGetProperty("subtype", out var subtype) && subtype.GetString() == "compact_boundary").GetProperty("compact_metadata");
        boundary.GetProperty("trigger").GetString().ShouldBe("auto");
        boundary.GetProperty("pre_tokens").GetInt64().ShouldBeGreaterThan(12_000);
        var record = File.ReadLines(room.Transcripts.Single()).Select(static line => JsonDocument.Parse(line).RootElement)
            .First(static line => line.TryGetProperty("subtype", out var subtype) && subtype.GetString() == "chat_compression").GetProperty("systemPayload");
        record.GetProperty("info").GetProperty("compressionStatus").GetInt32().ShouldBe(1);
        record.GetProperty("compressedHistory")[0].GetProperty("role").GetString().ShouldBe("user");

        var before = room.Model.Requests[^1];
        reads = 30;
        (await room.RunAsync("-p", "and now?", "--resume", Id)).Output.ShouldContain("Done.");

        var after = room.Model.Requests[^1];
        var texts = after.Messages.Select(ModelRequest.TextOf).ToArray();
        texts[^1].ShouldBe("and now?");
        string.Concat(texts).ShouldSatisfyAllConditions(
            static all => all.ShouldContain("<user-message current=\"true\">\nkeep this goal\n</user-message>"), static all => all.ShouldContain("Notes of the model."));
        // What the first process sent last, its answer, and the prompt.
        texts[..^2][1..].Where(static text => text.StartsWith("<compacted", StringComparison.Ordinal))
            .ShouldBe(before.Messages.Select(ModelRequest.TextOf).Where(static text => text.StartsWith("<compacted", StringComparison.Ordinal)));
        after.Messages.Count.ShouldBe(before.Messages.Count + 2);
    }

    [Theory]
    [InlineData("/compress keep the names", 1)]
    [InlineData("/summarize", 1)]
    [InlineData("/compress-fast", 0)]
    public async Task A_session_is_compressed_on_demand(string command, int requests)
    {
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text(IsSummary(request) ? "Notes of the model." : Filler));
        await room.RunAsync("-p", Filler, "--session-id", Id);

        var result = await room.RunAsync("-p", command, "--resume", Id);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldMatch(@"^Context compressed \(\d+ -> \d+\)\.\n$");
        room.Model.Requests.Count(IsSummary).ShouldBe(requests);
        room.Model.Requests.Count.ShouldBe(1 + requests);
        if (command.EndsWith("names", StringComparison.Ordinal))
        {
            room.Model.Requests[^1].LastUserText.ShouldEndWith("The user asks for this: keep the names");
        }
    }

    [Fact]
    public async Task A_host_gets_the_boundary_and_the_answer()
    {
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text(IsSummary(request) ? "Notes." : Filler));
        await room.RunAsync("-p", "remember", "--session-id", Id);

        var result = await room.RunAsync("-p", "/compress", "--resume", Id, "-o", "stream-json");

        var messages = Room.Json(result.Output);
        messages.Select(static message => message.GetProperty("type").GetString()).ShouldBe(["system", "system", "assistant", "result"]);
        messages[1].GetProperty("compact_metadata").GetProperty("trigger").GetString().ShouldBe("manual");
        messages[3].GetProperty("result").GetString().ShouldStartWith("Context compressed (");
    }

    [Fact]
    public async Task An_editor_sees_that_it_begins_and_what_it_came_to()
    {
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text(IsSummary(request) ? "Notes." : Filler));
        await using var editor = await AcpEditor.OpenAsync(room);
        await editor.PromptAsync("remember");

        await editor.PromptAsync("/compress");

        editor.UpdatesOf("agent_message_chunk").Select(static update => update.GetProperty("content").GetProperty("text").GetString()!).TakeLast(2).ToArray()
            .ShouldSatisfyAllConditions(static texts => texts[0].ShouldBe("Compressing the context…"), static texts => texts[1].ShouldStartWith("Context compressed ("));
    }

    [Theory]
    [InlineData("context")]
    [InlineData("context", "detail")]
    [InlineData("-p", "/context")]
    public async Task What_fills_the_window_is_printed_without_a_request(params string[] command)
    {
        await using var room = new Room();
        room.Write("QWEN.md", "Be brief.");

        var result = await room.RunAsync(command);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldSatisfyAllConditions(
            static text => text.ShouldContain(" tokens ("), static text => text.ShouldContain("memory files"), static text => text.ShouldContain("QWEN.md"));
        result.Output.Contains("list_directory", StringComparison.Ordinal).ShouldBe(command[^1] == "detail");
        room.Model.Requests.ShouldBeEmpty();
    }

    private static bool IsSummary(ModelRequest request) => request.LastUserText.StartsWith("Stop for a moment", StringComparison.Ordinal);
}
