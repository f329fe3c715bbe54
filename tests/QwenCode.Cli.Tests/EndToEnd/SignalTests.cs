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
    public async Task A_terminal_that_closes_exits_with_130() => await StopWhileAnsweringAsync(QwenProcess.HangUp);

    [UnixFact]
    public async Task A_terminal_that_closes_while_a_command_runs_leaves_no_process_behind() => await StopWhileRunningAsync(QwenProcess.HangUp);

    [UnixFact]
    public async Task A_terminal_that_closes_while_background_agents_are_waited_for_tells_their_ends() => await StopWhileHoldingAsync(QwenProcess.HangUp);

    [UnixFact]
    public async Task A_conversation_whose_terminal_closes_exits_with_130_and_stops_its_command()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("call_1", "run_shell_command", """{"command":"touch began; sleep 300; touch ended"}""")), ModelReply.Text("never"));
        await using var qwen = room.StartInTerminal("-y", "-i", "begin");
        await room.Model.WaitForAsync(static _ => true);
        await qwen.WaitForLineAsync(static line => line.Contains("Type /help", StringComparison.Ordinal));

        qwen.SignalInTerminal(QwenProcess.HangUp);
        var result = await qwen.EndAsync();

        result.ExitCode.ShouldBe(130);
        File.Exists(Path.Combine(room.Workspace, "ended")).ShouldBeFalse();
    }

    [UnixFact]
    public async Task A_second_signal_ends_a_run_whose_output_nobody_reads()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text(new string('x', 4 * 1024 * 1024)));
        var start = room.StartInPipe("-p", "hello", "-o", "stream-json");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();

        // The first line is there, and the second does not fit into the pipe: the write waits for a reader that never comes.
        var line = new byte[1];
        (await process.StandardOutput.BaseStream.ReadAsync(line)).ShouldBe(1);
        await room.Model.WaitForAsync(static _ => true);
        using var patience = new CancellationTokenSource(QwenProcess.Patience);
        while (!process.HasExited)
        {
            QwenProcess.SendSignal(process.Id, QwenProcess.Terminate);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            pause.CancelAfter(TimeSpan.FromMilliseconds(200));
            try
            {
                await process.WaitForExitAsync(pause.Token);
            }
            catch (OperationCanceledException) when (!patience.IsCancellationRequested)
            {
                // Not yet: the next signal follows.
            }
        }

        process.ExitCode.ShouldBe(130);
    }

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

    [UnixFact]
    public async Task A_reader_that_leaves_early_ends_the_run_before_its_next_rounds()
    {
        await using var room = new Room();
        var rounds = 0;
        room.Model.On(_ => ModelReply.Calls(($"c{Interlocked.Increment(ref rounds)}", "list_directory", $$"""{"path":{{ModelReply.Quote(room.Workspace)}}}""")));
        await using var process = room.Start("-p", "hello", "-o", "stream-json", "--max-session-turns", "400");
        await process.WaitForLineAsync(static line => line.Contains("\"init\"", StringComparison.Ordinal));

        process.CloseOutput();
        var result = await process.EndAsync();

        result.ShouldSatisfyAllConditions(static run => run.ExitCode.ShouldBe(0), static run => run.Error.ShouldBeEmpty());
        room.Model.Requests.Count.ShouldBeLessThan(400);
    }

    [UnixFact]
    public async Task A_host_that_is_gone_ends_its_session_although_its_input_is_open()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));
        await using var process = room.StartOpen("--input-format", "stream-json", "-o", "stream-json");
        process.Type("""{"type":"user","message":{"role":"user","content":"one"}}""");
        await process.WaitForLineAsync(static line => line.Contains("\"result\"", StringComparison.Ordinal));

        process.CloseOutput();
        process.Type("""{"type":"user","message":{"role":"user","content":"two"}}""");
        var result = await process.EndAsync();

        result.ShouldSatisfyAllConditions(static run => run.ExitCode.ShouldBe(0), static run => run.Error.ShouldBeEmpty());
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
