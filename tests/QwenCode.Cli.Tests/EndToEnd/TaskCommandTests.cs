using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Tasks and agents as another process of the same person sees them.</summary>
public sealed class TaskCommandTests
{
    private const string First = "123e4567-e89b-42d3-a456-426614174000";
    private const string Second = "123e4567-e89b-42d3-a456-426614174001";
    private const string Launch = """{"description":"watch the pot","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""";
    private readonly TaskCompletionSource _never = new();

    [UnixFact]
    public async Task An_audit_shows_the_way_of_each_end_and_fails_if_one_is_lost_or_doubled()
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText switch
        {
            "go" => ModelReply.Calls(("c1", "agent", Launch)),
            _ => ModelReply.Text("Done."),
        });
        (await room.RunAsync("-p", "go", "--session-id", First)).ExitCode.ShouldBe(0);

        var text = await room.RunAsync("tasks", "audit");
        var json = await room.RunAsync("tasks", "audit", First, "--json");
        var transcript = room.Transcripts.Single();
        await File.AppendAllLinesAsync(transcript, File.ReadLines(transcript).Where(static line => line.Contains("<task-id>", StringComparison.Ordinal)).ToArray());
        var doubled = await room.RunAsync("tasks", "audit");
        var unknown = await room.RunAsync("tasks", "audit", Second);

        text.ExitCode.ShouldBe(0);
        text.Output.ShouldMatch(@"general-purpose-c1 +answered +(\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} +){4}main\n");
        text.Output.ShouldEndWith("1 tasks, 0 lost, 0 doubled.\n");
        json.ExitCode.ShouldBe(0);
        var task = Room.Json(json.Output).Single().GetProperty("sessions")[0].GetProperty("tasks")[0];
        (task.GetProperty("state").GetString(), task.GetProperty("consumer").GetString()).ShouldBe(("answered", "main"));
        doubled.ExitCode.ShouldBe(1);
        doubled.Output.ShouldContain("DOUBLED: it is in the transcript of main 2 times");
        unknown.ExitCode.ShouldBe(1);
        unknown.Error.ShouldContain($"No saved session found with ID {Second}");
    }

    [UnixFact]
    public async Task What_waits_for_a_slot_is_listed_as_queued_and_several_are_stopped_at_once()
    {
        await using var room = Watching();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"agents":{"maxConcurrent":1}}""");
        await using var process = room.Start("-p", "go", "--session-id", First, "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        var list = await room.RunAsync("tasks", "list");
        var show = await room.RunAsync("tasks", "show", "general-purpose-c2");
        var resume = await room.RunAsync("tasks", "resume", "general-purpose-c1");
        var stop = await room.RunAsync("tasks", "stop", "general-purpose-c2", "general-purpose-c1", "nobody");
        var result = await process.EndAsync();

        list.Output.ShouldMatch(@"general-purpose-c1 +running ");
        list.Output.ShouldMatch(@"general-purpose-c2 +queued ");
        show.Output.ShouldMatch(@"State +queued\n");
        resume.ExitCode.ShouldBe(1);
        resume.Error.ShouldContain("qwen tasks stop general-purpose-c1");
        stop.ExitCode.ShouldBe(1);
        stop.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        stop.Error.ShouldContain("Task not found: nobody. 'qwen tasks list'");
        result.ExitCode.ShouldBe(0, result.Error);
    }

    [UnixFact]
    public async Task A_task_whose_process_is_gone_is_listed_as_interrupted_with_what_to_do_also_when_another_session_is_the_latest()
    {
        await using var room = Watching();
        await using (var process = room.Start("-p", "go", "--session-id", First, "-o", "stream-json"))
        {
            await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        (await room.RunAsync("-p", "hello", "--session-id", Second)).ExitCode.ShouldBe(0);

        var list = await room.RunAsync("tasks", "list");
        var show = await room.RunAsync("tasks", "show", "general-purpose-c1");
        var stop = await room.RunAsync("tasks", "stop", "general-purpose-c1");

        list.Output.ShouldContain($"Session {Second} has no tasks.");
        list.Output.ShouldContain($"Session {First}\n");
        list.Output.ShouldMatch(@"general-purpose-c1 +interrupted ");
        list.Output.ShouldContain("qwen tasks resume ID");
        show.Output.ShouldContain(First);
        show.Output.ShouldContain("qwen tasks resume general-purpose-c1");
        stop.ExitCode.ShouldBe(1);
        stop.Error.ShouldContain("qwen tasks resume general-purpose-c1");
        room.Model.On(static request => request.LastText.StartsWith("You were interrupted", StringComparison.Ordinal) ? ModelReply.Text("Warm.") : null);
        (await room.RunAsync("tasks", "resume", "general-purpose-c1")).ExitCode.ShouldBe(0);
        var later = await room.RunAsync("tasks", "list", "--resume", First);
        later.Output.ShouldMatch(@"general-purpose-c1 +interrupted ");
        later.Output.ShouldMatch(@"general-purpose-c1-2 +completed ");
    }

    [Fact]
    public async Task A_session_that_does_not_exist_is_named_and_a_project_without_one_says_what_to_do()
    {
        await using var room = Watching();

        var none = await room.RunAsync("tasks", "list");
        var wrong = await room.RunAsync("tasks", "list", "--resume", First);

        none.ExitCode.ShouldBe(1);
        none.Error.ShouldContain("qwen first");
        wrong.ExitCode.ShouldBe(1);
        wrong.Error.ShouldContain(First);
        (none.Output + wrong.Output).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("agents", "list")]
    [InlineData("agents", "validate")]
    [InlineData("tasks", "list")]
    public async Task A_setting_that_cannot_be_used_is_told_in_a_sentence_by_commands_too(string command, string verb)
    {
        await using var room = Watching();
        var file = room.WriteHome(".qwen/settings.json", "{\n  \"$version\": 3,\n  \"agents\": { \"maxConcurrent\": 0 }\n}\n");

        var result = await room.RunAsync(command, verb);

        result.ExitCode.ShouldBeOneOf(1, 52);
        result.Error.ShouldContain($"{file}:3");
        result.Error.ShouldContain("agents.maxConcurrent");
        result.Error.TrimEnd('\n').ShouldNotContain("\n");
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_whose_agent_is_gone_ends_in_a_sentence_and_goes_on_once_its_file_is_back(bool isDebugging)
    {
        const string Gardener = "---\nname: gardener\ndescription: Cuts what is too long.\n---\nCut what is too long, and nothing else.\n";
        await using var room = new Room();
        var file = room.Write(".qwen/agents/gardener.md", Gardener);
        room.Model.On(request => request.LastText switch
        {
            var text when text.EndsWith("go", StringComparison.Ordinal) => ModelReply.Calls(("c1", "agent", Launch.Replace("general-purpose", "gardener", StringComparison.Ordinal))),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held(string.Empty, _never.Task),
            var text when text.StartsWith("You were interrupted", StringComparison.Ordinal) => ModelReply.Text("Cut."),
            _ => ModelReply.Text("I wait."),
        });
        await using (var process = room.Start("-p", "go", "--session-id", First, "-o", "stream-json"))
        {
            await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        File.Delete(file);
        var gone = await room.RunAsync(isDebugging ? ["tasks", "resume", "gardener-c1", "--debug"] : ["tasks", "resume", "gardener-c1"]);
        room.Write(".qwen/agents/gardener.md", Gardener);
        var back = await room.RunAsync("tasks", "resume", "gardener-c1");

        gone.ExitCode.ShouldBe(1, gone.Error);
        gone.Error.ShouldContain("The agent 'gardener' of task gardener-c1 is not defined any more");
        gone.Error.ShouldNotContain("Unhandled exception");
        back.ExitCode.ShouldBe(0, back.Error);
        room.Model.Requests.ShouldContain(static request => request.LastText.StartsWith("You were interrupted", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task A_command_of_a_killed_session_is_not_offered_to_be_resumed()
    {
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("c1", "run_shell_command", """{"command":"sleep 30","description":"sleeps","is_background":true}""")),
            _ => ModelReply.Held("I wait.", _never.Task),
        });
        await using (var process = room.Start("-p", "go", "-y", "--session-id", First, "-o", "stream-json", "--include-partial-messages"))
        {
            await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        var list = await room.RunAsync("tasks", "list");
        var id = System.Text.RegularExpressions.Regex.Match(list.Output, "bg_[0-9a-f]+").Value;
        var show = await room.RunAsync("tasks", "show", id);
        var resume = await room.RunAsync("tasks", "resume", id);

        id.ShouldNotBeEmpty();
        (list.Output + show.Output).ShouldNotContain("tasks resume");
        (resume.ExitCode, resume.Output).ShouldBe((1, string.Empty));
        resume.Error.ShouldContain($"Task {id} is a command, which cannot be continued; start it anew: sleep 30");
    }

    [UnixFact]
    public async Task A_resumed_task_is_reported_once_and_never_as_failed()
    {
        await using var room = Watching();
        await using (var process = room.Start("-p", "go", "--session-id", First, "-o", "stream-json"))
        {
            await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));
            process.Kill();
            await process.EndAsync();
        }

        var before = room.Model.Requests.Count;
        room.Model.On(static request => request.LastText.StartsWith("You were interrupted", StringComparison.Ordinal) ? ModelReply.Text("Warm.") : null);
        (await room.RunAsync("tasks", "resume", "general-purpose-c1")).ExitCode.ShouldBe(0);
        (await room.RunAsync("-p", "and now?", "--resume", First)).ExitCode.ShouldBe(0);

        var told = room.Model.Requests.Skip(before).SelectMany(static request => request.UserTexts).Where(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal)).Distinct().ToArray();
        told.Count(static text => text.Contains("general-purpose-c1<", StringComparison.Ordinal) || text.Contains("general-purpose-c1-2<", StringComparison.Ordinal)).ShouldBe(1);
        told.Single(static text => text.Contains("general-purpose-c1", StringComparison.Ordinal)).ShouldContain("<status>completed</status>");
    }

    [Theory]
    [InlineData("""{"agentId":"general-purpose-c9","agentType":"general-purpose","description":"old work","status":"running","isBackgrounded":true,"toolUseId":"c9"}""", true)]
    [InlineData("""{"agentId":"general-purpose-c9","agentType":"general-purpose","description":"old work","status":"running","isBackgrounded":false}""", false)]
    [InlineData("""{"agentId":"general-purpose-c9","agentType":"general-purpose","description":"old work","status":"cancelled","isBackgrounded":true}""", false)]
    [InlineData("""{"agentId":"general-purpose-c9","agentType":"general-purpose","description":"old work"}""", false)]
    public async Task A_background_agent_of_another_versions_killed_session_is_reported_once(string sideCar, bool isReported)
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText == "write to it" ? ModelReply.Calls(("s1", "send_message", """{"task_id":"general-purpose-c9","message":"hello"}""")) : ModelReply.Text("Hi."));
        (await room.RunAsync("-p", "hello", "--session-id", First)).ExitCode.ShouldBe(0);
        var chats = Path.GetDirectoryName(room.Transcripts.Single())!;
        room.Write(Path.Combine(chats, "..", "subagents", First, "agent-general-purpose-c9.meta.json"), sideCar);

        (await room.RunAsync("-p", "write to it", "--resume", First)).ExitCode.ShouldBe(0);
        (await room.RunAsync("-p", "and again", "--resume", First)).ExitCode.ShouldBe(0);

        var told = room.Model.Requests[^1].UserTexts.Where(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal)).ToArray();
        told.Length.ShouldBe(isReported ? 1 : 0);
        var result = room.Model.Requests[^1].ToolResults.Single().Text;
        if (isReported)
        {
            told[0].ShouldContain("<task-id>general-purpose-c9</task-id>");
            told[0].ShouldContain("Interrupted");
            result.ShouldContain("was interrupted");
        }
        else
        {
            result.ShouldContain("Task not found");
        }
    }

    private Room Watching()
    {
        var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("c1", "agent", Launch), ("c2", "agent", Launch)),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held(string.Empty, _never.Task),
            _ => ModelReply.Text("I wait."),
        });
        return room;
    }
}
