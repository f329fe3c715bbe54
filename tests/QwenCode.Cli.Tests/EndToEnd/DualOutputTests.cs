using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A conversation in the terminal that another program follows, and takes part in.</summary>
public sealed class DualOutputTests
{
    private static readonly string[] Options = ["--json-file", "events.jsonl", "--input-file", "input.jsonl"];

    [UnixFact]
    public async Task The_events_of_the_conversation_are_written_beside_the_terminal()
    {
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text("You said " + request.LastText));
        room.Write("events.jsonl", string.Concat(Enumerable.Repeat("what an earlier session left\n", 1000)));
        await using var qwen = room.StartInTerminal(["-i", "begin", .. Options]);
        await qwen.WaitForLineAsync(static line => line.Contains("You said begin", StringComparison.Ordinal));

        qwen.Type("go on");
        await qwen.WaitForLineAsync(static line => line.Contains("You said go on", StringComparison.Ordinal));
        qwen.Type("/quit");
        (await qwen.EndAsync()).ExitCode.ShouldBe(0);

        var events = Events(room);
        Kind(events[0]).ShouldBe("system/session_start");
        events[0].GetProperty("data").GetProperty("protocol_version").GetInt32().ShouldBe(1);
        Kind(events[^1]).ShouldBe("system/session_end");
        events.Where(static one => Kind(one) == "user").Select(Text).ShouldBe(["begin", "go on"]);
        events.Where(static one => Kind(one) == "assistant").Select(Text).ShouldBe(["You said begin", "You said go on"]);
        events.Select(Kind).ShouldContain("stream_event");
        events.Select(Kind).ShouldNotContain("system/init");
        events.Select(Kind).ShouldNotContain("result");
        events.Select(static one => one.TryGetProperty("session_id", out var id) ? id.GetString() : null).OfType<string>().Distinct().ShouldHaveSingleItem();
    }

    [UnixFact]
    public async Task Another_program_submits_prompts_and_decides_about_calls()
    {
        await using var room = new Room();
        room.Model.On(static request => (request.LastText, request.ToolResults.Count) switch
        {
            ("make it", _) => ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch made"}""")),
            ("make another", _) => ModelReply.Calls(("c2", "run_shell_command", """{"command":"touch another"}""")),
            _ => ModelReply.Text("Done with " + request.LastUserText),
        });
        room.Write("input.jsonl", """{"type":"submit","text":"from before the start"}""" + "\n");
        await using var qwen = room.StartInTerminal(Options);
        await qwen.WaitForLineAsync(static line => line.Contains("/help", StringComparison.Ordinal));

        Append(room, """{"type":"submit","text":"make it"}""");
        var asked = await FindAsync(room, static one => Kind(one) == "control_request");
        Append(room, $$"""{"type":"confirmation_response","request_id":"{{asked.GetProperty("request_id").GetString()}}","allowed":true}""");
        await qwen.WaitForLineAsync(static line => line.Contains("Done with make it", StringComparison.Ordinal));
        Append(room, """{"type":"submit","text":"make another"}""");
        var second = await FindAsync(room, one => Kind(one) == "control_request" && Id(one) != Id(asked));
        Append(room, $$"""{"type":"confirmation_response","request_id":"{{Id(second)}}","allowed":false}""");
        await qwen.WaitForLineAsync(static line => line.Contains("Done with make another", StringComparison.Ordinal));
        Append(room, """{"type":"confirmation_response","request_id":"nobody-asked","allowed":true}""");
        var refused = await FindAsync(room, static one => Kind(one) == "control_response" && one.GetProperty("response").GetProperty("request_id").GetString() == "nobody-asked");
        qwen.Type("/quit");
        await qwen.EndAsync();

        asked.GetProperty("request").GetProperty("tool_name").GetString().ShouldBe("run_shell_command");
        asked.GetProperty("request").GetProperty("permission_suggestions").ValueKind.ShouldBe(JsonValueKind.Null);
        Settled(room, asked).ShouldBeTrue();
        Settled(room, second).ShouldBeFalse();
        refused.GetProperty("response").GetProperty("subtype").GetString().ShouldBe("error");
        File.Exists(Path.Combine(room.Workspace, "made")).ShouldBeTrue();
        File.Exists(Path.Combine(room.Workspace, "another")).ShouldBeFalse();
        room.Model.Requests.ShouldNotContain(static request => request.LastText.Contains("from before the start", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task A_line_that_cannot_be_used_is_named_and_the_next_one_is_taken()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        await using var qwen = room.StartInTerminal(Options);
        await qwen.WaitForLineAsync(static line => line.Contains("/help", StringComparison.Ordinal));

        Append(room, "not json");
        Append(room, """{"type":"submit","text":"sound"}""");
        (await room.Model.WaitForAsync(static request => request.LastText == "sound")).LastText.ShouldBe("sound");
        qwen.Type("/quit");

        (await qwen.EndAsync()).Output.ShouldContain("input.jsonl, line 1, was ignored: it is no JSON object.");
    }

    [UnixFact]
    public async Task A_pipe_that_nobody_reads_does_not_keep_the_program_from_ending()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(room.Workspace, "pipe")))
        {
            await made.WaitForExitAsync();
        }

        await using var qwen = room.StartInTerminal("-i", "begin", "--json-file", "pipe");
        await qwen.WaitForLineAsync(static line => line.Contains("Hi.", StringComparison.Ordinal));
        qwen.Type("/quit");

        (await qwen.EndAsync()).ExitCode.ShouldBe(0);
    }

    [UnixFact]
    public async Task A_pipe_is_no_file_that_lines_are_appended_to()
    {
        await using var room = new Room();
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(room.Workspace, "pipe")))
        {
            await made.WaitForExitAsync();
        }

        await using var qwen = room.StartInTerminal("-i", "begin", "--input-file", "pipe");
        var result = await qwen.EndAsync();

        (result.ExitCode, result.Output.Contains("is no regular file", StringComparison.Ordinal)).ShouldBe((1, true), result.Output);
        room.Model.Requests.ShouldBeEmpty();
    }

    [UnixFact]
    public async Task The_settings_name_the_files_too()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));
        room.WriteHome(".qwen/settings.json", """{"$version":3,"dualOutput":{"jsonFile":"events.jsonl"}}""");
        await using var qwen = room.StartInTerminal("-i", "begin");
        await qwen.WaitForLineAsync(static line => line.Contains("Hi.", StringComparison.Ordinal));
        qwen.Type("/quit");
        await qwen.EndAsync();

        Kind(Events(room)[0]).ShouldBe("system/session_start");
    }

    [Theory]
    [InlineData("-p", "hi", "--json-file", "x")]
    [InlineData("-p", "hi", "--json-fd", "3")]
    [InlineData("--acp", "--input-file", "x")]
    [InlineData("--json-fd", "3", "--json-file", "x")]
    [InlineData("--json-fd", "x")]
    public async Task A_run_without_a_conversation_refuses_them(params string[] args)
    {
        await using var room = new Room();

        var result = await room.RunAsync(args);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("--json-fd");
        room.Model.Requests.ShouldBeEmpty();
    }

    private static void Append(Room room, string line) => File.AppendAllText(Path.Combine(room.Workspace, "input.jsonl"), line + "\n");

    private static IReadOnlyList<JsonElement> Events(Room room)
    {
        using var file = new FileStream(Path.Combine(room.Workspace, "events.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return Room.Json(text[..(text.LastIndexOf('\n') + 1)]);
    }

    private static async Task<JsonElement> FindAsync(Room room, Func<JsonElement, bool> fits)
    {
        using var patience = new CancellationTokenSource(QwenProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await timer.WaitForNextTickAsync(patience.Token))
        {
            if (Events(room).FirstOrDefault(fits) is { ValueKind: JsonValueKind.Object } found)
            {
                return found;
            }
        }

        throw new TimeoutException();
    }

    private static bool Settled(Room room, JsonElement asked) => Events(room)
        .Single(one => Kind(one) == "control_response" && one.GetProperty("response").GetProperty("request_id").GetString() == Id(asked))
        .GetProperty("response").GetProperty("response").GetProperty("allowed").GetBoolean();

    private static string Id(JsonElement request) => request.GetProperty("request_id").GetString()!;

    private static string Kind(JsonElement one) => one.GetProperty("type").GetString() + (one.TryGetProperty("subtype", out var subtype) ? "/" + subtype.GetString() : string.Empty);

    private static string Text(JsonElement one) => one.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;
}
