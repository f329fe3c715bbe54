using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What calls of tools and commands have changed is brought back by another process.</summary>
public sealed class UndoTests
{
    /// <summary>Has a run create a file.</summary>
    internal static async Task WriteAsync(Room room, string path, params string[] options)
    {
        var call = new { file_path = Path.Combine(room.Workspace, path), content = "written\n" };
        room.Model.Then(ModelReply.Calls(("call_1", "write_file", JsonSerializer.Serialize(call))), ModelReply.Text("Done."));
        var result = await room.RunAsync(["-y", "-p", $"write {path}", .. options]);
        result.ExitCode.ShouldBe(0, result.Error);
        File.ReadAllText(Path.Combine(room.Workspace, path)).ShouldBe("written\n");
    }

    [UnixFact]
    public async Task A_command_s_changes_are_listed_undone_and_redone()
    {
        await using var room = new Room();
        room.Write("a.txt", "old");
        room.Write("src/x.txt", "x");
        Runs(room, "printf new > a.txt; rm -r src; mkdir out; printf o > out/o.txt");
        (await room.RunAsync("-y", "-p", "make a mess")).ExitCode.ShouldBe(0);

        (await room.RunAsync("undo", "list")).Output.ShouldMatch("^  1  20..-..-.. ..:..:..  3 files    \"make a mess\"\n$");
        var undo = await room.RunAsync("undo");

        undo.Output.ShouldBe("""
            Undo: "make a mess"
              restored   a.txt
              deleted    out/
              deleted    out/o.txt
              recreated  src/
              recreated  src/x.txt
            qwen undo --redo takes this back.

            """);
        Names(room).ShouldBe(["a.txt", "src", "src/x.txt"]);
        File.ReadAllText(Path.Combine(room.Workspace, "a.txt")).ShouldBe("old");
        (await room.RunAsync("undo")).ShouldSatisfyAllConditions(
            static again => again.ExitCode.ShouldBe(1), static again => again.Error.ShouldContain("There is nothing to undo"));
        await room.RunAsync("undo", "--redo");
        Names(room).ShouldBe(["a.txt", "out", "out/o.txt"]);
        (await room.RunAsync("undo", "--redo")).Error.ShouldBe("There is no undo to take back.\n");
    }

    [UnixFact]
    public async Task What_an_agent_changes_belongs_to_the_prompt()
    {
        await using var room = new Room();
        room.Write("a.txt", "old");
        var write = JsonSerializer.Serialize(new { file_path = Path.Combine(room.Workspace, "by-agent.txt"), content = "x" });
        room.Model.On(request => request.LastText switch
        {
            "go" => ModelReply.Calls(("call_1", "agent", """{"description":"d","prompt":"work","subagent_type":"general-purpose"}""")),
            "work" => ModelReply.Calls(("call_2", "write_file", write)),
            _ => ModelReply.Text("Done."),
        });
        (await room.RunAsync("-y", "-p", "go")).ExitCode.ShouldBe(0);
        (await room.RunAsync("undo", "list")).Output.ShouldContain("\"go\"");
        (await room.RunAsync("undo")).Output.ShouldContain("deleted    by-agent.txt");
        Names(room).ShouldBe(["a.txt"]);
    }

    [LinuxFact]
    public async Task What_a_command_has_changed_when_the_program_was_killed_is_undone_by_another_process()
    {
        await using var room = new Room();
        room.Write("a.txt", "old");
        Runs(room, "printf new > a.txt; printf b > b.txt; kill -9 $PPID; sleep 5");
        await room.RunAsync("-y", "-p", "die");

        (await room.RunAsync("undo", "list")).Output.ShouldContain("\"die\"  (a process was killed");
        (await room.RunAsync("undo")).ExitCode.ShouldBe(0);
        Names(room).ShouldBe(["a.txt"]);
        File.ReadAllText(Path.Combine(room.Workspace, "a.txt")).ShouldBe("old");
    }

    [LinuxFact]
    public async Task A_command_in_the_background_counts_until_it_ends()
    {
        await using var room = new Room();
        room.Write("a.txt", "old");
        var gate = Path.Combine(room.Home, "gate");
        room.Model.Then(
            ModelReply.Calls(("call_1", "run_shell_command",
                JsonSerializer.Serialize(new { command = $"until [ -e {gate} ]; do sleep 0.02; done; printf late > a.txt", is_background = true }))),
            ModelReply.Calls(("call_2", "run_shell_command",
                JsonSerializer.Serialize(new { command = $"touch {gate}; until grep -q late a.txt; do sleep 0.02; done", is_background = false }))),
            ModelReply.Text("Done."));
        (await room.RunAsync("-y", "-p", "go")).ExitCode.ShouldBe(0);

        (await room.RunAsync("undo")).Output.ShouldContain("restored   a.txt");
        File.ReadAllText(Path.Combine(room.Workspace, "a.txt")).ShouldBe("old");
    }

    [Fact]
    public async Task Prose_that_begins_with_the_word_is_a_prompt_and_too_large_a_number_is_refused()
    {
        await using var room = new Room();
        await WriteAsync(room, "a.txt");
        room.Model.Then(ModelReply.Text("All right."));

        (await room.RunAsync("undo", "the", "last", "change")).Output.ShouldBe("All right.\n");
        (await room.RunAsync("undo", "2")).Error.ShouldBe("Only 1 prompt can be undone; see qwen undo list.\n");
        (await room.RunAsync("undo", "0")).ExitCode.ShouldBe(1);
        File.Exists(Path.Combine(room.Workspace, "a.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_setting_that_makes_no_sense_is_named()
    {
        await using var room = new Room();
        var file = room.WriteHome(".qwen/settings.json", """{"$version":3,"general":{"checkpointing":{"maxAgeDays":0}}}""");

        var result = await room.RunAsync("undo");

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain("general.checkpointing.maxAgeDays");
        result.Error.ShouldContain(file);
    }

    private static void Runs(Room room, string command) => room.Model.Then(
        ModelReply.Calls(("call_1", "run_shell_command", JsonSerializer.Serialize(new { command, is_background = false }))),
        ModelReply.Text("Done."));

    private static string[] Names(Room room) => [.. Directory.EnumerateFileSystemEntries(room.Workspace, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(room.Workspace, path)).Order(StringComparer.Ordinal)];
}
