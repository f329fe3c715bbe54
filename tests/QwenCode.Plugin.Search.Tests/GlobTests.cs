using QwenCode.Tools;

namespace QwenCode.Plugin.Search.Tests;

public sealed class GlobTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly GlobTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Files_are_listed_new_ones_first_and_old_ones_by_path()
    {
        Write("src/a.js", age: 30);
        Write("src/B.JS", age: 1);
        Write(".hidden/c.js", age: 0);
        Write("z.js", age: 50);
        Write("z.ts", age: 0);

        var result = await _workspace.RunAsync(_tool, new { pattern = "**/*.js" });

        result.Content.PlainText.ShouldBe(
            "Found 4 file(s) matching \"**/*.js\" in the workspace directory, sorted by modification time (newest first):\n---\n"
            + string.Join('\n', new[] { ".hidden/c.js", "src/B.JS", "src/a.js", "z.js" }.Select(_workspace.PathOf)));
        ((TextDisplay)result.Display!).Text.ShouldBe("Found 4 matching file(s)");
    }

    [Fact]
    public async Task No_match_is_said_with_the_place()
    {
        Directory.CreateDirectory(_workspace.PathOf("src"));

        var all = await _workspace.RunAsync(_tool, new { pattern = "*.nothing" });
        var some = await _workspace.RunAsync(_tool, new { pattern = "*.nothing", path = "src" });

        all.Content.PlainText.ShouldBe("No files found matching pattern \"*.nothing\" in the workspace directory");
        some.Content.PlainText.ShouldBe($"No files found matching pattern \"*.nothing\" within {_workspace.PathOf("src")}");
        ((TextDisplay)some.Display!).Text.ShouldBe("No files found");
    }

    [Fact]
    public async Task More_than_a_hundred_are_cut()
    {
        for (var i = 0; i < 101; i++)
        {
            Write($"f{i:000}", age: 100);
        }

        var result = await _workspace.RunAsync(_tool, new { pattern = "*", path = "" });

        result.Content.PlainText!.ShouldEndWith("f099\n---\n[1 file truncated] ...");
        ((TextDisplay)result.Display!).Text.ShouldBe("Found 101 matching file(s) (truncated)");
    }

    [Fact]
    public async Task A_file_with_the_patterns_own_name_is_meant()
    {
        Write("[id].tsx", age: 0);
        Write("i.tsx", age: 0);

        var result = await _workspace.RunAsync(_tool, new { pattern = "[id].tsx" });

        result.Content.PlainText!.ShouldStartWith("Found 1 file(s)");
        result.Content.PlainText!.ShouldEndWith("[id].tsx");
    }

    [Fact]
    public async Task Ignored_files_and_directories_and_links_are_left_out()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "dist/\n");
        _workspace.Write("sub/.gitignore", "*.tmp\n");
        _workspace.Write(".qwenignore", "secret\n");
        foreach (var name in new[] { "dist/a.x", "sub/a.tmp", "sub/a.x", "secret/a.x", "node_modules/a.x" })
        {
            Write(name, age: 100);
        }

        File.WriteAllText(Path.Combine(_workspace.Outside, "o.x"), "");
        Directory.CreateSymbolicLink(_workspace.PathOf("out"), _workspace.Outside);

        var result = await _workspace.RunAsync(_tool, new { pattern = "**/*.{x,tmp}" });
        var ignored = await _workspace.RunAsync(_tool, new { pattern = "**/*.x", path = "secret" });

        result.Content.PlainText!.ShouldEndWith("---\n" + _workspace.PathOf("node_modules/a.x") + "\n" + _workspace.PathOf("sub/a.x"));
        ignored.Content.PlainText!.ShouldStartWith("No files found");
    }

    [Theory]
    [InlineData("/etc/*")]
    [InlineData("../outside/*")]
    [InlineData("a/../../outside/*")]
    [InlineData("{..,x}/outside/*")]
    [InlineData("~/*")]
    public void Patterns_that_lead_out_are_refused(string pattern) =>
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern })).Message.ShouldContain("leads out of the searched directory");

    [Fact]
    public async Task An_absolute_pattern_within_the_workspace_is_taken()
    {
        Write("src/a.cs", age: 0);

        var result = await _workspace.RunAsync(_tool, new { pattern = _workspace.PathOf("src/*.cs") });

        result.Content.PlainText!.ShouldEndWith(_workspace.PathOf("src/a.cs"));
    }

    [Fact]
    public void The_home_directory_and_places_behind_links_are_asked_about()
    {
        Directory.CreateSymbolicLink(_workspace.PathOf("out"), _workspace.Outside);

        _workspace.Prepare(_tool, new { pattern = "*" }).Consent.ShouldBe(ToolConsent.Allow);
        foreach (var path in new[] { "~", "~/x", "out", "..", "/etc", Path.Combine(QwenCode.Workspaces.Workspace.HomeDirectory, ".qwen") })
        {
            _workspace.Prepare(_tool, new { pattern = "*", path }).Consent.ShouldBe(ToolConsent.Ask, path);
            _workspace.Prepare(new GrepTool(), new { pattern = "x", path }).Consent.ShouldBe(ToolConsent.Ask, path);
        }
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        var file = _workspace.Write("f", "");

        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern = " " })).Message.ShouldBe("The 'pattern' parameter cannot be empty.");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern = "*", path = "nope" })).Message.ShouldBe($"Path does not exist: {_workspace.PathOf("nope")}");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern = "*", path = "f" })).Message.ShouldBe($"Path is not a directory: {file}");
        _workspace.Prepare(_tool, new { pattern = "*.cs", path = "." }).Description.ShouldBe("'*.cs' in path '.'");
    }

    private void Write(string name, int age) =>
        File.SetLastWriteTimeUtc(_workspace.Write(name, ""), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-age));
}
