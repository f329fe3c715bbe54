using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Hooks that a host runs itself, by control requests.</summary>
public sealed class HostHookTests
{
    private static readonly string[] StreamJson = ["--input-format", "stream-json", "-o", "stream-json", "-y"];

    [Theory]
    [InlineData("""[{"event":"PreToolUse","callback_id":"guard"}]""")]
    [InlineData("""{"PreToolUse":[{"matcher":"glob","hookCallbackIds":["guard"],"timeout":5}]}""")]
    public async Task A_call_that_the_host_refuses_does_not_run_and_the_model_reads_why(string hooks)
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")) : ModelReply.Text("Done."));
        await using var process = room.StartOpen(StreamJson);
        process.Type($$$"""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":{{{hooks}}} } }""");
        process.Type("""{"type":"user","message":{"role":"user","content":"go"}}""");

        var asked = Request(await process.WaitForLineAsync(static line => line.Contains("\"subtype\":\"hook_callback\"", StringComparison.Ordinal)));
        process.Type(Answer(asked.Id, """{"decision":"block","reason":"not on a Monday"}"""));
        process.CloseInput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        asked.Body.GetProperty("callback_id").GetString().ShouldBe("guard");
        asked.Body.GetProperty("input").GetProperty("tool_name").GetString().ShouldBe("glob");
        asked.Body.GetProperty("tool_use_id").GetString().ShouldNotBeNullOrEmpty();
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("not on a Monday");
    }

    [UnixFact]
    public async Task A_call_that_the_host_allows_with_other_input_runs_with_that()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch asked"}""")) : ModelReply.Text("Done."));
        await using var process = room.StartOpen(StreamJson[..^1]);
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":[{"event":"PermissionRequest","callback_id":"h"}]}}""");
        process.Type("""{"type":"user","message":{"role":"user","content":"go"}}""");

        var asked = Request(await process.WaitForLineAsync(static line => line.Contains("\"subtype\":\"hook_callback\"", StringComparison.Ordinal)));
        process.Type(Answer(asked.Id, """{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow","updatedInput":{"command":"touch changed"}}}}"""));
        process.CloseInput();
        (await process.EndAsync()).ExitCode.ShouldBe(0);

        File.Exists(Path.Combine(room.Workspace, "asked")).ShouldBeFalse();
        File.Exists(Path.Combine(room.Workspace, "changed")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""[{"event":"BeforeTea","callback_id":"h"}]""", "there is no event 'BeforeTea'")]
    [InlineData("""[{"event":"1","callback_id":"h"}]""", "there is no event '1'")]
    [InlineData("""[{"event":"Stop"}]""", "hooks[0]: the id of a callback")]
    [InlineData("""{"Stop":[{"hookCallbackIds":"h"}]}""", "hooks.Stop[].hookCallbackIds must be a list")]
    [InlineData("""{"Stop":{}}""", "hooks.Stop must be a list")]
    [InlineData("7", "hooks must be a list")]
    [InlineData("""[{"event":"Stop","callback_id":"h","timeout":0}]""", "hooks[0].timeout must be a number of seconds")]
    public async Task A_hook_that_cannot_be_used_fails_the_handshake(string hooks, string error)
    {
        await using var room = new Room();

        var result = await room.RunWithAsync(
            $$$"""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":{{{hooks}}} } }""" + "\n", StreamJson);

        Room.Json(result.Output).ShouldHaveSingleItem().GetProperty("response").GetProperty("error").GetString()!.ShouldContain(error);
    }

    [Theory]
    [InlineData("\"hello\"")]
    [InlineData("[1]")]
    [InlineData("""{"hookSpecificOutput":"deny"}""")]
    [InlineData("""{"continue":"false"}""")]
    [InlineData("""{"behavior":"deny","message":"x"}""")]
    public async Task An_answer_that_cannot_be_understood_refuses(string answer)
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "glob", """{"pattern":"*"}""")) : ModelReply.Text("Done."));
        await using var process = room.StartOpen(StreamJson);
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":[{"event":"PreToolUse","callback_id":"h"}]}}""");
        process.Type("""{"type":"user","message":{"role":"user","content":"go"}}""");

        var asked = Request(await process.WaitForLineAsync(static line => line.Contains("\"subtype\":\"hook_callback\"", StringComparison.Ordinal)));
        process.Type(Answer(asked.Id, answer));
        process.CloseInput();
        await process.EndAsync();

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("A hook");
    }

    [Fact]
    public async Task Hooks_that_the_settings_switch_off_fail_the_handshake()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"disableAllHooks":true}""");

        var result = await room.RunWithAsync(
            """{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","hooks":[{"event":"Stop","callback_id":"h"}]}}""" + "\n", StreamJson);

        result.Output.ShouldContain("disableAllHooks");
    }

    [Fact]
    public async Task The_time_for_a_decision_is_the_hosts()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"touch x"}""")) : ModelReply.Text("Done."));
        await using var process = room.StartOpen(StreamJson[..^1]);
        process.Type("""{"type":"control_request","request_id":"r1","request":{"subtype":"initialize","timeout":{"canUseTool":50}}}""");
        process.Type("""{"type":"user","message":{"role":"user","content":"go"}}""");

        await process.WaitForLineAsync(static line => line.Contains("\"type\":\"result\"", StringComparison.Ordinal));
        process.CloseInput();
        await process.EndAsync();

        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("Control request timeout");
        File.Exists(Path.Combine(room.Workspace, "x")).ShouldBeFalse();
    }

    private static string Answer(string id, string body) =>
        $$$"""{"type":"control_response","response":{"subtype":"success","request_id":"{{{id}}}","response":{{{body}}} } }""";

    private static (string Id, JsonElement Body) Request(string line)
    {
        var message = JsonDocument.Parse(line).RootElement;
        return (message.GetProperty("request_id").GetString()!, message.GetProperty("request"));
    }
}
