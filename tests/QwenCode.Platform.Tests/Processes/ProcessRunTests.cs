using QwenCode.Platform.Processes;

namespace QwenCode.Platform.Tests.Processes;

public sealed class ProcessRunTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qwen-run-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Input_goes_in_and_both_outputs_come_out()
    {
        var result = await RunAsync("cat; echo no >&2; exit 4", new ProcessRunOptions { Input = "hi"u8.ToArray() });

        result.ShouldBe(new ProcessRunResult(new ProcessExit(4, null), "hi", "no\n", false, false));
    }

    [Fact]
    public async Task A_program_that_does_not_read_its_input_ends_all_the_same()
    {
        var result = await RunAsync("echo done", new ProcessRunOptions { Input = new byte[1024 * 1024] });

        result.Output.ShouldBe("done\n");
    }

    [Fact]
    public async Task Output_over_the_bound_is_dropped_and_does_not_stop_the_program()
    {
        var result = await RunAsync("head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2", new ProcessRunOptions { MaxOutput = 1000 });

        result.Output.ShouldBe(new string('x', 1000));
        result.IsOutputCut.ShouldBeTrue();
        result.Error.ShouldBe("end\n");
        result.IsErrorCut.ShouldBeFalse();
        result.Exit.ShouldBe(new ProcessExit(0, null));
    }

    [Fact]
    public async Task A_program_whose_time_is_up_is_stopped_with_what_it_started()
    {
        var result = await RunAsync("sleep 1000 & echo $! > child; wait", new ProcessRunOptions { Timeout = TimeSpan.FromMilliseconds(500) });

        result.Exit.ShouldBeNull();
        SystemProcessTable.Instance.Find(Child()).ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_run_stops_the_program_with_what_it_started()
    {
        using var cancel = new CancellationTokenSource();
        var run = RunAsync("sleep 1000 & echo $! > child.new; mv child.new child; wait", new ProcessRunOptions(), cancel.Token);
        while (!File.Exists(Path.Combine(_folder.FullName, "child")))
        {
            await Task.Delay(10);
        }

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(run);
        SystemProcessTable.Instance.Find(Child()).ShouldBeNull();
    }

    [Fact]
    public async Task A_start_is_repeated_while_the_system_has_no_room_for_it()
    {
        var errors = new Queue<int>([11, 24, 26, 12]);

        (await ProcessRun.StartAsync(
            () => errors.TryDequeue(out var error) ? throw new ProcessStartException("full", error) : "started", TimeProvider.System, CancellationToken.None))
            .ShouldBe("started");

        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(13, false)]
    [InlineData(11, true)]
    public async Task What_will_not_pass_and_what_lasts_too_long_ends_the_trying(int error, bool isCancelled)
    {
        var tries = 0;

        await Should.ThrowAsync<ProcessStartException>(() => ProcessRun.StartAsync<string>(
            () =>
            {
                tries++;
                throw new ProcessStartException("no", error);
            },
            TimeProvider.System,
            new CancellationToken(isCancelled)));

        tries.ShouldBe(1);
    }

    private int Child() => int.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "child")), System.Globalization.CultureInfo.InvariantCulture);

    private Task<ProcessRunResult> RunAsync(string command, ProcessRunOptions options, CancellationToken cancellationToken = default) =>
        ProcessRun.RunAsync(new ProcessStart("bash", _folder.FullName) { Arguments = ["-c", command] }, options, TimeProvider.System, cancellationToken);
}
