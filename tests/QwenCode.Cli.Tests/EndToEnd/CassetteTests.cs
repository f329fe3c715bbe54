using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Runs of the program that were recorded, and are replayed without a server.</summary>
public sealed class CassetteTests
{
    private const int Replays = 20;

    [Fact]
    public async Task A_run_with_three_background_agents_is_replayed_twenty_times_with_the_same_result()
    {
        await using var room = new Room();
        Answer(room, "find alpha", "alpha is done", 300);
        Answer(room, "find beta", "beta is done", 120);
        Answer(room, "find gamma", "gamma is done", 50);
        room.Model.On(static request => request.LastText.Contains("is done", StringComparison.Ordinal) && request.LastText.StartsWith("<task-notification>", StringComparison.Ordinal)
            ? ModelReply.Text(string.Join(", ", request.UserTexts.Where(static text => text.Contains("is done", StringComparison.Ordinal)).Select(static text => text.Split("<result>")[1].Split(' ')[0])))
            : null);
        room.Model.On(static request => request.LastText.StartsWith("Background agent launched", StringComparison.Ordinal) ? ModelReply.Text("Started.") : null);
        room.Model.On(static request => request.LastText == "go" ? ModelReply.Calls(Launch("alpha"), Launch("beta"), Launch("gamma")) : null);
        var recorded = await room.RunAsync("-y", "-p", "go", "--model-cassette", "record:tape");
        var requests = room.Model.Requests.Count;
        Forget(room);

        for (var i = 0; i < Replays; i++)
        {
            (await room.RunAsync("-y", "-p", "go", "--model-cassette", "strict:tape")).ShouldBe(recorded);
        }

        recorded.ShouldBe(new QwenResult(0, "gamma, beta, alpha\n", string.Empty));
        requests.ShouldBe(8);
        room.Model.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task A_prompt_that_was_not_recorded_fails_at_once_without_a_server()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await room.RunAsync("say hi", "--model-cassette", "record:tape");

        var result = await room.RunAsync("say ho", "--model-cassette", "replay:tape");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("conversation \"say ho\", step 0. The nearest is conversation \"say hi\", step 0: recorded \"say hi\", now \"say ho\"");
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_agent_whose_request_was_not_recorded_fails_the_run()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(Launch("alpha")), ModelReply.Text("alpha is done"), ModelReply.Text("Started."), ModelReply.Text("End."));
        await room.RunAsync("-y", "-p", "go", "--model-cassette", "record:tape");
        var tape = Path.Combine(room.Workspace, "tape");
        var lines = await File.ReadAllLinesAsync(tape);
        await File.WriteAllLinesAsync(tape, lines.Where(static line => !line.Contains("\"prompt\":\"find alpha\"", StringComparison.Ordinal)));

