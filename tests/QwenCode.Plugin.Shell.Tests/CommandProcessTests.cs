using System.Collections;
using System.Text;
using QwenCode.Plugin.Shell.Processes;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

/// <summary>The two ways to run a command, each by itself.</summary>
public sealed class CommandProcessTests : IDisposable
{
    private readonly ShellFixture _shell = new();
    private readonly StringBuilder _output = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_and_exit_code_arrive(bool portable)
    {
        var command = Start("echo out; echo err >&2; exit 3", portable);

        var exit = await command.Completion;

        exit.ShouldBe(new CommandExit(3, null));
        Seen().ShouldContain("out\n");
        Seen().ShouldContain("err\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_the_host_kills_without_waiting(bool portable)
    {
        var command = Start($"bash -c 'trap \"\" TERM; echo ready; while :; do sleep 1000; done; : {_shell.Tag}' & wait", portable);
        await UntilAsync(() => Seen().Contains("ready", StringComparison.Ordinal), "the command runs");

        command.Kill();

        await command.Completion;
        await UntilAsync(() => _shell.Tagged().Count == 0, "all of it is gone");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopping_after_the_end_does_nothing(bool portable)
    {
        var command = Start("true", portable);
        await command.Completion;

        (await command.StopAsync()).ShouldBeEmpty();
        command.Kill();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_holds_the_pipe_open_does_not_hold_the_end(bool portable)
    {
        var release = _shell.File_("release");
        var command = Start($"bash -c 'while [ ! -e {release} ]; do echo noise; sleep 0.01; done; touch survived; : {_shell.Tag}' & echo started", portable);

        await command.Completion;
        var length = Seen().Length;
        await File.WriteAllTextAsync(release, string.Empty);
        await UntilAsync(() => File.Exists(_shell.File_("survived")), "the survivor ends by itself");

        Seen().Length.ShouldBe(length, "what comes after the end is dropped");
    }

    [Fact]
    public void A_directory_that_is_missing_is_named()
    {
        Should.Throw<CommandStartException>(() => UnixCommandProcess.Start(
            new CommandStart("true", _shell.File_("missing"), Variables(), "mark"), static _ => { }, TimeProvider.System)).Message.ShouldContain("missing");
    }

    [Fact]
    public async Task A_handler_that_throws_fails_the_call_and_not_the_host()
    {
        var command = UnixCommandProcess.Start(
            new CommandStart("echo x; echo y", _shell.Workspace.Root, Variables(), "mark"), static _ => throw new InvalidOperationException("no"), TimeProvider.System);

        (await Should.ThrowAsync<InvalidOperationException>(command.Completion)).Message.ShouldBe("no");
    }

    private string Seen()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private CommandProcess Start(string command, bool portable)
    {
        var start = new CommandStart(command, _shell.Workspace.Root, Variables(), "no such mark " + _shell.Tag[3..]);
        return portable
            ? new PortableCommandProcess(start, Take, TimeProvider.System)
            : UnixCommandProcess.Start(start, Take, TimeProvider.System);

        void Take(ReadOnlySpan<byte> bytes)
        {
            lock (_output)
            {
                _output.Append(Encoding.UTF8.GetString(bytes));
            }
        }
    }
}
