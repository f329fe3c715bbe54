using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What an MCP server offers beside tools: prompts as commands, and resources.</summary>
public sealed class McpTests
{
    private static readonly string[] StreamJson = ["--input-format", "stream-json", "-o", "stream-json"];

    private static string Config => $$$"""{"srv":{"command":"bash","args":[{{{ModelReply.Quote(Path.Combine(AppContext.BaseDirectory, "mcp-server.sh"))}}}]}}""";

    [UnixFact]
    public async Task A_prompt_of_a_server_is_a_command()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hello."));

        var result = await room.RunExactlyAsync("--mcp-config", Config, "-p", "/greet all of you");

        (result.ExitCode, result.Output).ShouldBe((0, "Hello.\n"), result.Error);
        room.Model.Requests.ShouldHaveSingleItem().LastText.ShouldBe("Say hello to all of you.");
    }

    [UnixFact]
    public async Task A_prompt_that_lacks_something_says_so_and_nothing_is_sent()
    {
        await using var room = new Room();

        var text = await room.RunAsync("--mcp-config", Config, "-p", "/greet");
        var json = await room.RunAsync("--mcp-config", Config, "-p", "/greet", "-o", "json");

        text.Error.ShouldContain("/greet cannot be used so. It needs 'who'. Usage: /greet --who=\"…\"");
        JsonElement.Parse(json.Output).EnumerateArray().Last().GetProperty("error").GetProperty("message").GetString()!.ShouldContain("It needs 'who'");
        room.Model.Requests.ShouldBeEmpty();
    }

    [UnixFact]
    public async Task A_host_sees_the_prompts_and_uses_them_and_resources()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("ok"));
        var lines = string.Join('\n',
            """{"type":"control_request","request_id":"i","request":{"subtype":"initialize"}}""",
            User("/greet you"), User("read @srv:note:1, please"), User("/greet"),
            """{"type":"control_request","request_id":"c","request":{"subtype":"supported_commands"}}""") + "\n";

        var result = await room.RunWithAsync(lines, ["--mcp-config", Config, .. StreamJson]);

        var messages = Room.Json(result.Output);
        var init = messages.First(static message => message.GetProperty("type").GetString() == "system");
        Texts(init.GetProperty("slash_commands")).ShouldBe(["compress", "compress-fast", "context", "greet", "init", "restore", "rewind", "summary"]);
        Texts(init.GetProperty("tools")).ShouldContain("read_mcp_resource");
        Texts(messages.Last(static message => message.GetProperty("type").GetString() == "control_response").GetProperty("response").GetProperty("response").GetProperty("commands"))
            .ShouldBe(["compress", "compress-fast", "context", "greet", "init", "restore", "rewind", "summary"]);
        room.Model.Requests.Count.ShouldBe(2);
        room.Model.Requests[0].LastUserText.ShouldBe("Say hello to you.");
        room.Model.Requests[1].LastUserText.ShouldSatisfyAllConditions(
            static text => text.ShouldStartWith("read @srv:note:1, please"),
            static text => text.ShouldContain("--- Content from MCP resource srv:note:1 ["),
            static text => text.ShouldContain("\nthe text of the note\n"),
            static text => text.ShouldContain("--- End of MCP resource srv:note:1 ["));
        messages.Last(static message => message.GetProperty("type").GetString() == "result").GetProperty("is_error").GetBoolean().ShouldBeTrue();
    }

    [UnixTheory]
    [InlineData("mcp__srv")]
    [InlineData("mcp__srv__*")]
    [InlineData("read_mcp_resource")]
    public async Task Rules_for_a_server_hold_for_its_resources(string rule)
    {
        await using var room = new Room();
        room.Write(".qwen/settings.json", $$$"""{"$version":3,"permissions":{"deny":["{{{rule}}}"]}}""");
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "read_mcp_resource", """{"server_name":"srv","uri":"note:1"}""")) : ModelReply.Text("ok"));

        var result = await room.RunAsync("--mcp-config", Config, "-p", "read @srv:note:1");

        result.Error.ShouldContain("@srv:note:1 may not be read by the permission rules.");
        room.Model.Requests[0].LastUserText.ShouldBe("read @srv:note:1");
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldNotContain("the text of the note");
    }

    [UnixFact]
    public async Task A_model_reads_a_resource_and_a_server_that_does_not_have_it_is_said()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "list_mcp_resources", "{}"), ("c2", "read_mcp_resource", """{"server_name":"srv","uri":"note:1"}""")) : ModelReply.Text("ok"));

        await room.RunAsync("--mcp-config", Config, "-p", "go");

        room.Model.Requests[1].ToolResults.Select(static one => one.Text).ShouldBe(["MCP server 'srv':\n  note:1 — First note\n", "the text of the note"]);
    }

    [UnixFact]
    public async Task The_terminal_has_them_too()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hello there."));
        await using var qwen = room.StartInTerminal("--mcp-config", Config, "--prompt-interactive", "/greet you");
        await qwen.WaitForLineAsync(static line => line.Contains("Hello there.", StringComparison.Ordinal));

        qwen.Type("/greet");
        await qwen.WaitForLineAsync(static line => line.Contains("It needs 'who'", StringComparison.Ordinal));
        qwen.Type("/quit");
        await qwen.EndAsync();

        room.Model.Requests.ShouldHaveSingleItem().LastUserText.ShouldBe("Say hello to you.");
    }

    private static string User(string text) => $$$"""{"type":"user","message":{"role":"user","content":{{{ModelReply.Quote(text)}}}}}""";

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(static one => one.GetString());
}
