using QwenCode.Tools;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class TerminalCommandTests : IDisposable
{
    private const int Limit = 500_001;

    private readonly ShellFixture _shell = new();
    private readonly FakeTerminals _terminals = new();

    public TerminalCommandTests() => _shell.Terminals = _terminals;

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_command_is_given_to_the_shell_it_always_runs_in()
    {
        _terminals.Output = static () => new ClientOutput("\e[1mmade\e[0m\r\n", false, null);

        var result = await _shell.RunAsync("make");

        Text(result).ShouldBe(
            "Command: make\nDirectory: (root)\nOutput: made\nError: (none)\nExit Code: 0\nSignal: (none)\nProcess Group PGID: (none)");
        var command = _terminals.Command.ShouldNotBeNull();
        (command.Program, string.Join('|', command.Arguments), command.Directory).ShouldBe(("bash", "-c|make", _shell.Workspace.Root));
        command.Environment.Select(static pair => $"{pair.Key}={pair.Value}").ShouldBe(["GIT_PAGER=cat", "PAGER=cat", "QWEN_CODE=1"], ignoreOrder: true);
        _terminals.Calls.ShouldBe(["create", "wait", "output", "release"]);
        _shell.Progress.ShouldBe(["terminal t1"]);
    }

    [Theory]
    [InlineData(3, null, "3", "(none)", "Command exited with code: 3")]
    [InlineData(null, "SIGTERM", "(none)", "15", "Command terminated by signal: 15")]
    [InlineData(1, "Killed", "(none)", "9", "Command terminated by signal: 9")]
    [InlineData(null, "11", "(none)", "11", "Command terminated by signal: 11")]
    [InlineData(null, "SIGLOST", "(none)", "SIGLOST", "Command terminated by signal: SIGLOST")]
    [InlineData(null, null, "(none)", "(none)", "")]
    public async Task An_end_reads_as_that_of_a_local_command(int? code, string? signal, string codeLine, string signalLine, string shown)
    {
        _terminals.End = Task.FromResult(new ClientExit(code, signal));

        var result = await _shell.RunAsync("make");

        Text(result).ShouldContain($"Output: (empty)\nError: (none)\nExit Code: {codeLine}\nSignal: {signalLine}\n");
        Shown(result).ShouldBe(shown);
    }

    [Fact]
    public async Task An_end_that_only_the_output_tells_counts()
    {
        _terminals.End = Task.FromResult(new ClientExit(null, null));
        _terminals.Output = static () => new ClientOutput("x", false, new ClientExit(4, null));

        Field(await _shell.RunAsync("make"), "Exit Code").ShouldBe("4");
    }

    [Fact]
    public async Task Output_that_the_editor_has_cut_says_so()
    {
        _terminals.Output = static () => new ClientOutput("the end", true, null);

        Text(await _shell.RunAsync("make")).ShouldContain("Output: [The editor kept only a part of the output: at most 4194304 bytes.]\nthe end\n");
    }

    [Fact]
    public async Task Output_that_is_too_long_for_the_model_is_kept_in_a_file()
    {
        var text = string.Join("\r\n", Enumerable.Range(0, 100_000).Select(static line => $"line {line}"));
        _terminals.Output = () => new ClientOutput(text, false, null);

        var result = Text(await _shell.RunAsync("make"));

        result.ShouldContain("[CONTENT TRUNCATED]");
        var file = Directory.EnumerateFiles(_shell.Workspace.TempDirectory, "*.output").ShouldHaveSingleItem();
        result.ShouldContain(file);
        File.ReadAllText(file).ShouldContain("line 50000\n");
    }

    [Fact]
    public async Task Time_that_is_up_kills_the_command_and_reads_as_for_a_local_one()
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(Limit));
        _shell.Time = clock;
        var end = new TaskCompletionSource<ClientExit>();
        _terminals.End = end.Task;
        _terminals.Kill = _ =>
        {
            end.SetResult(new ClientExit(null, "SIGKILL"));
            return Task.CompletedTask;
        };
        _terminals.Output = static () => new ClientOutput("ready\r\n", false, null);
        var run = _shell.RunAsync("make", timeout: Limit);

        await clock.ExpireAsync();

        Text(await run).ShouldBe($"Command timed out after {Limit}ms before it could complete. Below is the output before it timed out:\nready");
        _terminals.Calls.ShouldBe(["create", "wait", "kill", "output", "release"]);
    }

    [Fact]
    public async Task A_command_that_the_editor_cannot_kill_is_named()
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(Limit));
        _shell.Time = clock;
        _terminals.End = new TaskCompletionSource<ClientExit>().Task;
        _terminals.Kill = static _ => throw new IOException("Not mine");
        var run = _shell.RunAsync("make", timeout: Limit);

        await clock.ExpireAsync();

        Text(await run).ShouldEndWith("\nThe editor could not stop the command (terminal t1): Not mine");
        _terminals.Calls[^1].ShouldBe("release");
    }

    [Fact]
    public async Task An_editor_that_does_not_answer_a_kill_is_not_waited_for()
    {
        var clock = new TriggeredClock(TimeSpan.FromSeconds(3));
        _shell.Time = clock;
        _terminals.End = new TaskCompletionSource<ClientExit>().Task;
        _terminals.Kill = static token => Task.Delay(Timeout.Infinite, token);
        using var cancel = new CancellationTokenSource();
        var run = _shell.RunAsync("make", cancellationToken: cancel.Token);
        await cancel.CancelAsync();

        await clock.ExpireAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => run);
        _terminals.Calls.ShouldBe(["create", "wait", "kill", "release"]);
    }

    [Fact]
    public async Task A_terminal_that_is_not_opened_in_time_is_an_error()
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(Limit));
        _shell.Time = clock;
        _terminals.Open = static async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return null;
        };
        var run = _shell.RunAsync("touch ran", timeout: Limit);

        await clock.ExpireAsync();

        (await run).Error!.Message.ShouldBe($"The command was not run: the editor did not open a terminal for it within {Limit}ms.");
        File.Exists(_shell.File_("ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_terminal_that_the_editor_loses_is_an_error_and_is_given_back()
    {
        _terminals.End = Task.FromException<ClientExit>(new IOException("The client is gone."));

        (await _shell.RunAsync("make")).Error!.Message.ShouldBe(
            "The editor lost the command, which was started; how it ended is not known: The client is gone.");
        _terminals.Calls.ShouldBe(["create", "wait", "release"]);
    }

    [Fact]
    public async Task Output_that_the_editor_does_not_hand_over_is_an_error_that_tells_the_end()
    {
        _terminals.End = Task.FromResult(new ClientExit(3, null));
        _terminals.Output = static () => throw new IOException("Lost");

        (await _shell.RunAsync("make")).Error!.Message.ShouldBe("The command ended with exit code 3, but the editor did not hand over its output: Lost");
        _terminals.Calls[^1].ShouldBe("release");
    }

    [Fact]
    public async Task An_editor_without_terminals_leaves_the_command_to_the_program()
    {
        _terminals.Open = static _ => Task.FromResult<IClientTerminal?>(null);

        Field(await _shell.RunAsync("echo here"), "Output").ShouldBe("here");
        _terminals.Calls.ShouldBe(["create"]);
    }

    [Fact]
    public async Task A_sandbox_keeps_commands_from_the_terminal()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";

        await _shell.RunAsync("true");

        _terminals.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_background_command_is_the_programs_own()
    {
        await _shell.Prepare("true", background: true).ExecuteAsync(CancellationToken.None);

        _terminals.Calls.ShouldBeEmpty();
    }
}
