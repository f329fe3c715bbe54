using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>What a listing says, row by row.</summary>
public sealed class ListDirectoryRowTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly ListDirectoryTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    // Files as "a b/" (a slash makes a directory), what is ignored, the lines that are listed, what is counted.
    [Theory]
    [InlineData("a b/", "", "[DIR] b|a", "")]
    [InlineData("B/ a/ c", "", "[DIR] a|[DIR] B|c", "")]
    [InlineData("a10 a2 a1", "", "a1|a10|a2", "")]
    [InlineData("_x -x .x x 1", "", "_x|-x|.x|1|x", "")]
    [InlineData("Readme readme README", "", "readme|Readme|README", "")]
    [InlineData("a.log b.txt", "*.log", "b.txt", "")]
    [InlineData("a.log b.LOG", "*.log", "b.LOG", "")]
    [InlineData("ab abc xab", "ab", "abc|xab", "")]
    [InlineData("a1 a12 b1", "a?", "a12|b1", "")]
    [InlineData("[x] x", "[x]", "x", "")]
    [InlineData("{a,b} a", "{a,b}", "a", "")]
    [InlineData("a+b a", "a+b", "a", "")]
    [InlineData("node_modules/ src/ x", "node_modules src", "x", "")]
    [InlineData("sub/deep x", "deep", "[DIR] sub|x", "")]
    [InlineData("a", "*", "", "")]
    public async Task Entries_are_ordered_marked_and_left_out(string files, string ignore, string listed, string counts)
    {
        foreach (var name in files.Split(' '))
        {
            if (name.EndsWith('/'))
            {
                Directory.CreateDirectory(_workspace.PathOf(name));
            }
            else
            {
                _workspace.Write(name, "");
            }
        }

        var arguments = ignore.Length == 0 ? (object)new { path = _workspace.Root } : new { path = _workspace.Root, ignore = ignore.Split(' ') };
        var result = await _workspace.RunAsync(_tool, arguments);

        string[] lines = listed.Length == 0 ? [] : listed.Split('|');
        result.Content.PlainText.ShouldBe(string.Join('\n', [$"Listed {lines.Length} item(s) in {_workspace.Root}:", "---", .. lines]) + counts);
    }

    [Theory]
    [InlineData(true, null, null, null, null, "", "(2 git-ignored, 1 qwen-ignored)")]
    [InlineData(true, false, null, null, null, ".git|g.log", "(1 qwen-ignored)")]
    [InlineData(true, null, false, null, null, "", "(2 git-ignored, 1 qwen-ignored)")]
    [InlineData(true, null, null, "false", null, ".git|g.log", "(1 qwen-ignored)")]
    [InlineData(true, true, null, "false", null, "", "(2 git-ignored, 1 qwen-ignored)")]
    [InlineData(true, null, null, null, "false", "q.txt", "(2 git-ignored)")]
    [InlineData(true, null, true, null, "false", "", "(2 git-ignored, 1 qwen-ignored)")]
    [InlineData(false, null, null, null, null, "g.log", "(1 qwen-ignored)")]
    public async Task Ignore_files_count_as_options_and_settings_say(
        bool isRepository, bool? git, bool? qwen, string? gitSetting, string? qwenSetting, string shown, string counts)
    {
        if (isRepository)
        {
            Directory.CreateDirectory(_workspace.PathOf(".git"));
        }

        _workspace.Write(".gitignore", "*.log\n");
        _workspace.Write(".qwenignore", "q.*\n");
        _workspace.Write("g.log", "");
        _workspace.Write("q.txt", "");
        if (gitSetting is not null)
        {
            _workspace.Settings["context.fileFiltering.respectGitIgnore"] = gitSetting;
        }

        if (qwenSetting is not null)
        {
            _workspace.Settings["context.fileFiltering.respectQwenIgnore"] = qwenSetting;
        }

        var options = new Dictionary<string, bool>();
        if (git is { } g)
        {
            options["respect_git_ignore"] = g;
        }

        if (qwen is { } q)
        {
            options["respect_qwen_ignore"] = q;
        }

        var text = (await _workspace.RunAsync(_tool, new { path = _workspace.Root, file_filtering_options = options })).Content.PlainText!;

        text.ShouldEndWith("\n\n" + counts);
        foreach (var name in new[] { "g.log", "q.txt" })
        {
            text.Split('\n').Contains(name).ShouldBe(shown.Split('|').Contains(name), name);
        }
    }

    [Fact]
    public async Task A_directory_outside_the_project_is_never_filtered_by_the_projects_rules()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "*.log\n");
        await File.WriteAllTextAsync(Path.Combine(_workspace.Outside, "a.log"), "");

        (await _workspace.RunAsync(_tool, new { path = _workspace.Outside })).Content.PlainText.ShouldBe($"Listed 1 item(s) in {_workspace.Outside}:\n---\na.log");
    }

    [Theory]
    [InlineData(0, 100, 3, null)]
    [InlineData(2, 2, 3, "[1 item truncated] ...")]
    [InlineData(1, 1, 3, "[2 items truncated] ...")]
    [InlineData(1_000, 100, 3, null)]
    [InlineData(-1, 100, 103, "[3 items truncated] ...")]
    public async Task As_many_as_a_hundred_or_the_line_limit_are_listed(int limit, int most, int files, string? ending)
    {
        _workspace.Limits = new ToolLimits(MaxLines: limit);
        for (var i = 0; i < files; i++)
        {
            _workspace.Write($"f{i:000}", "");
        }

        var result = await _workspace.RunAsync(_tool, new { path = _workspace.Root });

        var lines = result.Content.PlainText!.Split('\n');
        lines[0].ShouldBe($"Listed {files} item(s) in {_workspace.Root}:");
        lines.Count(static line => line.StartsWith('f')).ShouldBe(Math.Min(most, files));
        (ending is null ? lines[^1].StartsWith('f') : lines[^1] == ending && lines[^2] == "---").ShouldBeTrue();
        ((TextDisplay)result.Display!).Text.ShouldBe($"Listed {files} item(s)" + (ending is null ? string.Empty : " (truncated)"));
    }

    [Theory]
    [InlineData("sub", "sub")]
    [InlineData("a/b/c", "a/b/c")]
    public void The_description_is_the_short_path(string name, string expected) =>
        _workspace.Prepare(_tool, new { path = _workspace.PathOf(name) }).Description.ShouldBe(expected);

    [Fact]
    public void A_long_path_keeps_its_first_and_its_last_names()
    {
        var name = string.Join('/', Enumerable.Range(0, 20).Select(static i => $"directory{i:00}"));

        var shown = _workspace.Prepare(_tool, new { path = _workspace.PathOf(name) }).Description;

        shown.Length.ShouldBeLessThanOrEqualTo(80);
        shown.ShouldStartWith("directory00/.../");
        shown.ShouldEndWith("/directory18/directory19");
    }

    [Fact]
    public void The_schema_is_the_one_on_the_wire()
    {
        var schema = _tool.JsonSchema;

        schema.GetProperty("required").EnumerateArray().Select(static name => name.GetString()).ShouldBe(["path"]);
        schema.GetProperty("properties").EnumerateObject().Select(static property => $"{property.Name}:{property.Value.GetProperty("type")}")
            .ShouldBe(["path:string", "ignore:array", "file_filtering_options:object"]);
        schema.GetProperty("properties").GetProperty("ignore").GetProperty("items").GetProperty("type").GetString().ShouldBe("string");
        schema.TryGetProperty("additionalProperties", out JsonElement _).ShouldBeFalse();
    }
}
