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

    // All lines at once: the interrupt is read while the session is still being opened.
    private static async Task IsAcknowledgedAsync(int code, params string[] before)
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.Then(ModelReply.Held("I think", never.Task));
        await using var process = room.StartOpen(StreamJson);

        process.Type(string.Join('\n', before.Append(Interrupt)));
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(code, result.Error);
        result.Error.ShouldBe(code == 0 ? string.Empty : "Operation cancelled.\n");
        Response(result.Output).GetProperty("subtype").GetString().ShouldBe("success");
    }

    private static JsonElement Response(string output) => Room.Json(output).Where(static message => message.GetProperty("type").GetString() == "control_response")
        .Select(static message => message.GetProperty("response")).Single(static response => response.GetProperty("request_id").GetString() == "stop");
}
