using System.Globalization;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What the program has started when it is killed, and what the next one does about it.</summary>
public sealed class KilledRunTests
{
    private const string Session = "7c1c1f9e-93ea-4a53-9a5d-0c30c6a1a001";
    private readonly TaskCompletionSource _never = new();

    [LinuxFact]
    public async Task A_command_of_a_killed_run_is_ended_by_the_next_one_which_says_so_to_the_user_and_the_model()
    {
        await using var room = new Room();
        var child = await KillWhileRunningAsync(room, """{"command":"sleep 1000 & echo $! > child.tmp; mv child.tmp child; wait","is_background":false}""");
        IsAlive(child).ShouldBeTrue("a killed program takes nothing with it");
        var listed = await room.RunAsync("tasks", "processes");
        listed.Output.ShouldContain("left behind");
        room.Model.Then(ModelReply.Text("Hi."));

        var next = await room.RunAsync("-p", "go on", "--resume", Session);

        (next.ExitCode, next.Output).ShouldBe((0, "Hi.\n"));
        IsAlive(child).ShouldBeFalse();
        next.Error.ShouldBe("A run of this project that was killed left a process behind, which was ended now: sleep (shell).\n");
        room.Model.Requests[^1].LastUserText.ShouldContain("these processes of the session were ended when it started again: sleep (shell)");
        (await room.RunAsync("tasks", "processes")).Output.ShouldStartWith("No process");
        (await room.RunAsync("-p", "once more", "--resume", Session)).Error.ShouldBeEmpty();
        room.Model.Requests[^1].LastUserText.ShouldBe("once more");
    }

    [LinuxFact]
    public async Task A_background_command_of_a_killed_run_is_ended_and_its_task_is_reported_as_interrupted()
    {
        await using var room = new Room();
        var child = await KillWhileRunningAsync(
            room, """{"command":"echo $$ > child.tmp; mv child.tmp child; exec sleep 1000","is_background":true}""");
        room.Model.Then(ModelReply.Text("Hi."));

        var next = await room.RunAsync("-p", "go on", "-o", "stream-json", "--resume", Session);

        next.ExitCode.ShouldBe(0, next.Error);
        IsAlive(child).ShouldBeFalse();
        next.Error.ShouldContain("(shell, task bg_");
        var notification = room.Model.Requests[^1].UserTexts.Single(static text => text.StartsWith("<task-notification>", StringComparison.Ordinal));
        notification.ShouldContain("what was left of the command was ended, if that was possible");
        notification.ShouldNotContain("tasks resume");
    }

    [LinuxFact]
    public async Task The_processes_of_a_run_that_lives_are_listed_and_left_alone_by_another_run_in_the_same_project()
    {
        await using var room = new Room();
        room.Model.On(request => request.LastText == "one"
            ? ModelReply.Calls(("c1", "run_shell_command", """{"command":"echo $$ > child.tmp; mv child.tmp child; exec sleep 1000 $SECRET_WORD","is_background":false}""")) : ModelReply.Text("Hi."));
        await using var first = room.Start("-p", "one", "-y", "--session-id", Session);
        var child = await ChildAsync(room);

        var second = await room.RunAsync("-p", "two");
        var listed = await room.RunAsync("tasks", "processes");

        (second.ExitCode, second.Error).ShouldBe((0, string.Empty));
        IsAlive(child).ShouldBeTrue();
        listed.Output.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{child}"));
        listed.Output.ShouldContain($"session {Session}, task main");
        listed.Output.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"(of process {first.Id})"));
        room.FilesWith("SECRET_WORD").ShouldAllBe(static file => !file.Contains("processes", StringComparison.Ordinal));

        first.Signal(QwenProcess.Terminate);
        await first.EndAsync();

        IsAlive(child).ShouldBeFalse();
        room.FilesWith("\"op\":\"owner\"").ShouldBeEmpty("a run that ends in order leaves no ledger");
    }

    [LinuxFact]
    public async Task Hooks_and_servers_of_a_killed_run_are_ended_too()
    {
        await using var room = new Room();
        room.WriteHome(
            ".qwen/settings.json",
            """
            {"$version":3,"mcpServers":{"docs":{"command":"bash","args":["-c","echo $$ > server.tmp; mv server.tmp server; cat > /dev/null"]}},
             "hooks":{"UserPromptSubmit":[{"hooks":[{"type":"command","command":"echo $$ > hook.tmp; mv hook.tmp child; sleep 1000","timeout":600000}]}]}}
            """);
        room.Model.Then(ModelReply.Text("Hi."));
        await using var qwen = room.Start("-p", "hello");
        var (hook, server) = (await ChildAsync(room), await ChildAsync(room, "server"));
        qwen.Kill();
        await qwen.EndAsync();
        room.WriteHome(".qwen/settings.json", """{"$version":3}""");

        var next = await room.RunAsync("-p", "hello");

        next.ExitCode.ShouldBe(0);
        next.Error.ShouldContain("bash (hook)");
        (IsAlive(hook), IsAlive(server)).ShouldBe((false, false));
    }

    private async Task<int> KillWhileRunningAsync(Room room, string arguments)
    {
        room.Model.On(request => request.LastText == "begin"
            ? ModelReply.Calls(("c1", "run_shell_command", arguments)) : ModelReply.Held(string.Empty, _never.Task));
        await using var qwen = room.Start("-p", "begin", "-y", "--session-id", Session, "-o", "stream-json");
        var child = await ChildAsync(room);
        if (arguments.Contains("\"is_background\":true", StringComparison.Ordinal))
        {
            // The task is there once the model has its result.
            await room.Model.WaitForAsync(static request => request.ToolResults.Count > 0);
        }

        qwen.Kill();
        await qwen.EndAsync();
        return child;
    }

    private static async Task<int> ChildAsync(Room room, string name = "child")
    {
        var file = Path.Combine(room.Workspace, name);
        using var watcher = new FileSystemWatcher(room.Workspace);
        var written = new TaskCompletionSource();
        watcher.Renamed += (_, renamed) =>
        {
            if (renamed.Name == name)
            {
                written.TrySetResult();
            }
        };
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(file))
        {
            await written.Task.WaitAsync(QwenProcess.Patience);
        }

        return int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
    }

    private static bool IsAlive(int id) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}"))
        && !File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")).Contains(") Z ", StringComparison.Ordinal);
}
