using System.Diagnostics;
using System.Globalization;
using System.Text;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Tests.Processes;

/// <summary>The two ways to run a program, each by itself.</summary>
public sealed class SupervisedProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qwen-process-");
    private readonly StringBuilder _output = new();
    private readonly string _tag = "tag" + Guid.NewGuid().ToString("N");

    // {0} is a text by which the processes are found; each line ends by telling that all of it runs.
    public static TheoryData<string> Trees => new()
    {
        "bash -c 'sleep 1000; : {0}' & bash -c 'sleep 1000; : {0}' & echo ready; wait",
        "trap '' TERM; bash -c 'trap \"\" TERM; echo ready; while :; do sleep 1000; done; : {0}'",
        "(setsid bash -c 'sleep 1000; : {0}' </dev/null >/dev/null 2>&1 &) ; echo ready; sleep 1000",
        "(setsid bash -c '(setsid bash -c \"sleep 1000; : {0}\" &) ; sleep 1000; : {0}' &) ; echo ready; sleep 1000",
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_and_exit_code_arrive(bool portable)
    {
        var process = Start("echo out; echo err >&2; exit 3", portable);

        var exit = await process.Completion;

        exit.ShouldBe(new ProcessExit(3, null));
        Seen().ShouldContain("out\n");
        Seen().ShouldContain("err\n");
        process.HasEnded.ShouldBeTrue();
    }

    [Fact]
    public async Task The_signal_a_process_died_of_is_reported() =>
        (await Start("kill -15 $$", portable: false).Completion).ShouldBe(new ProcessExit(null, 15));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_the_host_kills_without_waiting(bool portable)
    {
        var process = Start($"bash -c 'trap \"\" TERM; echo ready; while :; do sleep 1000; done; : {_tag}' & wait", portable);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal), "it runs");

        process.Kill();

        await process.Completion;
        await UntilAsync(() => Tagged().Count == 0, "all of it is gone");
    }

    [Theory]
    [MemberData(nameof(Trees))]
    public async Task Stopping_ends_the_whole_tree(string tree)
    {
        var process = Start(string.Format(CultureInfo.InvariantCulture, tree, _tag), portable: false);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal) && Tagged().Count > 0, "it runs");

        (await process.StopAsync(new ProcessStop { Grace = TimeSpan.FromMilliseconds(50) })).ShouldBeEmpty();

        Tagged().ShouldBeEmpty();
        process.Exit.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_process_that_is_asked_to_stop_has_its_grace()
    {
        var process = Start("trap 'echo bye; exit 7' TERM; echo ready; while :; do read -t 0.01 <> <(:); done", portable: false);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal), "it runs");

        await process.StopAsync(new ProcessStop { Grace = TimeSpan.FromSeconds(60) });

        (await process.Exit).ShouldBe(new ProcessExit(7, null));
        Seen().ShouldEndWith("bye\n");
    }

    [Fact]
    public async Task Cancelling_a_stop_cuts_its_grace_short()
    {
        var process = Start("trap '' TERM; echo ready; while :; do read -t 0.01 <> <(:); done", portable: false);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal), "it runs");
        using var hurry = new CancellationTokenSource();
        var stopping = process.StopAsync(new ProcessStop { Grace = TimeSpan.FromDays(1) }, hurry.Token);

        await hurry.CancelAsync();

        (await stopping).ShouldBeEmpty();
        (await process.Exit).ShouldBe(new ProcessExit(null, 9));
    }

    [Fact]
    public async Task Without_grace_a_process_is_killed_and_not_asked()
    {
        var process = Start("trap 'echo bye; exit 7' TERM; echo ready; while :; do read -t 0.01 <> <(:); done", portable: false);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal), "it runs");

        await process.StopAsync(new ProcessStop { Grace = TimeSpan.Zero });

        (await process.Exit).ShouldBe(new ProcessExit(null, 9));
        Seen().ShouldNotContain("bye");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopping_after_the_end_does_nothing(bool portable)
    {
        var process = Start("true", portable);
        await process.Completion;

        (await process.StopAsync(new ProcessStop())).ShouldBeEmpty();
        process.Kill();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_holds_the_pipe_open_does_not_hold_the_end(bool portable)
    {
        var release = Path.Combine(_folder.FullName, "release");
        var process = Start($"bash -c 'while [ ! -e {release} ]; do echo noise; sleep 0.01; done; touch survived; : {_tag}' & echo started", portable);

        await process.Completion;
        var length = Seen().Length;
        await File.WriteAllTextAsync(release, string.Empty);
        await UntilAsync(() => File.Exists(Path.Combine(_folder.FullName, "survived")), "the survivor ends by itself");

        Seen().Length.ShouldBe(length, "what comes after the end is dropped");
    }

    [Fact]
    public async Task What_a_process_leaves_behind_is_stopped_if_it_is_still_owned()
    {
        var errors = new OutputTail(100);
        var process = SupervisedProcess.Start(
            Shell($"(setsid bash -c 'sleep 1000; : {_tag}' &) ; exit 0") with { OnError = errors.Append, OwnsLeftovers = true }, TimeProvider.System);
        await process.Exit;
        await UntilAsync(() => Tagged().Count > 0, "it was left behind");

        await process.StopAsync(new ProcessStop { Patience = TimeSpan.FromMilliseconds(1), Grace = TimeSpan.Zero });

        Tagged().ShouldBeEmpty();
    }

    [Fact]
    public async Task Input_is_written_and_output_read_as_streams()
    {
        var errors = new OutputTail(3);
        var process = SupervisedProcess.Start(Shell("cat; echo 12345 >&2") with { HasInput = true, OnError = errors.Append }, TimeProvider.System);
        await using (process.Input)
        {
            await process.Input.WriteAsync("hello"u8.ToArray());
        }

        using var reader = new StreamReader(process.Output);
        (await reader.ReadToEndAsync()).ShouldBe("hello");
        (await process.Completion).Code.ShouldBe(0);
        errors.Text.ShouldBe("45");
    }

    [Fact]
    public async Task A_process_without_input_finds_its_end() =>
        (await Start("cat; echo read", portable: false).Completion).Code.ShouldBe(0);

    [Fact]
    public async Task The_environment_is_the_given_one_and_a_mark()
    {
        Dictionary<string, string> environment = new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["ONLY"] = "this" };
        var process = SupervisedProcess.Start(Shell("env") with { Environment = environment, OnOutput = Take }, TimeProvider.System);

        await process.Completion;

        var names = Seen().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('=')[0]);
        names.Except(["PATH", "ONLY", "QWEN_CODE_PROCESS", "PWD", "SHLVL", "_"]).ShouldBeEmpty();
        Seen().ShouldContain("ONLY=this\n");
    }

    [Fact]
    public async Task Without_a_given_environment_it_is_ours()
    {
        await Start("echo \"home is $HOME\"", portable: false).Completion;

        Seen().ShouldBe($"home is {Environment.GetEnvironmentVariable("HOME")}\n");
    }

    [Fact]
    public async Task A_process_leads_a_group_and_a_session_of_its_own()
    {
        var process = Start("echo $$; cut -d' ' -f5,6 /proc/$$/stat", portable: false);

        await process.Completion;

        Seen().ShouldBe($"{process.Group}\n{process.Group} {process.Group}\n");
    }

    [Fact]
    public void What_cannot_be_started_is_named()
    {
        var start = Shell("true");

        var missing = Should.Throw<ProcessStartException>(() => Run(start with { Directory = Path.Combine(_folder.FullName, "missing") }));
        missing.Message.ShouldBe($"The directory {Path.Combine(_folder.FullName, "missing")} does not exist.");
        missing.IsTransient.ShouldBeFalse();
        Should.Throw<ProcessStartException>(() => Run(start with { Program = "no-such-program" })).Message.ShouldStartWith("no-such-program was not found on PATH");
        Should.Throw<ProcessStartException>(() => Run(start with { Program = "/no/such" })).Message.ShouldBe("/no/such was not found.");
        Should.Throw<ArgumentException>(() => SupervisedProcess.Start(start, TimeProvider.System));
    }

    [Fact]
    public void A_program_is_not_looked_for_in_the_directory_it_runs_in()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var script = Path.Combine(_folder.FullName, "local-program");
        File.WriteAllText(script, "#!/bin/sh\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Should.Throw<ProcessStartException>(() => Run(new ProcessStart("local-program", _folder.FullName)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_throws_fails_the_call_and_not_the_host(bool portable)
    {
        var start = Shell("echo x; echo y") with { OnOutput = static _ => throw new InvalidOperationException("no") };
        var process = portable ? new PortableProcess(start, ProcessMark.Announce(start), TimeProvider.System) : SupervisedProcess.Start(start, TimeProvider.System);

        (await Should.ThrowAsync<InvalidOperationException>(process.Completion)).Message.ShouldBe("no");
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), $"waited in vain until {what}");
            await Task.Delay(10);
        }
    }

    private List<int> Tagged() => [.. SystemProcessTable.Instance.List().Where(id =>
    {
        try
        {
            return SystemProcessTable.Instance.Find(id) is not null && File.ReadAllText($"/proc/{id}/cmdline").Contains(_tag, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    })];

    private SupervisedProcess Start(string command, bool portable)
    {
        var start = Shell(command) with { OnOutput = Take };
        return portable ? new PortableProcess(start, ProcessMark.Announce(start), TimeProvider.System) : SupervisedProcess.Start(start, TimeProvider.System);
    }

    private static void Run(ProcessStart start) => SupervisedProcess.Start(start with { OnOutput = static _ => { } }, TimeProvider.System);

    private ProcessStart Shell(string command) => new("bash", _folder.FullName) { Arguments = ["-c", command] };

    private string Seen()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_output)
        {
            _output.Append(Encoding.UTF8.GetString(bytes));
        }
    }
}
