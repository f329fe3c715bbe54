using System.Net;
using System.Net.Sockets;
using QwenCode.Platform.Processes;
using QwenCode.Plugin.Shell.Commands;
using QwenCode.Plugin.Shell.Sandboxing;

namespace QwenCode.Plugin.Shell.Tests;

public sealed class SandboxTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Without_the_setting_the_shell_is_started_as_ever() =>
        Bubblewrap.Prefix(_shell.Context, _shell.Workspace.Root).ShouldBeEmpty();

    [Fact]
    public async Task A_sandbox_that_is_not_there_is_an_error_and_the_command_does_not_run()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        var prefix = Bubblewrap.Prefix(_shell.Context, _shell.Workspace.Root).Select(static word => word == "bwrap" ? "no-such-sandbox" : word);
        var start = ShellStart.Describe(
            "touch ran", _shell.Workspace.Root, new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, [.. prefix]);

        var run = await ProcessRun.RunAsync(start, new ProcessRunOptions(), TimeProvider.System, CancellationToken.None);

        run.Exit!.Code.ShouldBe(127);
        run.Error.ShouldContain("no-such-sandbox: not found");
        File.Exists(_shell.File_("ran")).ShouldBeFalse();
    }

    [SandboxFact]
    public async Task The_workspace_can_be_written_and_nothing_else()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        var outside = Path.Combine(Path.GetDirectoryName(_shell.Workspace.Root)!, "outside");
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), $"sandbox-{_shell.Tag}");

        var result = await _shell.RunAsync($"echo in > inside; echo out > '{outside}'; echo home > '{home}'; touch /etc/{_shell.Tag}; cat inside; echo $SANDBOX");

        ShellFixture.Field(result, "Exit Code").ShouldBe("0");
        ShellFixture.Text(result).ShouldContain("Read-only file system");
        ShellFixture.Text(result).ShouldContain("\nin\nbwrap\n");
        File.ReadAllText(_shell.File_("inside")).ShouldBe("in\n");
        File.Exists(outside).ShouldBeFalse();
        File.Exists(home).ShouldBeFalse();
        File.Exists($"/etc/{_shell.Tag}").ShouldBeFalse();
    }

    [SandboxFact]
    public async Task What_later_processes_would_run_or_obey_cannot_be_changed()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        Directory.CreateDirectory(_shell.File_(".qwen"));
        Directory.CreateDirectory(_shell.File_(".git/hooks"));
        File.WriteAllText(_shell.File_(".qwen/settings.json"), "{}");
        File.WriteAllText(_shell.File_(".git/config"), "[core]\n");
        File.WriteAllText(_shell.File_(".env"), "A=1\n");

        await _shell.RunAsync("""
            echo '{"permissions":{"allow":["Bash"]}}' > .qwen/settings.json; rm -rf .qwen; mv .qwen moved
            echo evil > .git/hooks/post-commit; echo evil >> .git/config; echo ../evil > .git/commondir; mv .git gone; rm -rf .git
            echo QWEN_SANDBOX=0 > .env; rm -f .env
            """);

        File.ReadAllText(_shell.File_(".qwen/settings.json")).ShouldBe("{}");
        File.ReadAllText(_shell.File_(".git/config")).ShouldBe("[core]\n");
        File.ReadAllText(_shell.File_(".env")).ShouldBe("A=1\n");
        Directory.GetFileSystemEntries(_shell.File_(".git")).Select(Path.GetFileName).Order().ShouldBe(["config", "hooks"]);
        Directory.GetFiles(_shell.File_(".git/hooks")).ShouldBeEmpty();
    }

    [SandboxFact]
    public async Task Folders_that_would_be_obeyed_cannot_be_made_either()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";

        await _shell.RunAsync("mkdir -p .qwen .claude/agents; echo '{\"hooks\":{}}' > .qwen/settings.json; echo x > .claude/agents/a.md; rmdir .qwen .claude");

        Directory.GetFileSystemEntries(_shell.File_(".qwen")).ShouldBeEmpty();
        Directory.GetFileSystemEntries(_shell.File_(".claude")).ShouldBeEmpty();
    }

    [SandboxFact]
    public async Task In_a_linked_work_tree_commands_run_and_cannot_point_it_elsewhere()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        File.WriteAllText(_shell.File_(".git"), "gitdir: /elsewhere\n");

        var result = await _shell.RunAsync("echo ran; echo 'gitdir: evil' > .git; mv .git gone");

        ShellFixture.Text(result).ShouldContain("ran");
        File.ReadAllText(_shell.File_(".git")).ShouldBe("gitdir: /elsewhere\n");
    }

    [SandboxFact]
    public async Task The_network_is_there_unless_it_is_switched_off()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var command = $"if (exec 3<>/dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndpoint).Port}) 2>/dev/null; then echo reached; else echo unreachable; fi";
        _shell.Settings["tools.sandbox"] = "bwrap";

        ShellFixture.Field(await _shell.RunAsync(command), "Output").ShouldBe("reached");
        _shell.Settings["tools.sandboxNetwork"] = "false";
        ShellFixture.Field(await _shell.RunAsync(command), "Output").ShouldBe("unreachable");
    }

    [SandboxFact]
    public async Task A_time_limit_ends_the_sandbox_with_all_that_was_started_in_it()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";

        var result = await _shell.RunAsync($"(setsid sleep 300 {_shell.Tag} &) 2>/dev/null; exec -a {_shell.Tag} sleep 300", timeout: 500);

        ShellFixture.Text(result).ShouldContain("timed out after 500ms");
        await ShellFixture.UntilAsync(() => _shell.Tagged().Count == 0, "nothing of the command lives");
    }

    [SandboxFact]
    public async Task What_leads_out_is_not_there()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        Directory.CreateDirectory(_shell.File_("sub/nested/.git/hooks"));

        var result = await _shell.RunAsync("ls -A /run | grep -v -e current-system -e wrappers -e systemd -e resolv | head -3; echo agent=$SSH_AUTH_SOCK; "
            + "echo x > sub/nested/.git/hooks/pre-commit; ls sub/nested/.git/hooks | wc -l; ls /proc | grep -c '^[0-9]' | awk '{ print ($1 < 12) }'");

        ShellFixture.Text(result).ShouldContain("agent=\n");
        ShellFixture.Text(result).ShouldContain("Read-only file system");
        ShellFixture.Text(result).ShouldContain("\n0\n1");
        File.Exists(_shell.File_("sub/nested/.git/hooks/pre-commit")).ShouldBeFalse();
    }

    [SandboxFact("perl")]
    public async Task A_socket_outside_the_workspace_answers_nobody_inside()
    {
        var path = Path.Combine("/var/tmp", $"{_shell.Tag}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var connect = $"perl -MIO::Socket::UNIX -e 'print IO::Socket::UNIX->new(Peer => shift) ? \"reached\" : \"unreachable\"' '{path}'";
        try
        {
            ShellFixture.Field(await _shell.RunAsync(connect), "Output").ShouldBe("reached");
            _shell.Settings["tools.sandbox"] = "bwrap";
            ShellFixture.Field(await _shell.RunAsync(connect), "Output").ShouldBe("unreachable");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SandboxFact("perl")]
    public async Task Sockets_without_a_place_are_part_of_the_network()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + _shell.Tag));
        listener.Listen();
        var connect = $"perl -MIO::Socket::UNIX -e 'print IO::Socket::UNIX->new(Peer => \"\\0{_shell.Tag}\") ? \"reached\" : \"unreachable\"'";
        _shell.Settings["tools.sandbox"] = "bwrap";

        ShellFixture.Field(await _shell.RunAsync(connect), "Output").ShouldBe("reached");
        _shell.Settings["tools.sandboxNetwork"] = "false";
        ShellFixture.Field(await _shell.RunAsync(connect), "Output").ShouldBe("unreachable");
    }

    [SandboxFact]
    public async Task Other_processes_cannot_be_seen_signalled_or_read()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";
        using var other = System.Diagnostics.Process.Start("sleep", "300");
        var id = Environment.ProcessId;
        try
        {
            var result = await _shell.RunAsync($"for p in {id} {other.Id}; do [ \"$(cat /proc/$p/cmdline 2>/dev/null | tr -d '\\0')\" = 'sleep300' ] && echo seen; done; "
                + "(echo x > /dev/tty) 2>/dev/null && echo terminal; [ -w /proc/sys/kernel/core_pattern ] && echo kernel; "
                + "[ -w /proc/sysrq-trigger ] && echo sysrq; pgrep -x sleep; echo end");

            ShellFixture.Field(result, "Output").ShouldBe("end");
        }
        finally
        {
            other.Kill();
        }
    }

    [SandboxFact]
    public async Task No_capability_is_left()
    {
        _shell.Settings["tools.sandbox"] = "bwrap";

        var result = await _shell.RunAsync("grep -E '^Cap(Eff|Prm|Inh|Amb)' /proc/self/status | tr -d '\\t' | grep -v ':0*$'; "
            + "mount -t tmpfs none /mnt 2>/dev/null && echo mounted; echo end");

        ShellFixture.Field(result, "Output").ShouldBe("end");
    }

    [Fact]
    public void Nested_repositories_are_guarded_like_the_first()
    {
        Directory.CreateDirectory(_shell.File_("sub/nested/.git"));

        var arguments = Bubblewrap.Arguments(_shell.Workspace, _shell.Workspace.Root, hasNetwork: true);

        var nested = _shell.File_("sub/nested/.git");
        string.Join(' ', arguments).ShouldContain($"--ro-bind-try {nested} {nested}");
        string.Join(' ', arguments).ShouldContain("--tmpfs /run");
    }
}
