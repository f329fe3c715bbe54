using System.Diagnostics;
using System.Text.RegularExpressions;
using QwenCode.Tasks;
using QwenCode.Tools;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class BackgroundTests : IDisposable
{
    private readonly ShellFixture _shell = new();
    private BackgroundWork? _work;

    public BackgroundTests() => _shell.StartBackground = work =>
    {
        _work = work;
        return "bg_1";
    };

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_command_becomes_a_task_and_writes_to_a_file_that_can_be_read_meanwhile()
    {
        var go = _shell.File_("go");
        var result = await StartAsync($"echo \e[32mbefore; while [ ! -e {go} ]; do sleep 0.01; done; echo after >&2 &");
        var work = _work.ShouldNotBeNull();

        Text(result).ShouldStartWith($"Background shell started.\nid: bg_1\npid: {work.ProcessId}\noutput file: {work.OutputFile}\n");
        work.OutputFile.ShouldMatch($"^{Regex.Escape(_shell.Workspace.TempDirectory)}/background-shells/{_shell.Context.Session}/shell-[0-9a-f]{{8}}\\.output$");
        await UntilAsync(() => File.ReadAllText(work.OutputFile) == "before\n", "the output is in the file");
        work.Completion.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(go, string.Empty);

        (await work.Completion).ShouldBe(new BackgroundOutcome(TaskState.Completed, "before\nafter"));
        (await File.ReadAllTextAsync(work.OutputFile)).ShouldBe("before\nafter\n");
    }

    [Theory]
    [InlineData("echo out; exit 3", "out", "Exit code: 3")]
    [InlineData("kill -9 $$", "", "Signal: 9")]
    public async Task A_command_that_fails_is_a_failed_task(string command, string output, string error)
    {
        await StartAsync(command);

        (await _work!.Completion).ShouldBe(new BackgroundOutcome(TaskState.Failed, output, error));
    }

    [Fact]
    public async Task Stopping_ends_everything_the_command_has_started()
    {
        await StartAsync($"trap '' TERM; setsid bash -c 'trap \"\" TERM; echo ready; while :; do sleep 1000; done; : {_shell.Tag}' & wait");
        await UntilAsync(() => File.ReadAllText(_work!.OutputFile).Contains("ready", StringComparison.Ordinal), "the processes run");

        await _work!.Stop();

        (await _work.Completion).State.ShouldBe(TaskState.Cancelled);
        _shell.Tagged().ShouldBeEmpty();
        await _work.Stop();
    }

    [Fact]
    public async Task Cancelling_the_turn_does_not_touch_it()
    {
        using var turn = new CancellationTokenSource();
        await _shell.Prepare($"bash -c 'sleep 1000; : {_shell.Tag}'", background: true).ExecuteAsync(turn.Token);
        await UntilAsync(() => _shell.Tagged().Count > 0, "the process runs");

        await turn.CancelAsync();

        _work!.Completion.IsCompleted.ShouldBeFalse();
        await _work.Stop();
    }

    [Fact]
    public async Task A_command_that_no_registry_takes_is_stopped()
    {
        _shell.StartBackground = _ => throw new InvalidOperationException("too many tasks");

        await Should.ThrowAsync<InvalidOperationException>(async () => await StartAsync($"bash -c 'sleep 1000; : {_shell.Tag}'"));

        _shell.Tagged().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_registry_the_command_runs_and_the_model_learns_how_to_stop_it()
    {
        _shell.StartBackground = null;

        var result = await StartAsync($"echo up; bash -c 'sleep 1000; : {_shell.Tag}'");

        var match = Regex.Match(Text(result), @"^Background command started\. PID: (\d+) \(Use kill <pid> to stop\)\nIts output goes to (\S+\.output)\. ");
        match.Success.ShouldBeTrue(Text(result));
        await UntilAsync(() => File.ReadAllText(match.Groups[2].Value) == "up\n" && _shell.Tagged().Count > 0, "the command runs");
        (await _shell.RunAsync($"kill -- -{match.Groups[1].Value}")).Error.ShouldBeNull();
        await UntilAsync(() => _shell.Tagged().Count == 0, "the command is gone");
    }

    [Theory]
    [InlineData("a &", "a")]
    [InlineData("a&  ", "a")]
    [InlineData("a && b", "a && b")]
    [InlineData("a &&", "a &&")]
    [InlineData("a \\&", "a \\&")]
    public void One_ampersand_at_the_end_is_taken_off(string command, string expected) =>
        BackgroundCommand.WithoutAmpersand(command).ShouldBe(expected);

    [Fact]
    public async Task The_call_does_not_wait_for_the_command()
    {
        var clock = Stopwatch.StartNew();
        await StartAsync("sleep 1000");

        _work!.Completion.IsCompleted.ShouldBeFalse();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(100));
        await _work.Stop();
    }

    private async Task<ToolResult> StartAsync(string command) => await _shell.Prepare(command, background: true).ExecuteAsync(default);
}
