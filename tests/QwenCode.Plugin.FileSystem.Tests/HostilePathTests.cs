using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>Paths made to lead somewhere else than they seem to. What is outside is asked about or refused; nothing hangs, nothing throws what the model cannot read.</summary>
public sealed class HostilePathTests : IDisposable
{
    private const string Secret = "outside secret";

    private readonly TempWorkspace _workspace = new(Place);

    public HostilePathTests()
    {
        File.WriteAllText(Path.Combine(_workspace.Outside, "secret.txt"), Secret);
        _workspace.Write("in/file.txt", "inside");
        File.CreateSymbolicLink(_workspace.PathOf("link.txt"), Path.Combine(_workspace.Outside, "secret.txt"));
        File.CreateSymbolicLink(_workspace.PathOf("relative.txt"), "../outside/secret.txt");
        File.CreateSymbolicLink(_workspace.PathOf("chain.txt"), "link.txt");
        File.CreateSymbolicLink(_workspace.PathOf("dangling.txt"), Path.Combine(_workspace.Outside, "new.txt"));
        File.CreateSymbolicLink(_workspace.PathOf("inner.txt"), "in/file.txt");
        Directory.CreateSymbolicLink(_workspace.PathOf("dir"), _workspace.Outside);
        Directory.CreateSymbolicLink(_workspace.PathOf("up"), "..");
        File.CreateSymbolicLink(_workspace.PathOf("loop1"), "loop2");
        File.CreateSymbolicLink(_workspace.PathOf("loop2"), "loop1");
    }

    // Not the folder for temporary files, where anything may be read; a checkout may lie in it, too.
    private static string Place =>
        !Workspace.IsWithin(Workspace.RealPath(AppContext.BaseDirectory), Workspace.RealPath(Path.GetTempPath())) ? AppContext.BaseDirectory
        : Directory.Exists("/var/tmp") ? "/var/tmp" : Workspace.HomeDirectory;

    public void Dispose() => _workspace.Dispose();

    // R is the project's root, O the directory beside it.
    [Theory]
    [InlineData("R/../outside/secret.txt", "ask", Secret)]
    [InlineData("R/in/../../outside/secret.txt", "ask", Secret)]
    [InlineData("R/no/such/../../../outside/secret.txt", "ask", Secret)]
    [InlineData("O/secret.txt", "ask", Secret)]
    [InlineData("R/link.txt", "ask", Secret)]
    [InlineData("R/relative.txt", "ask", Secret)]
    [InlineData("R/chain.txt", "ask", Secret)]
    [InlineData("R/dir/secret.txt", "ask", Secret)]
    [InlineData("R/up/outside/secret.txt", "ask", Secret)]
    [InlineData("R/dir/../project/in/file.txt", "ask", "file_not_found", true)]
    [InlineData("R/dangling.txt", "ask", "file_not_found")]
    [InlineData("R/loop1", "allow", "read_content_failure")]
    [InlineData("/proc/self/root/etc/hostname", "ask", null)]
    [InlineData("//etc/hostname", "ask", null)]
    [InlineData("/./etc/./hostname", "ask", null)]
    [InlineData("/etc/../etc/hostname", "ask", null)]
    [InlineData("R/in/file.txt", "allow", "inside")]
    [InlineData("R/./in//file.txt", "allow", "inside")]
    [InlineData("R/inner.txt", "allow", "inside")]
    [InlineData("R/in/../in/file.txt", "allow", "inside")]
    [InlineData("R/up/project/in/file.txt", "allow", "inside")]
    [InlineData("R/in/FILE.TXT", "allow", "file_not_found")]
    [InlineData("R/in/file.txt.", "allow", "file_not_found")]
    [InlineData("R/in/file.txt ", "allow", "file_not_found")]
    [InlineData("R/in/file.txt/", "allow", null)]
    [InlineData("R/in/file.txt/x", "allow", "file_not_found")]
    [InlineData("R\\..\\outside\\secret.txt", "ask", "file_not_found")]
    [InlineData("R/..\\outside\\secret.txt", "allow", "file_not_found")]
    [InlineData("R-sibling/x", "ask", "file_not_found")]
    [InlineData("R/~/x", "allow", "file_not_found")]
    [InlineData("R/%2e%2e/outside/secret.txt", "allow", "file_not_found")]
    [InlineData("R/in/\u202efile.txt", "allow", "file_not_found")]
    [InlineData("R/in/file.txt\n", "allow", "file_not_found")]
    [InlineData("R/{long}", "allow", "read_content_failure")]
    [InlineData("R/{deep}", "allow", "read_content_failure")]
    [InlineData("~/x", "refused: must be absolute", null)]
    [InlineData("~root/x", "refused: must be absolute", null)]
    [InlineData("$HOME/x", "refused: must be absolute", null)]
    [InlineData("../outside/secret.txt", "refused: must be absolute", null)]
    [InlineData("file:///etc/hostname", "refused: must be absolute", null)]
    [InlineData("C:\\Windows\\win.ini", "refused: must be absolute", null)]
    [InlineData("\\\\server\\share\\x", "refused: must be absolute", null)]
    [InlineData("R/in/file.txt\0.png", "refused: NUL", null)]
    [InlineData("/\0", "refused: NUL", null)]
    public async Task Reading_goes_where_the_path_really_leads_and_asks_about_what_is_outside(string form, string consent, string? expected, bool isInsideAfterAll = false)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var invocation = TryPrepare(new ReadFileTool(), new { file_path = Expand(form) }, out var refusal);

