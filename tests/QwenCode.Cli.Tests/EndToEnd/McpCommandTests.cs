using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen mcp</c>: servers of the settings, without an editor.</summary>
public sealed class McpCommandTests
{
    private static readonly string Server = Path.Combine(AppContext.BaseDirectory, "mcp-server.sh");

    [UnixFact]
    public async Task A_server_is_added_listed_tested_used_and_removed()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("Hi."));

        (await room.RunAsync("mcp", "list")).Output.ShouldBe("No MCP servers configured.\n");
        (await room.RunAsync("mcp", "add", "my.srv", "-e", "GREETING=hello", "bash", Server)).Output.ShouldBe("MCP server \"my.srv\" added to user settings. (stdio)\n");
        (await room.RunAsync("mcp", "list")).Output.ShouldBe($"Configured MCP servers:\n✓ my.srv: bash {Server} (stdio) - Connected\n");
        var test = await room.RunAsync("mcp", "test", "my.srv");
        test.ExitCode.ShouldBe(0, test.Error);
        test.Output.ShouldBe($"✓ my.srv: bash {Server} (stdio) - Connected\n    mcp__my_srv__echo  Echoes.\n    /greet  Greets.\n");
        await room.RunAsync("hi");
        room.Model.Requests[0].ToolNames.ShouldContain("mcp__my_srv__echo");
        (await room.RunAsync("mcp", "remove", "my.srv")).Output.ShouldBe("Server \"my.srv\" removed from user settings.\n");
        (await room.RunAsync("mcp", "remove", "my.srv")).Output.ShouldBe("Server \"my.srv\" not found in user settings.\n");
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_else_is_in_the_settings_stays_as_it_is()
    {
        await using var room = new Room();
        var file = room.Write(".qwen/settings.json", """
            {
              "$version": 3, // ours
              "mcpServers": {
                /* kept */
                "a": { "command": "x" }, // first
                "b": { "command": "y" }
              }
            }
            """);

        (await room.RunAsync("mcp", "add", "-s", "project", "b", "https://h.example/mcp")).Output.ShouldBe(
            "MCP server \"b\" is already configured within project settings.\nMCP server \"b\" updated in project settings.\n");
        (await room.RunAsync("mcp", "remove", "a", "--scope", "project")).ExitCode.ShouldBe(0);

        var text = await File.ReadAllTextAsync(file);
        text.ShouldContain("\"$version\": 3, // ours");
        text.ShouldContain("/* kept */");
        text.ShouldContain("\"httpUrl\": \"https://h.example/mcp\"");
        text.ShouldNotContain("\"a\"");
    }

    [Theory]
    [InlineData("There is no MCP server \"nobody\" in the settings.", "test", "nobody")]
    [InlineData("Please specify a server name or use --all", "reconnect")]
    [InlineData("Usage: qwen mcp remove", "remove")]
    [InlineData("must be an address that begins with http://", "add", "-t", "http", "x", "file:///x")]
    public async Task What_cannot_be_done_is_said_and_changes_nothing(string message, params string[] words)
    {
        await using var room = new Room();

        var result = await room.RunAsync(["mcp", .. words]);

        (result.ExitCode, result.Output).ShouldBe((1, string.Empty));
        result.Error.ShouldContain(message);
        File.Exists(Path.Combine(room.Home, ".qwen", "settings.json")).ShouldBeFalse();
        room.Model.Requests.ShouldBeEmpty();
    }

    [UnixFact]
    public async Task A_server_that_fails_is_shown_with_its_reason()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"mcpServers":{"bad":{"command":"sh","args":["-c","echo no licence >&2; exit 3"]},"off":{"command":"x","disabled":true}}}""");

        var list = await room.RunAsync("mcp", "list");
        var test = await room.RunAsync("mcp", "test", "--all");

        list.Output.ShouldBe("Configured MCP servers:\n✗ bad: sh -c echo no licence >&2; exit 3 (stdio) - Disconnected\n○ off: x (stdio) - Disabled\n");
        list.Error.ShouldContain("said last: no licence");
        (list.ExitCode, test.ExitCode).ShouldBe((0, 1));
    }
}
