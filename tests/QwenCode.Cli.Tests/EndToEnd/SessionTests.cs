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
