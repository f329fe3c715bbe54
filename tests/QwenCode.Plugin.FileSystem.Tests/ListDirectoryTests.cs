using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class ListDirectoryTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly ListDirectoryTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Directories_come_first_and_names_are_in_peoples_order()
    {
        foreach (var name in new[] { "Zed/x", "src/x", ".dot", "b.txt", "A.txt", "_u", "1" })
        {
            _workspace.Write(name, "");
        }

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        result.Content.PlainText.ShouldBe($"Listed 7 item(s) in {_workspace.Root}:\n---\n[DIR] src\n[DIR] Zed\n_u\n.dot\n1\nA.txt\nb.txt");
        ((TextDisplay)result.Display!).Text.ShouldBe("Listed 7 item(s)");
    }

    [Fact]
    public async Task What_is_ignored_is_left_out_and_counted()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "*.log\n");
        _workspace.Write(".qwenignore", "secret*\n");
        foreach (var name in new[] { "a.log", "b.log", "secret.txt", "c.txt" })
        {
            _workspace.Write(name, "");
        }

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });
        var all = await _workspace.RunAsync(_tool, new { path = _workspace.Root, file_filtering_options = new { respect_git_ignore = false, respect_qwen_ignore = false } });

        result.Content.PlainText.ShouldBe($"Listed 3 item(s) in {_workspace.Root}:\n---\n.gitignore\n.qwenignore\nc.txt\n\n(3 git-ignored, 1 qwen-ignored)");
        ((TextDisplay)result.Display!).Text.ShouldBe("Listed 3 item(s) (3 git-ignored, 1 qwen-ignored)");
        all.Content.PlainText!.ShouldEndWith("(1 qwen-ignored)");
    }

    [Fact]
    public async Task Names_the_model_does_not_want_are_left_out()
    {
        foreach (var name in new[] { "a.log", "b.log.txt", "C.LOG", "[x]" })
        {
            _workspace.Write(name, "");
        }

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root, ignore = new[] { "*.log", "[x]" } });

        result.Content.PlainText.ShouldBe($"Listed 2 item(s) in {_workspace.Root}:\n---\nb.log.txt\nC.LOG");
    }

    [Theory]
    [InlineData(101, "[1 item truncated] ...")]
    [InlineData(105, "[5 items truncated] ...")]
    public async Task Long_lists_are_cut(int count, string ending)
    {
        for (var i = 0; i < count; i++)
        {
            _workspace.Write($"f{i:000}", "");
        }

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        result.Content.PlainText!.ShouldEndWith($"f099\n---\n{ending}");
        ((TextDisplay)result.Display!).Text.ShouldBe($"Listed {count} item(s) (truncated)");
    }

    [Fact]
    public async Task Empty_missing_and_other_places_are_told_apart()
    {
        var file = _workspace.Write("f", "");
        Directory.CreateDirectory(_workspace.PathOf("empty"));

        var empty = await _workspace.RunAsync(_tool, new { path = _workspace.PathOf("empty") });
        var missing = await _workspace.RunAsync(_tool, new { path = _workspace.PathOf("missing") });
        var wrong = await _workspace.RunAsync(_tool, new { path = file });

        empty.Content.PlainText.ShouldBe($"Directory {_workspace.PathOf("empty")} is empty.");
        missing.Error.ShouldBe(new ToolError("ls_execution_error", $"Error listing directory: ENOENT: no such file or directory, stat '{_workspace.PathOf("missing")}'"));
        ((TextDisplay)missing.Display!).Text.ShouldBe("Error: Failed to list directory.");
        wrong.Error.ShouldBe(new ToolError("path_is_not_a_directory", $"Error: Path is not a directory: {file}"));
        ((TextDisplay)wrong.Display!).Text.ShouldBe("Error: Path is not a directory.");
    }

    [Fact]
    public async Task Links_are_followed_and_dead_ones_dropped()
    {
        Directory.CreateDirectory(_workspace.PathOf("real"));
        Directory.CreateSymbolicLink(_workspace.PathOf("link"), "real");
        File.CreateSymbolicLink(_workspace.PathOf("dead"), "nowhere");

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        result.Content.PlainText.ShouldBe($"Listed 2 item(s) in {_workspace.Root}:\n---\n[DIR] link\n[DIR] real");
    }

    [Fact]
    public async Task A_name_cannot_pass_for_two()
    {
        _workspace.Write("a\n[DIR] b", "");

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        result.Content.PlainText!.ShouldEndWith("---\na\\x0a[DIR] b");
    }

    [Fact]
    public void Looking_outside_is_asked_about_links_resolved()
    {
        Directory.CreateSymbolicLink(_workspace.PathOf("out"), _workspace.Outside);

        _workspace.Prepare(_tool, new { path = _workspace.Root }).Consent.ShouldBe(ToolConsent.Allow);
        _workspace.Prepare(_tool, new { path = _workspace.PathOf("out") }).Consent.ShouldBe(ToolConsent.Ask);
        _workspace.Prepare(_tool, new { path = _workspace.PathOf("sub/../../outside") }).Consent.ShouldBe(ToolConsent.Ask);
        _workspace.Prepare(_tool, new { path = Path.Combine(QwenCode.Workspaces.Workspace.HomeDirectory, ".qwen") }).Consent.ShouldBe(ToolConsent.Ask);
        _workspace.Prepare(_tool, new { path = Path.Combine(QwenCode.Workspaces.Workspace.HomeDirectory, ".qwen", "skills") }).Consent.ShouldBe(ToolConsent.Allow);
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { path = "~" })).Message.ShouldBe("Path must be absolute: ~");
    }

    [Fact]
    public async Task Entries_that_rules_hide_are_left_out_and_counted()
    {
        _workspace.Write("a.txt", "a");
        _workspace.Write("b.pem", "b");
        _workspace.MayShow = static path => !path.EndsWith(".pem", StringComparison.Ordinal);

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        result.Content.PlainText!.ShouldContain("a.txt");
        result.Content.PlainText!.ShouldNotContain("b.pem");
        result.Content.PlainText!.ShouldEndWith("(1 left out by permission rules)");
    }
}
