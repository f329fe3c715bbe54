using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class ResultTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_result_has_seven_lines()
    {
        var result = await _shell.RunAsync("echo made; exit 3");

        var group = Field(result, "Process Group PGID");
        int.Parse(group).ShouldBeGreaterThan(1);
        Text(result).ShouldBe(
            $"Command: echo made; exit 3\nDirectory: (root)\nOutput: made\nError: (none)\nExit Code: 3\nSignal: (none)\nProcess Group PGID: {group}");
        Shown(result).ShouldBe("made");
        result.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("true", "(empty)", "0", "(none)", "")]
    [InlineData("exit 7", "(empty)", "7", "(none)", "Command exited with code: 7")]
    [InlineData("kill -9 $$", "(empty)", "(none)", "9", "Command terminated by signal: 9")]
    [InlineData("kill -TERM $$", "(empty)", "(none)", "15", "Command terminated by signal: 15")]
    [InlineData("echo out; kill -9 $$", "out", "(none)", "9", "out")]
    [InlineData("no_such_program_here 2>/dev/null", "(empty)", "127", "(none)", "Command exited with code: 127")]
    [InlineData("echo a 1>&2", "a", "0", "(none)", "a")]
    [InlineData("cat", "(empty)", "0", "(none)", "")]
    [InlineData("read x; echo got=$x=$?", "got==1", "0", "(none)", "got==1")]
    [InlineData("printf '\\n\\n  indented\\n\\n'", "  indented", "0", "(none)", "  indented")]
    [InlineData("printf '\\e[1;31mred\\e[0m \\e]0;title\\aend'", "red end", "0", "(none)", "red end")]
    [InlineData("printf '10%%\\r50%%\\r100%%\\ndone'", "100%\ndone", "0", "(none)", "100%\ndone")]
    [InlineData("printf 'a\\0b\\0'", "a\u2400b\u2400", "0", "(none)", "a\u2400b\u2400")]
    [InlineData("printf 'gr\\xc3\\xbc\\xc3\\x9fe \\xf0\\x9f\\x98\\x80'", "grüße 😀", "0", "(none)", "grüße 😀")]
    [InlineData("printf 'bad\\xff'", "bad\ufffd", "0", "(none)", "bad\ufffd")]
    [InlineData("yes | head -n 2", "y\ny", "0", "(none)", "y\ny")]
    [InlineData("echo '&&' \"x y\" $((1+1))", "&& x y 2", "0", "(none)", "&& x y 2")]
    [InlineData("bash -c \"echo wrapped\"", "wrapped", "0", "(none)", "wrapped")]
    [InlineData("bash -c \"echo a\" && echo \"b c\"", "a\nb c", "0", "(none)", "a\nb c")]
    public async Task Commands_end_as_expected(string command, string output, string code, string signal, string shown)
    {
        var result = await _shell.RunAsync(command);

        Text(result).ShouldContain($"Command: {command}\nDirectory: (root)\nOutput: {output}\nError: (none)\nExit Code: {code}\nSignal: {signal}\n");
        Shown(result).ShouldBe(shown);
        result.Error.ShouldBeNull();
    }

    [Fact]
    public async Task Both_outputs_come_in_the_order_they_were_written()
    {
        var result = await _shell.RunAsync("for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done");

        Shown(result).ShouldBe(string.Join('\n', Enumerable.Range(1, 9).SelectMany(i => new[] { $"o{i}", $"e{i}" })));
    }

    [Fact]
    public async Task Binary_output_is_named_and_not_shown()
    {
        var result = await _shell.RunAsync("printf '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00'; printf '\\x01\\x02\\x03'");

        Shown(result).ShouldBe("[Binary output of 13 bytes is not shown. Redirect it to a file to keep it.]");
    }

    [Fact]
    public async Task Characters_split_between_writes_stay_whole()
    {
        var result = await _shell.RunAsync("printf '\\xf0\\x9f'; sleep 0.05; printf '\\x98'; sleep 0.05; printf '\\x80\\e[3'; sleep 0.05; printf '1mred'");

        Shown(result).ShouldBe("😀red");
    }

    [Fact]
    public async Task The_environment_is_told_who_runs_it()
    {
        var result = await _shell.RunAsync("echo $QWEN_CODE $TERM $PAGER $GIT_PAGER; [ -t 0 ] || echo no terminal");

        Shown(result).ShouldBe("1 xterm-256color cat cat\nno terminal");
    }

    [Fact]
    public async Task The_pager_is_the_users()
    {
        _shell.Settings["tools.shell.pager"] = "less -R";

        var result = await _shell.RunAsync("echo $PAGER; echo $GIT_PAGER");

        Shown(result).ShouldBe("less -R\nless -R");
    }

    [Fact]
    public async Task A_command_runs_in_the_root_or_in_the_directory_it_names()
    {
        var below = Directory.CreateDirectory(_shell.File_("be low")).FullName;

        var root = await _shell.RunAsync("pwd");
        var named = await _shell.RunAsync("pwd; echo $PWD", directory: below);

        Shown(root).ShouldBe(_shell.Workspace.Root);
        Shown(named).ShouldBe($"{below}\n{below}");
        Field(named, "Directory").ShouldBe(below);
    }

    [Fact]
    public async Task A_directory_that_is_missing_is_an_error_that_says_so()
    {
        var missing = _shell.File_("missing");

        var result = await _shell.RunAsync("pwd", directory: missing);

        result.Error.ShouldNotBeNull().Type.ShouldBe("shell_execute_error");
        result.Error.Message.ShouldContain(missing);
    }

    [Fact]
    public async Task A_directory_that_became_a_link_to_elsewhere_is_refused_when_the_command_runs()
    {
        var below = Directory.CreateDirectory(_shell.File_("below")).FullName;
        var call = _shell.Prepare("touch evidence", directory: below);
        Directory.Delete(below);
        Directory.CreateSymbolicLink(below, "/tmp");

        var result = await call.ExecuteAsync(default);

        result.Error.ShouldNotBeNull().Message.ShouldContain("is not within any of the registered workspace directories");
    }

    [Fact]
    public async Task Nothing_is_left_of_a_command_that_was_cancelled_before_it_began()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await _shell.RunAsync("touch evidence", cancellationToken: cancelled.Token));

        File.Exists(_shell.File_("evidence")).ShouldBeFalse();
    }

    [Fact]
    public async Task No_line_is_lost_when_a_command_ends_fast()
    {
        for (var round = 0; round < 20; round++)
        {
            var result = await _shell.RunAsync("seq 1 800");

            Shown(result).ShouldBe(string.Join('\n', Enumerable.Range(1, 800)));
        }
    }

    [Fact]
    public async Task Many_commands_run_at_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => _shell.RunAsync($"echo {i}; exit {i}")));

        results.Select(Shown).ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}"));
        results.Select(result => Field(result, "Exit Code")).ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}"));
    }
}
