using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A turn that was cut short goes on without a new prompt.</summary>
public sealed class ContinueLastTurnTests
{
    private const string Continue = """{"type":"control_request","request_id":"on","request":{"subtype":"continue_last_turn"}}""";
    private static readonly string[] StreamJson = ["--input-format", "stream-json", "-o", "stream-json"];

    [Fact]
    public async Task A_prompt_that_failed_is_answered_with_the_same_history()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Error(400, "no"), ModelReply.Text("There you are."));
        await using var process = room.StartOpen(StreamJson);
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize"}}""");
        process.Type("""{"type":"user","message":{"role":"user","content":"once"}}""");
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type(Continue);
        await process.WaitForLineAsync(static line => line.Contains("There you are.", StringComparison.Ordinal) && line.Contains("\"type\":\"result\"", StringComparison.Ordinal));
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        Answer(result.Output).ShouldBe((true, "interrupted_prompt"));
        room.Model.Requests[1].Messages.Select(static message => message.GetRawText())
            .ShouldBe(room.Model.Requests[0].Messages.Select(static message => message.GetRawText()));
    }

    [Fact]
    public async Task A_turn_whose_results_were_never_answered_goes_on_when_the_session_is_resumed()
    {
        const string id = "123e4567-e89b-42d3-a456-426614174000";
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")), ModelReply.Error(400, "no"), ModelReply.Text("Found it."));
        await room.RunAsync("-p", "look", "--session-id", id, "-o", "stream-json");

        var result = await room.RunWithAsync(Continue + "\n", ["--resume", id, .. StreamJson]);

        Answer(result.Output).ShouldBe((true, "interrupted_turn"));
        result.Output.ShouldContain("Found it.");
        room.Model.Requests[2].UserTexts.ShouldBe(room.Model.Requests[1].UserTexts);
        room.Model.Requests[2].ToolResults.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_that_was_interrupted_goes_on_where_it_ends()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(request => request.LastText == "long" ? ModelReply.Held("The beginning", never.Task) : ModelReply.Text("and the end."));
        await using var process = room.StartOpen([.. StreamJson, "--include-partial-messages"]);
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize"}}""");
        process.Type("""{"type":"user","message":{"role":"user","content":"long"}}""");
        await process.WaitForLineAsync(static line => line.Contains("The beginning", StringComparison.Ordinal));
        process.Type("""{"type":"control_request","request_id":"stop","request":{"subtype":"interrupt"}}""");
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type(Continue);
        await process.WaitForLineAsync(static line => line.Contains("and the end.", StringComparison.Ordinal) && line.Contains("\"type\":\"result\"", StringComparison.Ordinal));
        process.CloseInput();
        var result = await process.EndAsync();

        Answer(result.Output).ShouldBe((true, "interrupted_turn"));
        room.Model.Requests[1].Messages[^2].GetRawText().ShouldContain("The beginning");
        room.Model.Requests[1].LastText.ShouldContain("cut off");
    }

    [Fact]
    public async Task A_turn_that_came_to_its_end_is_not_continued()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await using var process = room.StartOpen(StreamJson);
        process.Type("""{"type":"user","message":{"role":"user","content":"once"}}""");
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type(Continue);
        process.CloseInput();
        var result = await process.EndAsync();

        Answer(result.Output).ShouldBe((false, "none"));
        room.Model.Requests.ShouldHaveSingleItem();
    }

    private static (bool Accepted, string? Interruption) Answer(string output)
    {
        var answer = Room.Json(output).Where(static message => message.GetProperty("type").GetString() == "control_response")
            .Select(static message => message.GetProperty("response")).Single(static response => response.GetProperty("request_id").GetString() == "on")
            .GetProperty("response");
        return (answer.GetProperty("accepted").GetBoolean(), answer.GetProperty("interruption").GetString());
    }
}
