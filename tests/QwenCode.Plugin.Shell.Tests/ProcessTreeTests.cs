using System.Diagnostics;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

/// <summary>What a command has started dies with it, and only then.</summary>
public sealed class ProcessTreeTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    // {0} is a text by which the processes are found; each line ends by telling that all of it runs.
    public static TheoryData<string> Trees => new()
    {
        "bash -c 'echo ready; sleep 1000; : {0}'",
        "bash -c 'sleep 1000; : {0}' & bash -c 'sleep 1000; : {0}' & echo ready; wait",
        "trap '' TERM; bash -c 'trap \"\" TERM; echo ready; while :; do sleep 1000; done; : {0}'",
        "setsid bash -c 'sleep 1000; : {0}' & echo ready; sleep 1000",
        "setsid bash -c 'trap \"\" TERM HUP; while :; do sleep 1000; done; : {0}' & echo ready; wait",
        "(setsid bash -c 'sleep 1000; : {0}' </dev/null >/dev/null 2>&1 &) ; echo ready; sleep 1000",
        "(bash -c '(bash -c \"sleep 1000; : {0}\" &) ; sleep 1000; : {0}' &) ; echo ready; sleep 1000",
        "set -m; bash -c 'sleep 1000; : {0}' & echo ready; wait",
        "bash -c 'f() {{ sleep 0.01; bash -c \"$0\" {0} & }}; trap f TERM; echo ready; while :; do read -t 0.1 <> <(:); done' 'trap \"\" TERM; sleep 1000; :' {0}",
    };

    [Theory]
    [MemberData(nameof(Trees))]
    public async Task Nothing_survives_a_timeout(string tree)
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(500_001));
        _shell.Time = clock;
        var ready = WhenShown("ready");
        var run = _shell.RunAsync(string.Format(null, tree, _shell.Tag), timeout: 500_001);
        await ready;
        await UntilAsync(() => _shell.Tagged().Count > 0, "the processes run");

        await clock.ExpireAsync();

        var result = await run;
        Text(result).ShouldBe("Command timed out after 500001ms before it could complete. Below is the output before it timed out:\nready");
        result.Error.ShouldBeNull();
        _shell.Tagged().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Trees))]
    public async Task Nothing_survives_a_cancellation(string tree)
    {
        using var cancel = new CancellationTokenSource();
        var ready = WhenShown("ready");
        var run = _shell.RunAsync(string.Format(null, tree, _shell.Tag), cancellationToken: cancel.Token);
        await ready;
        await UntilAsync(() => _shell.Tagged().Count > 0, "the processes run");

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(run);
        _shell.Tagged().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_timeout_without_output_says_so()
    {
        var result = await _shell.RunAsync("sleep 1000", timeout: 50);

        Text(result).ShouldBe("Command timed out after 50ms before it could complete. There was no output before it timed out.");
    }

    [Fact]
    public async Task A_command_that_is_asked_to_stop_may_still_speak()
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(500_001));
        _shell.Time = clock;
        var ready = WhenShown("hi");
        var run = _shell.RunAsync("trap 'echo bye; exit 0' TERM; echo hi; while :; do read -t 0.01 <> <(:); done", timeout: 500_001);
        await ready;

        await clock.ExpireAsync();

        var result = await run;
        Text(result).ShouldEndWith("\nhi\nbye");
    }

    [Fact]
    public async Task What_is_left_in_the_background_neither_holds_the_call_nor_dies_with_it()
    {
        var release = _shell.File_("release");
        var result = await _shell.RunAsync(
            $"bash -c 'while [ ! -e {release} ]; do echo noise; sleep 0.01; done; echo noise; touch survived; : {_shell.Tag}' & echo started");

        Shown(result).ShouldStartWith("started");
        Field(result, "Exit Code").ShouldBe("0");
        _shell.Tagged().Count.ShouldBe(1);
        await File.WriteAllTextAsync(release, string.Empty);
        await UntilAsync(() => _shell.Tagged().Count == 0, "the survivor ends by itself");
        File.Exists(_shell.File_("survived")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_flood_from_the_background_does_not_hold_the_call()
    {
        var result = await _shell.RunAsync($"(exec -a {_shell.Tag} yes) & echo started");
        foreach (var id in _shell.Tagged())
        {
            Process.GetProcessById(id).Kill();
        }

        Field(result, "Exit Code").ShouldBe("0");
    }

    [Fact]
    public async Task A_command_leads_a_group_and_a_session_of_its_own()
    {
        var result = await _shell.RunAsync("echo $$; cut -d' ' -f5,6 /proc/$$/stat");

        var group = Field(result, "Process Group PGID");
        Shown(result).ShouldBe($"{group}\n{group} {group}");
    }

    [Fact]
    public async Task The_end_of_one_command_leaves_another_alone()
    {
        using var cancel = new CancellationTokenSource();
        var ready = new TaskCompletionSource();
        var release = _shell.File_("release");
        var other = _shell.RunAsync($"while [ ! -e {release} ]; do sleep 0.01; done; echo fine");
        _shell.OnProgress = _ => ready.TrySetResult();
        var stopped = _shell.RunAsync("echo ready; sleep 1000", cancellationToken: cancel.Token);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(stopped);
        await File.WriteAllTextAsync(release, string.Empty);

        Shown(await other).ShouldBe("fine");
    }

    private Task WhenShown(string wanted)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _shell.OnProgress = text =>
        {
            if (text.Contains(wanted, StringComparison.Ordinal))
            {
                shown.TrySetResult();
            }
        };
        return shown.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
