using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen sessions</c>, sessions named by the beginning of their ids, and sessions that another process has open.</summary>
public sealed class SessionCommandTests
{
    private const string First = "123e4567-e89b-42d3-a456-426614174000";
    private const string Second = "123e9999-e89b-42d3-a456-426614174000";

    [Fact]
    public async Task Sessions_are_listed_shown_searched_exported_and_deleted()
    {
        await using var room = await RecordAsync();

        (await room.RunAsync("sessions", "list")).Output.ShouldSatisfyAllConditions(
            static list => list.ShouldContain("123e4567  "), static list => list.ShouldContain("about apples"), static list => list.ShouldContain("about pears"));
        (await room.RunAsync("sessions", "show", "123e45")).Output.ShouldSatisfyAllConditions(
            static shown => shown.ShouldContain("## User\n\nabout apples"), static shown => shown.ShouldContain("## Assistant\n\nAnswer 1."));
        (await room.RunAsync("sessions", "search", "PEARS")).Output.ShouldSatisfyAllConditions(
            static found => found.ShouldContain("123e9999"), static found => found.ShouldContain("about pears"), static found => found.ShouldNotContain("123e4567"));
        (await room.RunAsync("sessions", "search", "cherries")).ExitCode.ShouldBe(1);
        foreach (var file in (string[])["out.md", "out.json", "out.jsonl"])
        {
            (await room.RunAsync("sessions", "export", "123e45", file)).Error.ShouldBeEmpty();
            (await File.ReadAllTextAsync(Path.Combine(room.Workspace, file))).ShouldContain("about apples");
            (await room.RunAsync("sessions", "export", "123e45", file)).ExitCode.ShouldBe(1);
        }

        (await room.RunAsync("sessions", "delete", "123e99")).Output.ShouldStartWith($"Deleted {Second}");
        room.Transcripts.ShouldHaveSingleItem().ShouldContain(First);
    }

    [Fact]
    public async Task Programs_read_lists_conversations_and_matches_as_json()
    {
        await using var room = await RecordAsync();

        JsonElement.Parse((await room.RunAsync("sessions", "list", "--json")).Output).GetProperty("sessions").GetArrayLength().ShouldBe(2);
        var shown = JsonElement.Parse((await room.RunAsync("sessions", "show", First, "--json")).Output);
        shown.GetProperty("entries")[1].GetProperty("text").GetString().ShouldBe("Answer 1.");
        var found = JsonElement.Parse((await room.RunAsync("sessions", "search", "pears", "--json")).Output);
        found.GetProperty("matches")[0].GetProperty("session").GetString().ShouldBe(Second);
    }

    [Fact]
    public async Task A_session_goes_on_by_the_beginning_of_its_id_if_that_is_clear()
    {
        await using var room = await RecordAsync();

        var clear = await room.RunAsync("-p", "and more", "--resume", "123e99");
        var unclear = await room.RunAsync("-p", "and more", "--resume", "123e");
        var unknown = await room.RunAsync("-p", "and more", "--resume", "ffff");

        clear.ExitCode.ShouldBe(0, clear.Error);
        room.Model.Requests[2].Messages.Select(ModelRequest.TextOf).ToArray()[^3..].ShouldBe(["about pears", "Answer 2.", "and more"]);
        unclear.ExitCode.ShouldBe(1);
        unclear.Error.ShouldSatisfyAllConditions(
            static error => error.ShouldContain(First), static error => error.ShouldContain(Second), static error => error.ShouldContain("about apples"));
        unknown.Error.ShouldContain("qwen sessions list");
        room.Model.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("sessions", "delete")]
    [InlineData("sessions", "delete", "1")]
    [InlineData("sessions", "delete", "123e4567", "nothing")]
    [InlineData("sessions", "show")]
    [InlineData("sessions", "search")]
    [InlineData("sessions", "export", "123e4567", "out.doc")]
    [InlineData("sessions", "list", "none")]
    public async Task What_cannot_be_meant_is_refused_and_nothing_is_lost(params string[] args)
    {
        await using var room = await RecordAsync();

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldNotBeEmpty();
        result.Error.ShouldNotContain("   at ");
        room.Transcripts.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("-p", "me too", "--resume", First)]
    [InlineData("-p", "me too", "--continue")]
    [InlineData("sessions", "delete", First)]
    public async Task A_session_that_another_process_has_open_is_refused_politely(params string[] args)
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(request => request.LastText == "first" ? ModelReply.Held("I think", never.Task) : ModelReply.Text("Hi."));
        await using var process = room.Start("-p", "first", "--session-id", First);
        await room.Model.WaitForAsync(static request => request.LastText == "first");

        var refused = await room.RunAsync(args);
        var forked = await room.RunAsync("-p", "forked", "--resume", First, "--fork-session");

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain($"Session {First} is open in process {process.Id} since ");
        refused.Error.ShouldContain("--fork-session");
        room.Model.Requests.ShouldAllBe(static request => request.LastText != "me too");
        forked.ExitCode.ShouldBe(0, forked.Error);
        room.Model.Requests[1].Messages.Select(ModelRequest.TextOf).ShouldContain("first");

        process.Kill();
        await process.EndAsync();
        var resumed = await room.RunAsync("-p", "and now", "--resume", First);
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        room.Model.Requests[2].Messages.Select(ModelRequest.TextOf).ShouldContain("first");
    }

    private static async Task<Room> RecordAsync()
    {
        var room = new Room();
        room.Model.Then(ModelReply.Text("Answer 1."), ModelReply.Text("Answer 2."), ModelReply.Text("Answer 3."));
        await room.RunAsync("-p", "about apples", "--session-id", First);
        await room.RunAsync("-p", "about pears", "--session-id", Second);
        return room;
    }
}
