using System.Diagnostics;
using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>How runs end when the world around them is not as it should be: a sentence, an exit code, and nothing lost silently.</summary>
public sealed class EndingTests
{
    private const string Lost = "Standard output could not be written (it was closed when the program was started); what was to be printed is lost.\n";
    private readonly TaskCompletionSource _never = new();

    [UnixTheory]
    [InlineData(">&-", 1, "", Lost)]
    [InlineData("<&-", 0, "Hi.\n", "")]
    [InlineData("2>&-", 0, "Hi.\n", "")]
    [InlineData("<&- >&-", 1, "", Lost)]
    [InlineData("<&- >&- 2>&-", 1, "", "")]
    public async Task A_descriptor_that_is_closed_is_no_file_of_ours_and_no_success(string redirection, int code, string output, string error)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await ShellAsync(room, $"\"$QWEN\" -p hello {redirection}");

        (result.ExitCode, result.Output, result.Error).ShouldBe((code, output, error));
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [UnixFact]
    public async Task A_host_that_gives_no_input_has_a_session_that_ends()
    {
        await using var room = new Room();

        var result = await ShellAsync(room, "\"$QWEN\" --input-format stream-json -o stream-json <&-");

        (result.ExitCode, result.Output, result.Error).ShouldBe((0, string.Empty, string.Empty));
    }

