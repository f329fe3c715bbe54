using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Sessions that go on, and sessions nobody keeps.</summary>
public sealed class SessionTests
{
    private const string Id = "123e4567-e89b-42d3-a456-426614174000";

    [Theory]
    [InlineData("--resume", Id)]
    [InlineData("-r", Id)]
    [InlineData("--continue")]
    [InlineData("-c")]
    public async Task A_session_goes_on_where_it_stopped(params string[] options)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("First answer."), ModelReply.Text("Second answer."));
        await room.RunAsync("-p", "first prompt", "--session-id", Id);

        var result = await room.RunAsync(["-p", "second prompt", "-o", "stream-json", .. options]);

        result.ExitCode.ShouldBe(0, result.Error);
        Room.Json(result.Output)[0].GetProperty("session_id").GetString().ShouldBe(Id);
        var said = room.Model.Requests[1].Messages.Select(ModelRequest.TextOf).ToArray();
        said[^3..].ShouldBe(["first prompt", "First answer.", "second prompt"]);
        room.Transcripts.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, "--resume", Id)]
    [InlineData(null, "--continue")]
    [InlineData("123e4567-e89b-42d3-a456-426614174001", "--resume", Id)]
    public async Task A_fork_goes_on_in_a_session_of_its_own_and_the_old_one_stays(string? id, params string[] options)
    {
        await using var room = new Room();
        room.Model.Then([.. Enumerable.Range(1, 4).Select(static number => ModelReply.Text($"Answer {number}."))]);
        await room.RunAsync("-p", "first prompt", "--session-id", Id);
        var old = File.ReadAllText(room.Transcripts.Single());

        var fork = await room.RunAsync(["-p", "second prompt", "-o", "stream-json", "--fork-session", .. options, .. id is null ? [] : (string[])["--session-id", id]]);

        fork.ExitCode.ShouldBe(0, fork.Error);
        var made = Room.Json(fork.Output)[0].GetProperty("session_id").GetString()!;
        made.ShouldNotBe(Id);
        made.ShouldBe(id ?? made);
        room.Model.Requests[1].Messages.Select(ModelRequest.TextOf).ToArray()[^3..].ShouldBe(["first prompt", "Answer 1.", "second prompt"]);
        File.ReadAllText(room.Transcripts.Single(static path => path.Contains(Id, StringComparison.Ordinal))).ShouldBe(old);
        File.ReadAllText(room.Transcripts.Single(path => path.Contains(made, StringComparison.Ordinal))).ShouldNotContain(Id);
        await room.RunAsync("-p", "third prompt", "--resume", made);
        room.Model.Requests[2].Messages.Select(ModelRequest.TextOf).ToArray()[^5..].ShouldBe(["first prompt", "Answer 1.", "second prompt", "Answer 2.", "third prompt"]);
        await room.RunAsync("-p", "other prompt", "--resume", Id);
        room.Model.Requests[3].Messages.Select(ModelRequest.TextOf).ToArray()[^3..].ShouldBe(["first prompt", "Answer 1.", "other prompt"]);
    }

    [Theory]
    [InlineData("Cannot use --session-id", "--resume", Id, "--session-id", Id)]
    [InlineData("name that with --resume", "--fork-session")]
    [InlineData("123e4567-e89b-42d3-a456-426614174009", "--fork-session", "--resume", "123e4567-e89b-42d3-a456-426614174009")]
    [InlineData("sessions are not recorded", "--fork-session", "--resume", Id, "--no-chat-recording")]
    [InlineData("already in use", "--fork-session", "--resume", Id, "--session-id", Id)]
    public async Task A_fork_that_cannot_be_is_refused_in_a_sentence(string error, params string[] options)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await room.RunAsync("-p", "first prompt", "--session-id", Id);

        var result = await room.RunAsync(["-p", "x", .. options]);

        result.ExitCode.ShouldBe(1, result.Error);
        result.Error.ShouldContain(error);
        room.Transcripts.Count.ShouldBe(1);
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_named()
    {
        await using var room = new Room();

        var result = await room.RunAsync("-p", "x", "--resume", Id);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(Id);
        result.Output.ShouldBeEmpty();
        room.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Continuing_where_there_is_nothing_begins_anew()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        (await room.RunAsync("-p", "x", "-c")).ShouldBe(new QwenResult(0, "Hi.\n", string.Empty));
    }

    [Theory]
    [InlineData("--no-chat-recording", "{}")]
    [InlineData("--chat-recording=false", "{}")]
    [InlineData("-y", """{"$version":3,"general":{"chatRecording":false}}""")]
    public async Task A_session_that_is_not_recorded_leaves_nothing(string option, string settings)
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", settings);
        room.Model.On(request => request.LastText == "secret prompt"
            ? ModelReply.Calls(("c1", "agent", """{"description":"one","prompt":"work","subagent_type":"general-purpose","run_in_background":true}"""))
            : ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "secret prompt", option);

        result.ExitCode.ShouldBe(0, result.Error);
        room.Chats("*").ShouldBeEmpty();
        room.FilesWith("secret prompt").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_id_that_a_resumed_session_sees_again_is_another_task()
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_1", "agent", """{"description":"one","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            _ => ModelReply.Text("Done."),
        });
        await room.RunAsync("-p", "go", "--session-id", Id);

        await room.RunAsync("-p", "go", "--resume", Id);

        var told = room.Model.Requests[^1].UserTexts.Where(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal)).ToArray();
        told.Length.ShouldBe(2);
        told[0].ShouldContain("<task-id>general-purpose-call_1</task-id>");
        told[1].ShouldContain("<task-id>general-purpose-call_1-2</task-id>");
    }
}
