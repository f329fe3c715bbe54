using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>What is left when somebody stops the program.</summary>
public sealed class SignalTests
{
    private readonly TaskCompletionSource _never = new();

    [UnixFact]
    public async Task An_interrupt_while_the_model_answers_exits_with_130() => await StopWhileAnsweringAsync(QwenProcess.Interrupt);

    [UnixFact]
    public async Task A_termination_while_the_model_answers_exits_with_130() => await StopWhileAnsweringAsync(QwenProcess.Terminate);

    [UnixFact]
    public async Task A_signal_in_json_format_leaves_standard_output_empty_and_an_error_object()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Held("I think", _never.Task));
        await using var process = room.Start("-p", "hello", "-o", "json");
        await room.Model.WaitForAsync(static _ => true);

        process.Signal(QwenProcess.Interrupt);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        result.Output.ShouldBeEmpty();
        JsonElement.Parse(result.Error).GetProperty("error").GetProperty("type").GetString().ShouldBe("FatalCancellationError");
    }

    [UnixFact]
    public async Task An_interrupt_while_a_command_runs_leaves_no_process_behind() => await StopWhileRunningAsync(QwenProcess.Interrupt);

    [UnixFact]
    public async Task A_termination_while_a_command_runs_leaves_no_process_behind() => await StopWhileRunningAsync(QwenProcess.Terminate);

    [UnixFact]
    public async Task An_interrupt_while_background_agents_are_waited_for_tells_their_ends() => await StopWhileHoldingAsync(QwenProcess.Interrupt);

    [UnixFact]
    public async Task A_termination_while_background_agents_are_waited_for_tells_their_ends() => await StopWhileHoldingAsync(QwenProcess.Terminate);

    [UnixFact]
    public async Task A_reader_that_leaves_early_does_not_fail_the_run()
    {
        var gate = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.Then(ModelReply.Held("one", gate.Task, " two"));
        await using var process = room.Start("-p", "hello", "-o", "stream-json", "--include-partial-messages");
        await process.WaitForLineAsync(static line => line.Contains("\"init\"", StringComparison.Ordinal));

        process.CloseOutput();
        gate.SetResult();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
    }

    private async Task StopWhileAnsweringAsync(int signal)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Held("I think", _never.Task));
        await using var process = room.Start("-p", "hello", "-o", "stream-json", "--include-partial-messages");
        await process.WaitForLineAsync(static line => line.Contains("I think", StringComparison.Ordinal));

        process.Signal(signal);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        result.Error.ShouldBe("Operation cancelled.\n");
        result.Output.ShouldNotContain("\"type\":\"result\"");
    }

    private static async Task StopWhileRunningAsync(int signal)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"(sleep 1000 & echo $! > child; echo $$ > shell.tmp; mv shell.tmp shell; wait)","is_background":false}""")), ModelReply.Text("Done."));
        await using var process = room.Start("-p", "hello", "-y", "-o", "stream-json");
        var shell = Path.Combine(room.Workspace, "shell");
        using var watcher = new FileSystemWatcher(room.Workspace);
        var written = new TaskCompletionSource();
        watcher.Renamed += (_, _) => written.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(shell))
        {
            await written.Task.WaitAsync(QwenProcess.Patience);
        }

        process.Signal(signal);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        result.Error.ShouldContain("Operation cancelled.");
        foreach (var file in (string[])[shell, Path.Combine(room.Workspace, "child")])
        {
            IsAlive(int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture)).ShouldBeFalse(file);
        }

        var call = Room.Json(result.Output).Single(static message => message.GetProperty("type").GetString() == "user");
        call.GetProperty("message").GetProperty("content")[0].GetProperty("is_error").GetBoolean().ShouldBeTrue();
    }

    private async Task StopWhileHoldingAsync(int signal)
    {
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "hello" => ModelReply.Calls(
                ("c1", "agent", """{"description":"one","prompt":"work","subagent_type":"general-purpose","run_in_background":true}"""),
                ("c2", "agent", """{"description":"two","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            var text when text.StartsWith("work", StringComparison.Ordinal) => ModelReply.Held(string.Empty, _never.Task),
            _ => ModelReply.Text("I wait."),
        });
        await using var process = room.Start("-p", "hello", "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        process.Signal(signal);
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(130);
        result.Error.ShouldBe("Operation cancelled.\n");
        var told = Room.Json(result.Output).Where(static message => message.TryGetProperty("subtype", out var subtype) && subtype.GetString() == "task_notification").Select(static message => message.GetProperty("data")).ToArray();
        told.Select(static data => data.GetProperty("task_id").GetString()).ShouldBe(["general-purpose-c1", "general-purpose-c2"], ignoreOrder: true);
        told.ShouldAllBe(static data => data.GetProperty("status").GetString() == "cancelled");
        result.Output.ShouldNotContain("\"type\":\"result\"");
        (await File.ReadAllTextAsync(room.Transcripts.Single())).Split("<task-notification>").Length.ShouldBe(3);
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return false;
        }
    }
}