        (refusal is null ? invocation!.Consent is ToolConsent.Ask ? "ask" : "allow" : "refused")
            .ShouldBe(isInsideAfterAll ? "allow" : consent.Split(':')[0]);
        if (refusal is not null)
        {
            refusal.ShouldContain(consent[(consent.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            return;
        }

        var result = await invocation!.ExecuteAsync(CancellationToken.None);
        if (expected is not null && !isInsideAfterAll)
        {
            (result.Error?.Type ?? result.Content.PlainText).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("R/..", "ask")]
    [InlineData("R/in/../..", "ask")]
    [InlineData("R/dir", "ask")]
    [InlineData("R/dir/", "ask")]
    [InlineData("R/up", "ask")]
    [InlineData("R/dir/.", "ask")]
    [InlineData("/", "ask")]
    [InlineData("//", "ask")]
    [InlineData("/proc/self/cwd", "ask")]
    [InlineData("/proc/self/root", "ask")]
    [InlineData("R-sibling", "ask")]
    [InlineData("R", "allow")]
    [InlineData("R/", "allow")]
    [InlineData("R/in/.", "allow")]
    [InlineData("R/in/nope", "allow")]
    [InlineData("R/{long}", "allow")]
    [InlineData("R/loop1", "allow")]
    [InlineData("~", "refused")]
    [InlineData(".", "refused")]
    [InlineData("..", "refused")]
    [InlineData("", "refused")]
    [InlineData("file:///", "refused")]
    [InlineData("C:\\", "refused")]
    [InlineData("R\0", "refused")]
    public async Task Listing_asks_about_what_is_outside(string form, string consent)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var invocation = TryPrepare(new ListDirectoryTool(), new { path = Expand(form) }, out var refusal);

        (refusal is null ? invocation!.Consent is ToolConsent.Ask ? "ask" : "allow" : "refused").ShouldBe(consent);
        if (invocation is not null && consent is "allow")
        {
            (await invocation.ExecuteAsync(CancellationToken.None)).ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("R/in/new.txt", "R/in/new.txt")]
    [InlineData("R/in/../new.txt", "R/new.txt")]
    [InlineData("R/new.txt ", "R/new.txt ")]
    [InlineData("R/new.txt.", "R/new.txt.")]
    [InlineData("R/a\\b.txt", "R/a\\b.txt")]
    [InlineData("R/inner.txt", "R/in/file.txt")]
    [InlineData("R/..\\x", "R/..\\x")]
    [InlineData("R/\u202etxt.exe", "R/\u202etxt.exe")]
    [InlineData("R/link.txt", "O/secret.txt")]
    [InlineData("R/chain.txt", "O/secret.txt")]
    [InlineData("R/dangling.txt", "O/new.txt")]
    [InlineData("R/dir/new.txt", "O/new.txt")]
    [InlineData("R/up/outside/new.txt", "O/new.txt")]
    [InlineData("R/../outside/new.txt", "O/new.txt")]
    [InlineData("R/loop1", null)]
    [InlineData("R/in/file.txt/x", null)]
    [InlineData("R/{long}", null)]
    [InlineData("/proc/new.txt", null)]
    [InlineData("/dev/null", null)]
    [InlineData("/dev/stdin", null)]
    [InlineData("~/x", null)]
    [InlineData("file:///tmp/x", null)]
    [InlineData("R/x\0y", null)]
    [InlineData("R/in", null)]
    [InlineData("R/dir", null)]
    [InlineData("", null)]
    public async Task Writing_is_always_asked_about_and_lands_where_the_path_really_leads_or_nowhere(string form, string? target)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var invocation = TryPrepare(new WriteFileTool(), new { file_path = Expand(form), content = "written" }, out var refusal);
        if (refusal is not null)
        {
            target.ShouldBeNull(refusal);
            return;
        }

        invocation!.Consent.ShouldBe(ToolConsent.Ask);
        var result = await invocation.ExecuteAsync(CancellationToken.None);

        (result.Error is null).ShouldBe(target is not null, result.Error?.Message);
        if (target is not null)
        {
            (await File.ReadAllTextAsync(Expand(target))).ShouldBe("written");
            new FileInfo(Expand(target)).LinkTarget.ShouldBeNull();
        }

        Directory.EnumerateFiles(_workspace.Root, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("R/in/file.txt", "R/in/file.txt")]
    [InlineData("R/in/../in/file.txt", "R/in/file.txt")]
    [InlineData("R/inner.txt", "R/in/file.txt")]
    [InlineData("R/link.txt", "O/secret.txt")]
    [InlineData("R/dir/secret.txt", "O/secret.txt")]
    [InlineData("R/../outside/secret.txt", "O/secret.txt")]
    [InlineData("R/dangling.txt", null)]
    [InlineData("R/loop1", null)]
    [InlineData("R/in", null)]
    [InlineData("R/in/FILE.txt", null)]
    [InlineData("R/in/file.txt ", null)]
    [InlineData("R/in/file.txt/", null)]
    [InlineData("R/{long}", null)]
    [InlineData("/dev/zero", null)]
    [InlineData("/proc/self/environ", null)]
    [InlineData("/proc/self/mem", null)]
    [InlineData("~/x", null)]
    [InlineData("R/in/file.txt\0", null)]
    [InlineData("file:///etc/hostname", null)]
    public async Task Editing_is_always_asked_about_and_changes_the_file_the_path_really_leads_to_or_none(string form, string? target)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var invocation = TryPrepare(new EditTool(), new { file_path = Expand(form), old_string = "si", new_string = "SI" }, out var refusal);
        if (refusal is not null)
        {
            target.ShouldBeNull(refusal);
            return;
        }

        invocation!.Consent.ShouldBe(ToolConsent.Ask);
        var result = await invocation.ExecuteAsync(CancellationToken.None);

        (result.Error is null).ShouldBe(target is not null, result.Error?.Message);
        if (target is not null)
        {
            (await File.ReadAllTextAsync(Expand(target))).ShouldContain("SI");
        }
    }

    [Fact]
    public async Task A_hard_link_is_a_file_of_its_place_and_an_edit_leaves_the_other_name_alone()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var other = Path.Combine(_workspace.Outside, "secret.txt");
        var path = _workspace.PathOf("hard.txt");
        using (var process = System.Diagnostics.Process.Start("ln", [other, path]))
        {
            await process.WaitForExitAsync();
        }

        _workspace.Prepare(new ReadFileTool(), new { file_path = path }).Consent.ShouldBe(ToolConsent.Allow);
        (await _workspace.RunAsync(new EditTool(), new { file_path = path, old_string = "secret", new_string = "changed" })).Error.ShouldBeNull();

        (await File.ReadAllTextAsync(path)).ShouldBe("outside changed");
        (await File.ReadAllTextAsync(other)).ShouldBe(Secret);
    }

    private string Expand(string form) => form
        .Replace("{long}", new string('x', 300), StringComparison.Ordinal)
        .Replace("{deep}", string.Join('/', Enumerable.Repeat("directory", 600)), StringComparison.Ordinal) switch
    {
        ['R', .. var rest] => _workspace.Root + rest,
        ['O', .. var rest] => _workspace.Outside + rest,
        var other => other,
    };

    private ToolInvocation? TryPrepare(Tool tool, object arguments, out string? refusal)
    {
        try
        {
            refusal = null;
            return _workspace.Prepare(tool, arguments);
        }
        catch (ToolArgumentException exception)
        {
            refusal = exception.Message;
            return null;
        }
    }
}
