using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>The sample of a plugin, as its author would try it.</summary>
public sealed class PluginTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "fixtures", "SmallestPlugin");

    [Fact]
    public async Task A_plugin_of_the_project_brings_its_tool_and_a_model_calls_it()
    {
        await using var room = new Room();
        CopySample(Path.Combine(room.Workspace, ".qwen", "plugins", "SmallestPlugin"));
        var file = Lines(room);

        var list = await room.RunAsync("plugins", "list");
        var inspect = await room.RunAsync("plugins", "inspect", "SmallestPlugin");
        var result = await room.RunAsync("-p", "count", "--allowed-tools", "count_lines");

        list.Output.ShouldContain("SmallestPlugin");
        inspect.Output.ShouldContain("count_lines");
        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests[0].ToolNames.ShouldContain("count_lines");
        room.Model.Requests[1].ToolResults.Single().Text.ShouldBe("3", file);
    }

    [Fact]
    public async Task Tools_are_offered_in_the_order_models_know_and_those_of_others_behind_them()
    {
        await using var room = new Room();
        CopySample(Path.Combine(room.Workspace, ".qwen", "plugins", "SmallestPlugin"));
        room.Model.Then(ModelReply.Text("seen"));

        await room.RunAsync("-p", "look", "-y");

        room.Model.Requests[0].ToolNames.ShouldBe(
        [
            "agent", "task_stop", "send_message", "task_list", "list_directory", "read_file", "grep_search", "glob", "edit", "write_file", "run_shell_command",
            "todo_write", "ask_user_question", "exit_plan_mode", "web_fetch", "web_search", "count_lines",
        ]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plugin_that_throws_on_a_thread_of_its_own_ends_the_program_with_a_sentence_and_with_debug_in_its_stack_too(bool isDebugging)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "throws_on_its_own_thread", "{}")), ModelReply.Text("never"));
        string[] args = ["-p", "throw", "-y", "--plugin-dir", Path.Combine(AppContext.BaseDirectory, "fixtures", "Fixtures.Detached")];

        var result = await room.RunAsync(isDebugging ? [.. args, "--debug"] : args);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("qwen failed: the thread is out of order");
        result.Error.ShouldNotContain("Unhandled exception");
        result.Error.Contains("   at Fixtures.Detached.Tools", StringComparison.Ordinal).ShouldBe(isDebugging);
    }

    [Fact]
    public async Task A_plugin_folder_can_be_named()
    {
        await using var room = new Room();
        Lines(room);

        await room.RunAsync("-p", "count", "--plugin-dir", Sample);

        room.Model.Requests[1].ToolResults.Single().Text.ShouldBe("3");
    }

    [Fact]
    public async Task A_plugin_of_a_project_that_is_not_trusted_is_not_there()
    {
        await using var room = new Room();
        CopySample(Path.Combine(room.Workspace, ".qwen", "plugins", "SmallestPlugin"));
        room.WriteHome(".qwen/settings.json", """{"$version":3,"security":{"folderTrust":{"enabled":true}}}""");
        room.WriteHome(".qwen/trustedFolders.json", $$"""{ {{ModelReply.Quote(room.Workspace)}}: "DO_NOT_TRUST" }""");
        room.Model.Then(ModelReply.Text("Hi."));

        var list = await room.RunAsync("plugins", "list");
        await room.RunAsync("-p", "count");

        list.Output.ShouldNotContain("SmallestPlugin");
        room.Model.Requests.Single().ToolNames.ShouldNotContain("count_lines");
    }

    private static string Lines(Room room)
    {
        var file = room.Write("three.txt", "1\n2\n3\n");
        room.Model.Then(ModelReply.Calls(("c1", "count_lines", $$"""{"path":{{ModelReply.Quote(file)}}}""")), ModelReply.Text("Three."));
        return file;
    }

    private static void CopySample(string target)
    {
        foreach (var file in Directory.EnumerateFiles(Sample, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(Sample, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