    [UnixTheory]
    [InlineData("unset HOME", null)]
    [InlineData("HOME=", null)]
    [InlineData("HOME=/dev/null", "The transcript '/dev/null/.qwen/")]
    public async Task A_home_that_is_none_costs_the_record_and_not_the_answer(string setting, string? notice)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text("Hi."));

        var result = await ShellAsync(room, $"{setting}; export QWEN_RUNTIME_DIR=; \"$QWEN\" -p hello");

        (result.ExitCode, result.Output).ShouldBe((0, "Hi.\n"));
        if (notice is null)
        {
            result.Error.ShouldBeEmpty();
        }
        else
        {
            result.Error.ShouldStartWith(notice);
            result.Error.ShouldContain("incomplete");
        }
    }

    [MountTheory]
    [InlineData("size=16k", "head -c 16000 /dev/zero > \"$HOME/filler\";", "No space left on device")]
    [InlineData("ro,size=64k", "", "Read-only file system")]
    public async Task A_disk_that_is_full_or_read_only_is_named_once_for_transcripts_and_once_for_tasks(string options, string prepare, string reason)
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText == "go"
            ? ModelReply.Calls([.. Enumerable.Range(0, 3).Select(static i =>
                ($"c{i}", "agent", """{"description":"d","prompt":"work","subagent_type":"general-purpose","run_in_background":true}"""))])
            : ModelReply.Text("Hi."));

        var result = await MountedAsync(room, options, prepare, "go");
        result.ShouldSatisfyAllConditions(
            run => run.ExitCode.ShouldBe(0, run.Error),
            run => run.Output.ShouldBe("Hi.\n"),
            run => run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3, run.Error),
            run => run.Error.ShouldContain(reason),
            run => run.Error.ShouldContain("resuming from it will lack"),
            run => run.Error.ShouldContain("tasks go on"));
    }

    [UnixTheory]
    [InlineData("-p hello")]
    [InlineData("tasks list")]
    [InlineData("demo")]
    [InlineData("--input-format stream-json -o stream-json")]
    public async Task A_working_folder_that_is_gone_is_said_in_a_sentence(string arguments)
    {
        await using var room = new Room();

        var result = await ShellAsync(room, $"mkdir gone; cd gone; rmdir ../gone; \"$QWEN\" {arguments}");

        result.ShouldSatisfyAllConditions(
            static run => run.ExitCode.ShouldBe(1),
            static run => run.Output.ShouldBeEmpty(),
            static run => run.Error.ShouldBe("The directory that qwen was started in does not exist any more. Change to one that does, and start qwen again.\n"));
        room.Model.Requests.ShouldBeEmpty();
    }

    [UnixFact]
    public async Task A_working_folder_that_goes_during_a_run_costs_the_call_and_not_the_run()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count switch
        {
            0 => ModelReply.Calls(("c1", "run_shell_command", """{"command":"rm -rf \"$PWD\"","is_background":false}""")),
            1 => ModelReply.Calls(("c2", "run_shell_command", """{"command":"echo here","is_background":false}""")),
            _ => ModelReply.Text("Done."),
        });

        var result = await ShellAsync(room, "mkdir gone; cd gone; \"$QWEN\" -y -p hello");

        (result.ExitCode, result.Output, result.Error).ShouldBe((0, "Done.\n", string.Empty));
        room.Model.Requests[^1].ToolResults[^1].Text.ShouldContain("does not exist");
    }

    [UnixTheory]
    [InlineData("text")]
    [InlineData("stream-json")]
    public async Task A_reader_that_is_gone_ends_a_run_while_a_command_works(string format)
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Calls(("c1", "run_shell_command", """{"command":"echo $$ > pid.tmp; mv pid.tmp pid; exec sleep 1000","is_background":false,"timeout":600000}""")), ModelReply.Text("never"));
        await using var process = room.Start("-p", "hello", "-y", "-o", format);
        var command = await PidAsync(room);

        process.CloseOutput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        Directory.Exists($"/proc/{command}").ShouldBeFalse();
        room.Model.Requests.ShouldHaveSingleItem();
    }

    [UnixTheory]
    [InlineData("text")]
    [InlineData("stream-json")]
    public async Task A_reader_that_is_gone_ends_a_run_while_agents_work(string format)
    {
        await using var room = new Room();
        room.Model.On(request => request.LastText switch
        {
            "hello" => ModelReply.Calls(("c1", "agent", """{"description":"d","prompt":"work","subagent_type":"general-purpose","run_in_background":true}""")),
            "work" => ModelReply.Held(string.Empty, _never.Task),
            _ => ModelReply.Text("I wait."),
        });
        await using var process = room.Start("-p", "hello", "-o", format);
        await room.Model.WaitForAsync(static request => request.LastText == "work");

        process.CloseOutput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
        File.ReadAllText(room.Chats("*.tasks.jsonl").Single()).ShouldContain("\"endReason\":\"Cancelled\"");
    }

    [UnixFact]
    public async Task A_reader_that_is_gone_ends_a_run_that_waits_for_a_schedule()
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"experimental":{"cron":true}}""");
        room.Model.Then(ModelReply.Calls(("c1", "cron_create", """{"cron":"0 0 1 1 *","prompt":"tick","recurring":true}""")), ModelReply.Text("I wait."));
        await using var process = room.Start("-p", "hello", "-o", "stream-json");
        await process.WaitForLineAsync(static line => line.Contains("I wait.", StringComparison.Ordinal));

        process.CloseOutput();
        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(0, result.Error);
    }

    [UnixFact]
    public async Task One_signal_ends_a_run_whose_output_nobody_reads()
    {
        await using var room = new Room();
        room.Model.Then(ModelReply.Text(new string('x', 4 * 1024 * 1024)));
        using var process = Process.Start(room.StartInPipe("-p", "hello", "-o", "stream-json"))!;
        process.StandardInput.Close();
        (await process.StandardOutput.BaseStream.ReadAsync(new byte[1])).ShouldBe(1);
        await room.Model.WaitForAsync(static _ => true);

        QwenProcess.SendSignal(process.Id, QwenProcess.Terminate).ShouldBe(0);

        await process.WaitForExitAsync(new CancellationTokenSource(QwenProcess.Patience).Token);
        process.ExitCode.ShouldBe(130);
    }

    private static async Task<string> PidAsync(Room room)
    {
        var file = Path.Combine(room.Workspace, "pid");
        using var limit = new CancellationTokenSource(QwenProcess.Patience);
        while (!File.Exists(file))
        {
            await Task.Delay(20, limit.Token);
        }

        return (await File.ReadAllTextAsync(file, limit.Token)).Trim();
    }

    private static Task<QwenResult> MountedAsync(Room room, string options, string prepare, string prompt) =>
        ShellAsync(room,
            $"exec unshare -rm sh -c 'mount -t tmpfs -o {options} tmpfs \"$HOME\" || exit 77; {prepare} exec \"$QWEN\" -p {prompt}'");

    private static async Task<QwenResult> ShellAsync(Room room, string script)
    {
        var start = room.StartInPipe();
        start.Environment["QWEN"] = QwenProcess.Program;
        start.FileName = "sh";
        start.ArgumentList.Clear();
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        await using var process = new QwenProcess(start, input: null);
        return await process.EndAsync();
    }
}