        var result = await room.RunAsync("-y", "-p", "go", "--model-cassette", "replay:tape");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("conversation \"find alpha\", step 0");
    }

    [Fact]
    public async Task Neither_keys_nor_the_home_directory_are_in_the_file()
    {
        const string foreign = "sk-of-another-service-98765";
        await using var room = new Room();
        room.Environment["OTHER_SERVICE_KEY"] = foreign;
        room.Write("keys.txt", $"{foreign}\n{Room.Key}\n{room.Home}\n");
        room.WriteHome(".qwen/settings.json", """{"$version":3,"model":{"generationConfig":{"customHeaders":{"X-Api-Token":"token-of-a-header-4711"}}}}""");
        room.Model.Then(
            ModelReply.Calls(("c1", "read_file", $$"""{"file_path":"{{room.Workspace}}/keys.txt"}""")),
            ModelReply.Text($"It holds {foreign} and {Room.Key}; your home is {room.Home}; I was sent token-of-a-header-4711."));
        (await room.RunAsync($"read keys.txt in {room.Home}", "--model-cassette", "record:tape")).ExitCode.ShouldBe(0);

        var tape = await File.ReadAllTextAsync(Path.Combine(room.Workspace, "tape"));
        foreach (var secret in (string[])[foreign, Room.Key, "token-of-a-header-4711", room.Home, room.Workspace])
        {
            tape.ShouldNotContain(secret, Case.Sensitive);
        }

        var replayed = await room.RunAsync($"read keys.txt in {room.Home}", "--model-cassette", "strict:tape");
        replayed.Error.ShouldBeEmpty();
        replayed.Output.ShouldContain($"your home is {room.Home};");
    }

    [Fact]
    public async Task A_changed_system_prompt_is_noted_in_a_replay_and_fails_a_strict_one()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await room.RunAsync("hi", "--append-system-prompt", "Never whistle.", "--model-cassette", "record:tape");

        var replay = await room.RunAsync("hi", "--append-system-prompt", "Never sing.", "--model-cassette", "replay:tape");
        var strict = await room.RunAsync("hi", "--append-system-prompt", "Never sing.", "--model-cassette", "strict:tape");

        (replay.ExitCode, replay.Output).ShouldBe((0, "Hi.\n"));
        replay.Error.ShouldContain("the system prompt differs");
        replay.Error.ShouldContain("whistle");
        strict.ExitCode.ShouldBe(1);
        strict.Error.ShouldContain("the system prompt differs");
    }

    [Fact]
    public async Task Tools_really_run_in_a_replay_and_a_result_that_differs_is_told()
    {
        await using var room = new Room();
        room.Write("a.txt", "milk");
        room.Model.Then(ModelReply.Calls(("c1", "read_file", $$"""{"file_path":"{{room.Workspace}}/a.txt"}""")), ModelReply.Text("I read it."));
        await room.RunAsync("read a.txt", "--model-cassette", "record:tape");
        room.Write("a.txt", "bread");

        var replay = await room.RunAsync("read a.txt", "--model-cassette", "replay:tape");
        var strict = await room.RunAsync("read a.txt", "--model-cassette", "strict:tape");

        (replay.ExitCode, replay.Output).ShouldBe((0, "I read it.\n"));
        replay.Error.ShouldContain("the result of read_file differs: recorded \"read_file: milk\", now \"read_file: bread\"");
        (strict.ExitCode, strict.Output).ShouldBe((1, string.Empty));
        room.Model.Requests.Count.ShouldBe(2);
    }

    [UnixFact]
    public async Task An_interrupt_while_recording_leaves_whole_lines()
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "read_file", $$"""{"file_path":"{{room.Workspace}}/tape"}""")) : ModelReply.Held("I am", never.Task));
        await using var qwen = room.Start("go on", "--model-cassette", "record:tape", "-o", "stream-json", "--include-partial-messages");
        await qwen.WaitForLineAsync(static line => line.Contains("I am", StringComparison.Ordinal));
        qwen.Signal(QwenProcess.Interrupt);
        (await qwen.EndAsync()).ExitCode.ShouldBe(130);

        var tape = await File.ReadAllTextAsync(Path.Combine(room.Workspace, "tape"));
        tape.ShouldEndWith("\n");
        Room.Json(tape).Count(static line => line.TryGetProperty("exchange", out _)).ShouldBe(2);
        tape.ShouldContain("\"kind\":\"stopped\"");
    }

    [Fact]
    public async Task Nothing_needs_to_be_configured_for_a_replay()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await room.RunAsync("hi", "--model-cassette", "record:tape");

        (await room.WithoutModel().RunAsync("hi", "--model-cassette", "strict:tape")).ShouldBe(new QwenResult(0, "Hi.\n", string.Empty));
    }

    [Fact]
    public async Task A_cassette_that_is_not_there_is_named()
    {
        await using var room = new Room();

        var result = await room.RunAsync("hi", "--model-cassette", "replay:missing");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(Path.Combine(room.Workspace, "missing"));
        room.Model.Requests.ShouldBeEmpty();
    }

    private static (string Id, string Name, string Arguments) Launch(string name) => ($"call_{name}", "agent",
        $$"""{"description":"{{name}}","prompt":"find {{name}}","subagent_type":"Explore","run_in_background":true}""");

    private static void Answer(Room room, string prompt, string text, int milliseconds) => room.Model.On(request =>
        request.LastText == prompt ? ModelReply.Text(text) with { Delay = TimeSpan.FromMilliseconds(milliseconds) } : null);

    // The server answers nothing any more.
    private static void Forget(Room room) => room.Model.On(static _ => ModelReply.Error(500, "not in a replay"));
}
