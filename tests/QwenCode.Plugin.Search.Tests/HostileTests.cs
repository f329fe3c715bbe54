using System.Diagnostics;
using QwenCode.Tools;

namespace QwenCode.Plugin.Search.Tests;

/// <summary>Places and files made to lead a search out of the workspace, to hang it or to flood it.</summary>
public sealed class HostileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempWorkspace _workspace = new();

    public HostileTests()
    {
        File.WriteAllText(Path.Combine(_workspace.Outside, "secret.txt"), "hit outside\n");
        _workspace.Write("in/file.txt", "hit inside\n");
        Directory.CreateSymbolicLink(_workspace.PathOf("dir"), _workspace.Outside);
        Directory.CreateSymbolicLink(_workspace.PathOf("in/up"), "../..");
        File.CreateSymbolicLink(_workspace.PathOf("link.txt"), Path.Combine(_workspace.Outside, "secret.txt"));
        File.CreateSymbolicLink(_workspace.PathOf("inner.txt"), "in/file.txt");
        File.CreateSymbolicLink(_workspace.PathOf("loop1"), "loop2");
        File.CreateSymbolicLink(_workspace.PathOf("loop2"), "loop1");
    }

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("..", "ask")]
    [InlineData("in/../..", "ask")]
    [InlineData("in/up", "ask")]
    [InlineData("dir", "ask")]
    [InlineData("dir/", "ask")]
    [InlineData("dir/.", "ask")]
    [InlineData("../outside", "ask")]
    [InlineData("O", "ask")]
    [InlineData("link.txt", "ask")]
    [InlineData("dir/secret.txt", "ask")]
    [InlineData("~", "ask")]
    [InlineData("~/", "ask")]
    [InlineData("~/x/y", "ask")]
    [InlineData("/", "ask")]
    [InlineData("//etc", "ask")]
    [InlineData("/proc/self/root/etc", "ask")]
    [InlineData("/proc/self/cwd", "ask")]
    [InlineData("/etc/../etc", "ask")]
    [InlineData(".", "allow")]
    [InlineData("in", "allow")]
    [InlineData("in/", "allow")]
    [InlineData("./in/./", "allow")]
    [InlineData("in/up/project/in", "allow")]
    [InlineData("inner.txt", "allow")]
    [InlineData("", "allow")]
    [InlineData("  ", "allow")]
    [InlineData("in/FILE.txt", "Path does not exist")]
    [InlineData("in/file.txt ", "Path does not exist")]
    [InlineData("in/file.txt.", "Path does not exist")]
    [InlineData("..\\outside", "Path does not exist")]
    [InlineData("file:///etc", "Path does not exist")]
    [InlineData("~root", "Path does not exist")]
    [InlineData("$HOME", "Path does not exist")]
    [InlineData("%2e%2e", "Path does not exist")]
    [InlineData("in\0", "A path cannot hold a NUL character")]
    [InlineData("{long}", "Path does not exist")]
    [InlineData("{deep}", "Path does not exist")]
    public async Task A_search_looks_where_it_says_and_asks_about_what_is_outside(string path, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        path = path.Replace("{long}", new string('x', 300), StringComparison.Ordinal).Replace("{deep}", string.Join('/', Enumerable.Repeat("directory", 600)), StringComparison.Ordinal);
        path = path is "O" ? _workspace.Outside : path;
        ToolInvocation call;
        try
        {
            call = _workspace.Prepare(new GrepTool(), new { pattern = "hit", path });
        }
        catch (ToolArgumentException exception)
        {
            exception.Message.ShouldStartWith(expected);
            Should.Throw<ToolArgumentException>(() => _workspace.Prepare(new GlobTool(), new { pattern = "*", path })).Message.ShouldStartWith(expected);
            return;
        }

        call.Consent.ToString().ToLowerInvariant().ShouldBe(expected);
        if (expected is "allow")
        {
            var result = await call.ExecuteAsync(CancellationToken.None);
            result.Content.PlainText!.ShouldContain("hit inside");
            result.Content.PlainText!.ShouldNotContain("hit outside");
        }
    }

    [Fact]
    public async Task A_tree_with_links_in_circles_is_walked_once_and_not_left()
    {
        var grep = await Task.Run(() => _workspace.RunAsync(new GrepTool(), new { pattern = "hit" })).WaitAsync(Patience);
        var glob = await Task.Run(() => _workspace.RunAsync(new GlobTool(), new { pattern = "**/*" })).WaitAsync(Patience);

        grep.Content.PlainText.ShouldBe($"Found 1 match for pattern \"hit\" in the workspace directory:\n---\n{_workspace.PathOf("in/file.txt")}:1:hit inside");
        glob.Content.PlainText!.Split('\n')[2..].ShouldBe([_workspace.PathOf("in/file.txt")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_that_became_a_link_is_not_searched(bool isGrep)
    {
        Tool tool = isGrep ? new GrepTool() : new GlobTool();
        var call = _workspace.Prepare(tool, isGrep ? new { pattern = "hit", path = "in" } : new { pattern = "*.txt", path = "in" });
        Directory.Move(_workspace.PathOf("in"), _workspace.PathOf("was-in"));
        Directory.CreateSymbolicLink(_workspace.PathOf("in"), _workspace.Outside);

        var result = await call.ExecuteAsync(CancellationToken.None);

        result.Error!.Type.ShouldBe(isGrep ? "grep_execution_error" : "glob_execution_error");
        result.Error.Message.ShouldContain("leads to another place now");
    }

    [Fact]
    public async Task A_file_that_became_a_link_is_not_searched()
    {
        var call = _workspace.Prepare(new GrepTool(), new { pattern = "hit", path = "in/file.txt" });
        File.Delete(_workspace.PathOf("in/file.txt"));
        File.CreateSymbolicLink(_workspace.PathOf("in/file.txt"), Path.Combine(_workspace.Outside, "secret.txt"));

        (await call.ExecuteAsync(CancellationToken.None)).Error!.Message.ShouldContain("leads to another place now");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/stdin")]
    [InlineData("/dev/random")]
    [InlineData("/proc/kmsg")]
    [InlineData("/sys/kernel/tracing/trace_pipe")]
    [InlineData("pipe")]
    public async Task What_has_no_end_is_done_with(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        if (path is "pipe")
        {
            using var process = Process.Start("mkfifo", _workspace.PathOf("pipe"));
            await process.WaitForExitAsync();
        }

        var result = await Task.Run(() => _workspace.RunAsync(new GrepTool(), new { pattern = "hit", path })).WaitAsync(Patience);

        (result.Error?.Message ?? result.Content.PlainText!).ShouldNotStartWith("Found");
    }

    [Fact]
    public async Task A_hole_of_a_gigabyte_neither_takes_its_memory_nor_its_like_in_time()
    {
        var path = _workspace.Write("hole.txt", "hit before\n" + new string('x', 70_000) + "\n");
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(1L << 30);
        }

        var result = await Task.Run(() => _workspace.RunAsync(new GrepTool(), new { pattern = "hit|nothing", path = "hole.txt" })).WaitAsync(Patience);

        result.Content.PlainText!.ShouldStartWith("Found 1 match");
    }

    [Theory]
    [InlineData("\u001b[31mhit\u001b[0m")]
    [InlineData("hit \u202e reversed")]
    [InlineData("hit\rover")]
    [InlineData("hit:12:not a line number")]
    public async Task A_line_is_given_as_it_stands(string line)
    {
        var path = _workspace.Write("odd.txt", line + "\n");

        (await _workspace.RunAsync(new GrepTool(), new { pattern = "hit", path = "odd.txt" })).Content.PlainText!.ShouldEndWith($"{path}:1:{line}");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_not_hide_the_lines_around_them()
    {
        _workspace.Write("bad.txt", [.. "hit 1\n"u8, 0xFF, 0xFE, 0x80, (byte)'\n', .. "hit 2 "u8, 0xC3, (byte)'\n', 0xED, 0xA0, 0x80, .. " hit 3\n"u8]);

        foreach (var pattern in new[] { "hit", "hit|nadel", "h[i]t", "^.*h.t" })
        {
            (await _workspace.RunAsync(new GrepTool(), new { pattern, path = "bad.txt" })).Content.PlainText!.ShouldStartWith("Found 3 matches", customMessage: pattern);
        }
    }

    [Theory]
    [InlineData("{1..100000}")]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    [InlineData("{deep}")]
    public async Task A_pattern_made_to_explode_is_refused(string pattern)
    {
        pattern = pattern.Replace("{deep}", string.Join('/', Enumerable.Repeat("a*", 200)), StringComparison.Ordinal);

        (await Task.Run(() => _workspace.RunAsync(new GlobTool(), new { pattern })).WaitAsync(Patience)).Error!.Type.ShouldBe("glob_execution_error");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(new GrepTool(), new { pattern = "x", glob = pattern })).Message.ShouldStartWith("Invalid glob:");
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b")]
    [InlineData("**/**/**/**/**/**/**/**/x")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[!")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("a\\")]
    [InlineData("\0")]
    public async Task Odd_patterns_end_without_a_match(string pattern)
    {
        _workspace.Write(new string('a', 200), "x");

        (await Task.Run(() => _workspace.RunAsync(new GlobTool(), new { pattern })).WaitAsync(Patience)).Content.PlainText!.ShouldStartWith("No files found");
    }

    [Fact]
    public async Task Nested_ignore_files_hold_for_what_is_below_them_and_the_excludes_of_the_repository_for_all()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git/info"));
        _workspace.Write(".git/info/exclude", "excluded.txt\n");
        _workspace.Write(".gitignore", "*.gen\n/top/\n!kept.gen\n");
        _workspace.Write("a/.gitignore", "local.txt\n!b/c.gen\n");
        _workspace.Write("a/b/.qwenignore", "hidden.txt\n");
        _workspace.Write("vendor/.git/HEAD", "x");
        _workspace.Write("vendor/.gitignore", "skip.txt\n");
        string[] visible = ["kept.gen", "a/b/c.gen", "b/local.txt", "a/top/x.txt", "hidden.txt", "vendor/ok.txt"];
        string[] ignored = ["x.gen", "top/x.txt", "a/local.txt", "a/b/local.txt", "a/b/hidden.txt", "excluded.txt", "a/b/excluded.txt", "vendor/skip.txt"];
        foreach (var name in visible.Concat(ignored))
        {
            _workspace.Write(name, "unusual\n");
        }

        var grep = await _workspace.RunAsync(new GrepTool(), new { pattern = "unusual" });
        var glob = await _workspace.RunAsync(new GlobTool(), new { pattern = "**/*.{txt,gen}" });

        var expected = visible.Select(_workspace.PathOf).Order(StringComparer.Ordinal).ToArray();
        grep.Content.PlainText!.Split('\n')[2..].Select(static line => line.Split(':')[0]).ShouldBe(expected);
        glob.Content.PlainText!.Split('\n')[2..].Where(static line => !line.EndsWith("in/file.txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(expected);
    }

    [Fact]
    public async Task Names_that_are_no_text_do_not_end_a_search_and_none_passes_for_two()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await ShellAsync("printf 'hit\\n' > $'bad\\xff.txt'; printf 'hit\\n' > $'line\\n/etc/passwd.txt'; printf 'hit\\n' > $'line\\nbreak.txt'");

        var grep = await _workspace.RunAsync(new GrepTool(), new { pattern = "hit" });
        var glob = await _workspace.RunAsync(new GlobTool(), new { pattern = "**/*.txt" });

        // Such a name cannot be deleted by this runtime either.
        await ShellAsync("rm -f $'bad\\xff.txt'");
        grep.Content.PlainText!.Split('\n')[2..].ShouldAllBe(line => line.StartsWith(_workspace.Root, StringComparison.Ordinal));
        glob.Content.PlainText!.Split('\n')[2..].ShouldAllBe(line => line.StartsWith(_workspace.Root, StringComparison.Ordinal));
        grep.Content.PlainText!.ShouldContain("in/line\\x0abreak.txt:1:hit");
        glob.Content.PlainText!.ShouldContain("in/line\\x0abreak.txt");
    }

    private async Task ShellAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash") { ArgumentList = { "-c", script }, WorkingDirectory = _workspace.PathOf("in"), RedirectStandardError = true })!;
        await process.WaitForExitAsync();
    }
}
