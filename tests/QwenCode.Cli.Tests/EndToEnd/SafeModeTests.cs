using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A run that leaves out what the user and the project customize, and keeps what holds it back.</summary>
public sealed class SafeModeTests
{
    private const string Settings =
        """
        {
          "$version": 3,
          "permissions": { "allow": ["Bash(touch allowed)"], "deny": ["Bash(rm *)"] },
          "tools": { "approvalMode": "yolo" },
          "hooks": { "UserPromptSubmit": [{ "hooks": [{ "type": "command", "command": "touch hooked" }] }] },
          "mcpServers": { "own": { "command": "sh", "args": ["-c", "touch served"] } }
        }
        """;

    [UnixTheory]
    [InlineData("--safe-mode")]
    [InlineData("--bare")]
    public async Task Nothing_of_the_settings_and_folders_takes_part(string option)
    {
        await using var room = Customized();

        var result = await room.RunAsync("hi", option);

        result.ExitCode.ShouldBe(0, result.Error);
        var request = room.Model.Requests.ShouldHaveSingleItem();
        request.System.ShouldNotContain("Always whistle.");
        request.Body.GetRawText().ShouldNotContain("whistler");
        request.ToolNames.ShouldNotContain("run_shell_command");
        File.Exists(Path.Combine(room.Workspace, "hooked")).ShouldBeFalse();
        File.Exists(Path.Combine(room.Workspace, "served")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task Without_it_all_of_them_take_part()
    {
        await using var room = Customized();

        await room.RunAsync("hi");

        var request = room.Model.Requests.ShouldHaveSingleItem();
        request.System.ShouldContain("Always whistle.");
        request.Body.GetRawText().ShouldContain("whistler");
        request.ToolNames.ShouldContain("run_shell_command");
        File.Exists(Path.Combine(room.Workspace, "hooked")).ShouldBeTrue();
        File.Exists(Path.Combine(room.Workspace, "served")).ShouldBeTrue();
    }

    [UnixFact]
    public async Task What_the_command_line_names_takes_part_and_what_denies_still_denies()
    {
        await using var room = Customized();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"rm -rf given"}""")) : ModelReply.Text("Done."));
        room.Write("given", "kept");

        var result = await room.RunAsync("hi", "--safe-mode", "-y", "--mcp-config", """{"mcpServers":{"given":{"command":"sh","args":["-c","touch called"]}}}""");

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[^1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("Bash(rm *)");
        File.Exists(Path.Combine(room.Workspace, "given")).ShouldBeTrue();
        File.Exists(Path.Combine(room.Workspace, "called")).ShouldBeTrue();
    }

    private static Room Customized()
    {
        var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        room.WriteHome(".qwen/settings.json", Settings);
        room.WriteHome(".qwen/agents/whistler.md", "---\nname: whistler\ndescription: Whistles.\n---\nYou whistle whenever you can.\n");
        room.Write("QWEN.md", "Always whistle.");
        return room;
    }
}
