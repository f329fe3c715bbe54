using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>An <c>interrupt</c> request, at any time of a session that a host drives.</summary>
public sealed class InterruptTests
{
    private const string Interrupt = """{"type":"control_request","request_id":"stop","request":{"subtype":"interrupt"}}""";
    private const string Initialize = """{"type":"control_request","request_id":"init","request":{"subtype":"initialize"}}""";
    private const string Prompt = """{"type":"user","message":{"role":"user","content":"one"}}""";
    private static readonly string[] StreamJson = ["--input-format", "stream-json", "-o", "stream-json"];

    [Fact]
    public async Task Before_anything_else_it_is_acknowledged_and_ends_the_session_with_0() => await IsAcknowledgedAsync(0);

    [Fact]
    public async Task Right_after_the_handshake_it_is_acknowledged_and_ends_the_session_with_0() => await IsAcknowledgedAsync(0, Initialize);

    [Fact]
    public async Task With_a_prompt_in_the_queue_it_is_acknowledged_and_ends_the_session_with_130() => await IsAcknowledgedAsync(130, Initialize, Prompt);

    [Fact]
    public async Task While_idle_it_is_acknowledged_and_ends_the_session_with_0()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await using var process = room.StartOpen(StreamJson);
        process.Type(Prompt);
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type(Interrupt);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        Response(result.Output).GetProperty("subtype").GetString().ShouldBe("success");
    }

    [Fact]
    public async Task During_a_turn_its_result_is_an_error_and_the_next_prompt_runs()
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(request => request.LastText == "one" ? ModelReply.Held("I think", never.Task) : ModelReply.Text("Two."));
        await using var process = room.StartOpen(StreamJson);
        process.Type(Initialize + "\n" + Prompt);
        await room.Model.WaitForAsync(static request => request.LastText == "one");

        process.Type(Interrupt);
        var first = await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));
        process.Type(Prompt.Replace("one", "two", StringComparison.Ordinal));
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        var error = JsonElement.Parse(first);
        (error.GetProperty("subtype").GetString(), error.GetProperty("is_error").GetBoolean()).ShouldBe(("error_during_execution", true));
        Room.Json(result.Output)[^1].GetProperty("result").GetString().ShouldBe("Two.");
        room.Model.Requests[^1].UserTexts.TakeLast(2).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task During_a_turn_it_leaves_the_prompts_that_wait_behind_it()
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(request => request.LastText == "one" ? ModelReply.Held("I think", never.Task) : ModelReply.Text("Two."));
        await using var process = room.StartOpen(StreamJson);
        process.Type(Prompt + "\n" + Prompt.Replace("one", "two", StringComparison.Ordinal));
        await room.Model.WaitForAsync(static request => request.LastText == "one");

        process.Type(Interrupt);
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        Room.Json(result.Output).Where(static message => message.GetProperty("type").GetString() == "result").Select(static message => message.GetProperty("subtype").GetString())
            .ShouldBe(["error_during_execution", "success"]);
    }

    [Fact]
    public async Task A_later_prompt_that_still_waits_is_interrupted_and_the_session_goes_on()
    {
        // Until the input ends, the handshake with the host's server holds the prompt back.
        const string slow = """{"type":"control_request","request_id":"late","request":{"subtype":"initialize","sdkMcpServers":{"slow":{"name":"slow"}}}}""";
        await using var room = new Room();
        room.Model.On(static request => ModelReply.Text($"Did {request.LastText}."));
        await using var process = room.StartOpen(StreamJson);
        process.Type(Initialize + "\n" + Prompt);
        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));

        process.Type(slow + "\n" + Prompt.Replace("one", "two", StringComparison.Ordinal) + "\n" + Interrupt);
        await process.WaitForLineAsync(static line => line.Contains("\"request_id\":\"stop\"", StringComparison.Ordinal));
        process.Type(Prompt.Replace("one", "three", StringComparison.Ordinal));
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        var results = Room.Json(result.Output).Where(static message => message.GetProperty("type").GetString() == "result").ToArray();
        results.Select(static message => message.GetProperty("subtype").GetString()).ShouldBe(["success", "error_during_execution", "success"]);
        results[^1].GetProperty("result").GetString().ShouldBe("Did three.");
        room.Model.Requests.Select(static request => request.LastText).ShouldBe(["one", "three"]);
    }

    // All lines at once: the interrupt is read while the session is still being opened.
    private static async Task IsAcknowledgedAsync(int code, params string[] before)
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.Then(ModelReply.Held("I think", never.Task));
        await using var process = room.StartOpen(StreamJson);

        process.Type(string.Join('\n', before.Append(Interrupt)));
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(code, result.Error);
        result.Error.ShouldBe(code == 0 ? string.Empty : "Operation cancelled.\n");
        Response(result.Output).GetProperty("subtype").GetString().ShouldBe("success");
    }

    private static JsonElement Response(string output) => Room.Json(output).Where(static message => message.GetProperty("type").GetString() == "control_response")
        .Select(static message => message.GetProperty("response")).Single(static response => response.GetProperty("request_id").GetString() == "stop");
}
