using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The key of the model reaches the model's server and no program that the session starts.</summary>
public sealed class KeyTests
{
    [UnixTheory]
    [InlineData("env")]
    [InlineData("cat /proc/$PPID/environ")]
    [InlineData("cat /proc/self/environ")]
    public async Task A_command_does_not_see_it(string command)
    {
        await using var room = new Room();
        var arguments = JsonSerializer.Serialize(new { command, is_background = false });
        room.Model.On(request => request.LastText == "go" ? ModelReply.Calls(("call_1", "run_shell_command", arguments)) : ModelReply.Text("Done."));

        await room.RunAsync("-p", "go", "-y");

        room.Model.Requests.Count.ShouldBe(2);
        room.Model.Requests[1].Body.GetRawText().ShouldNotContain(Room.Key);
        room.FilesWith(Room.Key).ShouldBeEmpty();
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hook_sees_it_only_if_the_settings_say_so(bool isKept)
    {
        await using var room = new Room();
        var seen = Path.Combine(room.Workspace, "seen");
        room.WriteHome(".qwen/settings.json", JsonSerializer.Serialize(new
        {
            tools = new { keepKeys = isKept ? (string[])["OPENAI_API_KEY"] : [] },
            hooks = new { UserPromptSubmit = (object[])[new { hooks = (object[])[new { type = "command", command = $"env > {seen}" }] }] },
        }));
        room.Model.Then(ModelReply.Text("Done."));

        await room.RunAsync("-p", "go");

        File.ReadAllText(seen).Contains(Room.Key, StringComparison.Ordinal).ShouldBe(isKept);
    }
}
