using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Tests.Processes;

/// <summary>What a killed program leaves behind is found and ended, and nothing else is touched.</summary>
public sealed class ProcessCustodyTests : IAsyncDisposable
{
    // No process has this number: systems stop at 4,194,304.
    private const string DeadOwner = "2000000000-1.jsonl";

    private readonly string _project = Directory.CreateTempSubdirectory("qwen-custody-").FullName;
    private readonly string _tag = "tag" + Guid.NewGuid().ToString("N");
    private readonly List<SupervisedProcess> _started = [];

    private string Folder => Path.Combine(_project, "processes");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            await process.StopAsync(new ProcessStop { Grace = TimeSpan.Zero });
        }

        Directory.Delete(_project, recursive: true);
    }

    [Fact]
    public async Task A_process_is_in_the_ledger_of_its_project_as_long_as_it_lives()
    {
        var process = Start("sleep 1000", task: "main");

        var record = ProcessCustody.List(_project).ShouldHaveSingleItem();

        record.ShouldSatisfyAllConditions(
            () => record.Id.ShouldBe(process.Id),
            () => record.Kind.ShouldBe("shell"),
            () => record.Session.ShouldBe("the session"),
            () => record.Task.ShouldBe("main"),
            () => record.Name.ShouldBe("bash"),
            () => record.OwnerId.ShouldBe(Environment.ProcessId),
            () => record.IsOwnerAlive.ShouldBeTrue());
        File.ReadAllText(Ledger()).ShouldNotContain("sleep 1000");

        process.AssignTask("bg_1");
        ProcessCustody.List(_project).Single().Task.ShouldBe("bg_1");

        await process.StopAsync(new ProcessStop { Grace = TimeSpan.Zero });

        Directory.Exists(Folder).ShouldBeFalse();
    }

    [Fact]
    public void A_program_that_cannot_be_started_leaves_no_ledger()
    {
        Should.Throw<ProcessStartException>(() => Start(new ProcessStart("/no/such/program", "/") { OnOutput = static _ => { } }, "main"));

        Directory.Exists(Folder).ShouldBeFalse();
    }

    [Fact]
    public async Task The_owner_is_in_the_environment_and_nothing_that_is_passed_on_replaces_it()
    {
        var output = new StringBuilder();
        var process = Start(
            new ProcessStart("bash", "/")
            {
                Arguments = ["-c", "echo $QWEN_CODE_OWNER"],
                Environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["QWEN_CODE_OWNER"] = "x" },
                OnOutput = bytes => output.Append(Encoding.UTF8.GetString(bytes)),
            },
            "agent-1");

        await process.Completion;

        output.ToString().ShouldBe("shell/the session/agent-1\n");
    }

    [LinuxTheory]
    [InlineData("sleep 1000; : {0}")]
    [InlineData("trap '' TERM; while :; do sleep 1000; done; : {0}")]
    [InlineData("bash -c 'sleep 1000; : {0}' & bash -c 'sleep 1000; : {0}' & wait")]
    [InlineData("(setsid bash -c 'sleep 1000; : {0}' </dev/null >/dev/null 2>&1 &) ; sleep 1000")]
    public async Task What_a_dead_program_left_behind_is_ended_with_all_it_started(string command)
    {
        var process = Start(string.Format(CultureInfo.InvariantCulture, command, _tag), task: "main");
        await UntilAsync(() => Tagged().Count > 0);
        Abandon();

        var ended = ProcessCustody.EndLeftovers(_project).ShouldHaveSingleItem();

        ended.ShouldSatisfyAllConditions(() => ended.Id.ShouldBe(process.Id), () => ended.IsOwnerAlive.ShouldBeFalse());
        await UntilAsync(() => Tagged().Count == 0);
        (await process.Exit).Code.ShouldBeNull();
        Directory.Exists(Folder).ShouldBeFalse();
        ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();
    }

    [LinuxFact]
    public async Task A_process_whose_number_was_not_noted_any_more_is_found_by_its_mark()
    {
        var process = Start("sleep 1000", task: "main");
        Abandon(static line => !line.Contains("\"born\"", StringComparison.Ordinal));

        ProcessCustody.EndLeftovers(_project).ShouldHaveSingleItem().Id.ShouldBeNull();

        (await process.Exit).Code.ShouldBeNull();
    }

    [Fact]
    public void What_belongs_to_a_living_program_is_left_alone()
    {
        var process = Start("sleep 1000", task: "main");

        ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();

        process.HasEnded.ShouldBeFalse();
        File.Exists(Ledger()).ShouldBeTrue();
    }

    [LinuxFact]
    public void A_number_that_now_is_another_programs_is_not_signalled()
    {
        // The same number and the same start, but not the mark: the ledger is wrong, whatever the reason.
        using var stranger = Process.Start(new ProcessStartInfo("sleep", "1000"))!;
        try
        {
            Directory.CreateDirectory(Folder);
            var mark = Guid.NewGuid().ToString("N");
            File.WriteAllLines(Path.Combine(Folder, DeadOwner),
            [
                Owner(Machine.Here),
                $$"""{"op":"start","mark":"{{mark}}","kind":"shell","name":"bash","session":"s","task":"main"}""",
                $$"""{"op":"born","mark":"{{mark}}","pid":{{stranger.Id}},"birth":{{Machine.BirthOf(stranger.Id)}}}""",
            ]);

            ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();

            stranger.HasExited.ShouldBeFalse();
            Directory.Exists(Folder).ShouldBeFalse();
        }
        finally
        {
            stranger.Kill();
            stranger.WaitForExit();
        }
    }

    [Theory]
    [InlineData("""{"op":"start","mark":"PATH=","kind":"shell"}""")]
    [InlineData("""{"op":"start","mark":"00000000","kind":"shell"}""")]
    [InlineData("""{"op":"start","mark":7,"kind":[]}""")]
    [InlineData("""{"op":"born","pid":1}""")]
    [InlineData("""[1]""")]
    [InlineData("{\"op\":\"start\",\"ma")]
    [InlineData("\0\0\0\0")]
    public void A_ledger_that_makes_no_sense_ends_nothing_and_is_taken_away(string line)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllLines(Path.Combine(Folder, DeadOwner), [Owner(Machine.Here), line]);

        ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();

        Directory.Exists(Folder).ShouldBeFalse();
    }

    [LinuxTheory]
    [InlineData("elsewhere", "another start of the machine", null, true)]
    [InlineData(null, null, "pid:[7]", true)]
    [InlineData(null, "another start of the machine", null, false)]
    public void A_ledger_of_another_machine_or_container_is_not_ours_to_settle(string? name, string? boot, string? space, bool stays)
    {
        var process = Start("sleep 1000", task: "main");
        var here = Machine.Here;
        Abandon(machine: new Machine(name ?? here.Name, boot ?? here.Boot, space ?? here.Namespace));

        ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();

        process.HasEnded.ShouldBeFalse();
        File.Exists(Path.Combine(Folder, DeadOwner)).ShouldBe(stays);
        ProcessCustody.List(_project).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_is_no_ledger_stays_where_it_is()
    {
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(Folder, "notes.jsonl");
        File.WriteAllText(file, "mine");

        ProcessCustody.EndLeftovers(_project).ShouldBeEmpty();

        File.ReadAllText(file).ShouldBe("mine");
    }

    [Fact]
    public void A_ledger_that_grows_long_keeps_the_lines_of_what_lives()
    {
        var folder = Path.Combine(_project, "long");
        var ledger = new ProcessLedger(folder);
        ledger.Announce("lives", new ProcessOwner(_project, "mcp") { Name = "the server that lives" }, "server");
        for (var i = 0; i < 2_000; i++)
        {
            var mark = Guid.NewGuid().ToString("N");
            ledger.Announce(mark, new ProcessOwner(_project, "hook"), "hook");
            ledger.Born(mark, Environment.ProcessId);
            ledger.End(mark);
        }

        var file = Directory.GetFiles(folder).ShouldHaveSingleItem();
        File.ReadAllText(file).ShouldContain("the server that lives");
        new FileInfo(file).Length.ShouldBeLessThan(300_000);

        ledger.End("lives");
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Many_processes_at_once_leave_one_ledger_and_then_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Start("true", task: "main").Completion));
        await UntilAsync(() => !Directory.Exists(Folder));
    }

    private static string Owner(Machine machine) => $$"""
        {"op":"owner","v":1,"machine":{{JsonSerializer.Serialize(machine.Name)}},"boot":{{JsonSerializer.Serialize(machine.Boot)}},"namespace":{{JsonSerializer.Serialize(machine.Namespace)}}}
        """;

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            await Task.Delay(10, limit.Token);
        }
    }

    private string Ledger() => Directory.GetFiles(Folder).Single();

    // As if another program had written it and been killed: a copy under the name of a program that is not there.
    private void Abandon(Func<string, bool>? keeps = null, Machine? machine = null)
    {
        var lines = File.ReadAllLines(Ledger()).Where(keeps ?? (static _ => true)).Skip(1).Prepend(Owner(machine ?? Machine.Here)).ToArray();
        var ours = Ledger();
        File.WriteAllLines(Path.Combine(Folder, DeadOwner), lines);
        File.Delete(ours);
    }

    private SupervisedProcess Start(string command, string task) => Start(
        new ProcessStart("bash", "/") { Arguments = ["-c", command], OnOutput = static _ => { } }, task);

    private SupervisedProcess Start(ProcessStart start, string task)
    {
        var owner = new ProcessOwner(_project, "shell") { Session = "the session", Task = task };
        var process = SupervisedProcess.Start(start with { Owner = owner }, TimeProvider.System);
        _started.Add(process);
        return process;
    }

    private List<string> Tagged() =>
        [.. Directory.GetDirectories("/proc").Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0])).Where(directory =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(directory, "cmdline")).Contains(_tag, StringComparison.Ordinal);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        })];
}

/// <summary>A fact about processes that can be listed with their environments.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Environments of other processes are read on Linux only.";
}

/// <summary>A theory about processes that can be listed with their environments.</summary>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Environments of other processes are read on Linux only.";
}
