using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search.Tests;

/// <summary>What a content search says, row by row.</summary>
public sealed class GrepRowTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly GrepTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    // What is given, and how the place is called in the answer. {0} is the project's root.
    [Theory]
    [InlineData(null, null, "in the workspace directory")]
    [InlineData("", null, "in the workspace directory")]
    [InlineData("src", null, "in path \"src\"")]
    [InlineData("src/", null, "in path \"src/\"")]
    [InlineData("src/a.txt", null, "in path \"src/a.txt\"")]
    [InlineData("{0}/src", null, "in path \"{0}/src\"")]
    [InlineData(null, "*.txt", "in the workspace directory (filter: \"*.txt\")")]
    [InlineData("src", "*.txt", "in path \"src\" (filter: \"*.txt\")")]
    public async Task The_answer_names_pattern_place_and_filter(string? path, string? glob, string where)
    {
        var file = _workspace.Write("src/a.txt", "one\n  Hit \nthree\n");
        var arguments = new Dictionary<string, string> { ["pattern"] = "hit" };
        if (path is not null)
        {
            arguments["path"] = path.Replace("{0}", _workspace.Root, StringComparison.Ordinal);
        }

        if (glob is not null)
        {
            arguments["glob"] = glob;
        }

        var found = await _workspace.RunAsync(_tool, arguments);
        arguments["pattern"] = "nothing here";
        var none = await _workspace.RunAsync(_tool, arguments);

        where = where.Replace("{0}", _workspace.Root, StringComparison.Ordinal);
        found.Content.PlainText.ShouldBe($"Found 1 match for pattern \"hit\" {where}:\n---\n{file}:2:  Hit ");
        ((TextDisplay)found.Display!).Text.ShouldBe("Found 1 match");
        none.Content.PlainText.ShouldBe($"No matches found for pattern \"nothing here\" {where}.");
        ((TextDisplay)none.Display!).Text.ShouldBe("No matches found");
    }

    [Fact]
    public async Task Several_workspace_directories_are_searched_and_overlapping_ones_once()
    {
        var more = Path.Combine(_workspace.Outside, "more");
        Directory.CreateDirectory(Path.Combine(more, "below"));
        await File.WriteAllTextAsync(Path.Combine(more, "below", "b.txt"), "hit\n");
        _workspace.Write("a.txt", "hit\n");
        var workspace = new Workspace(_workspace.Root, [more, Path.Combine(more, "below"), _workspace.Root]);
        var context = new ToolContext { Workspace = workspace, Agent = QwenCode.Agents.AgentId.Main, Session = new QwenCode.Sessions.SessionId("s") };

        var grep = await _tool.Prepare(new ToolArguments(ToolDeclaration.Schema("""{"pattern":"hit"}"""u8)), context).ExecuteAsync(CancellationToken.None);
        var glob = await new GlobTool().Prepare(new ToolArguments(ToolDeclaration.Schema("""{"pattern":"**/*.txt"}"""u8)), context).ExecuteAsync(CancellationToken.None);

        grep.Content.PlainText!.ShouldStartWith("Found 2 matches for pattern \"hit\" across 3 workspace directories:");
        glob.Content.PlainText!.ShouldStartWith("Found 2 file(s) matching \"**/*.txt\" across 3 workspace directories, sorted by modification time (newest first):\n---\n");
    }

    // Lines in the file, the limit of the call, the limits of the session, how many are shown, the last line.
    [Theory]
    [InlineData(3, null, 1_000, 3, null)]
    [InlineData(3, 3, 1_000, 3, null)]
    [InlineData(3, 2, 1_000, 2, "[1 line truncated] ...")]
    [InlineData(5, 2, 1_000, 2, "[3 lines truncated] ...")]
    [InlineData(5, null, 2, 2, "[3 lines truncated] ...")]
    [InlineData(5, 4, 2, 2, "[3 lines truncated] ...")]
    [InlineData(5, 1, 2, 1, "[4 lines truncated] ...")]
    [InlineData(1_200, null, 1_000, 1_000, "[200 lines truncated] ...")]
    [InlineData(1_200, null, 0, 1_200, null)]
    public async Task As_many_lines_as_the_smaller_limit_are_shown_and_all_are_counted(int lines, int? limit, int session, int shown, string? ending)
    {
        _workspace.Limits = new ToolLimits(MaxCharacters: 1_000_000, MaxLines: session);
        _workspace.Write("a.txt", string.Concat(Enumerable.Range(1, lines).Select(static i => $"hit {i}\n")));

        var result = await _workspace.RunAsync(_tool, limit is { } most ? new { pattern = "hit", limit = most } : new { pattern = "hit" });

        var text = result.Content.PlainText!.Split('\n');
        text[0].ShouldStartWith($"Found {lines} matches");
        text.Count(static line => line.Contains(":hit ", StringComparison.Ordinal)).ShouldBe(shown);
        (ending is null ? text[^1].Contains(":hit ", StringComparison.Ordinal) : text[^1] == ending && text[^2] == "---").ShouldBeTrue();
        ((TextDisplay)result.Display!).Text.ShouldBe($"Found {lines} matches" + (ending is null ? string.Empty : " (truncated)"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[")]
    [InlineData("a{2,1}")]
    [InlineData("*a")]
    [InlineData("a**")]
    [InlineData("\\")]
    [InlineData("(?<n")]
    public void What_is_no_expression_is_refused(string pattern) =>
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern })).Message.ShouldStartWith($"Invalid regular expression pattern: {pattern}. Error: ");

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    public void A_limit_below_one_is_refused(double limit) =>
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern = "x", limit })).Message.ShouldBe("Limit must be a positive number");

    [Theory]
    [InlineData("x", null, null, "'x'")]
    [InlineData("x", "src", null, "'x' in path 'src'")]
    [InlineData("x", null, "*.cs", "'x' (filter: '*.cs')")]
    [InlineData("x", "src", "*.cs", "'x' in path 'src' (filter: '*.cs')")]
    public void A_call_describes_itself(string pattern, string? path, string? glob, string expected)
    {
        Directory.CreateDirectory(_workspace.PathOf("src"));
        var arguments = new Dictionary<string, string> { ["pattern"] = pattern };
        if (path is not null)
        {
            arguments["path"] = path;
        }

        if (glob is not null)
        {
            arguments["glob"] = glob;
        }

        _workspace.Prepare(_tool, arguments).Description.ShouldBe(expected);
    }

    [Fact]
    public void The_schema_is_the_one_on_the_wire()
    {
        _tool.JsonSchema.GetProperty("properties").EnumerateObject().Select(static property => $"{property.Name}:{property.Value.GetProperty("type")}")
            .ShouldBe(["pattern:string", "glob:string", "path:string", "limit:number"]);
        new GlobTool().JsonSchema.GetProperty("properties").EnumerateObject().Select(static property => $"{property.Name}:{property.Value.GetProperty("type")}")
            .ShouldBe(["pattern:string", "path:string"]);
    }

    [Theory]
    [InlineData("**/*.js", "a.js src/b.js src/deep/c.js .hidden/d.js")]
    [InlineData("*.js", "a.js")]
    [InlineData("*.JS", "a.js")]
    [InlineData("src/*.js", "src/b.js")]
    [InlineData("SRC/**/*.js", "src/b.js src/deep/c.js")]
    [InlineData("src/**", "src/b.js src/deep/c.js src/x.ts")]
    [InlineData("**/?.ts", "src/x.ts")]
    [InlineData("**/[ab].js", "a.js src/b.js")]
    [InlineData("**/[!ab].js", "src/deep/c.js .hidden/d.js")]
    [InlineData("{a,src/b}.js", "a.js src/b.js")]
    [InlineData("**/*.{js,ts}", "a.js src/b.js src/deep/c.js .hidden/d.js src/x.ts")]
    [InlineData("**/.hidden/*", ".hidden/d.js")]
    [InlineData("src", "")]
    [InlineData("src/", "")]
    [InlineData("./a.js", "a.js")]
    [InlineData("**/deep/**/*.js", "src/deep/c.js")]
    public async Task A_glob_finds_the_files_it_names(string pattern, string expected)
    {
        foreach (var name in new[] { "a.js", "src/b.js", "src/deep/c.js", ".hidden/d.js", "src/x.ts" })
        {
            File.SetLastWriteTimeUtc(_workspace.Write(name, ""), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-30));
        }

        var lines = (await _workspace.RunAsync(new GlobTool(), new { pattern })).Content.PlainText!.Split('\n');

        string[] files = expected.Length == 0 ? [] : expected.Split(' ');
        lines[0].ShouldBe(files.Length == 0
            ? $"No files found matching pattern \"{pattern}\" in the workspace directory"
            : $"Found {files.Length} file(s) matching \"{pattern}\" in the workspace directory, sorted by modification time (newest first):");
        lines.Skip(2).ShouldBe(files.Select(_workspace.PathOf).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, 100, 105, "[5 files truncated] ...")]
    [InlineData(3, 3, 4, "[1 file truncated] ...")]
    [InlineData(1_000, 100, 100, null)]
    public async Task A_glob_shows_a_hundred_files_or_the_line_limit(int limit, int shown, int files, string? ending)
    {
        _workspace.Limits = new ToolLimits(MaxLines: limit);
        for (var i = 0; i < files; i++)
        {
            _workspace.Write($"f{i:000}", "");
        }

        var result = await _workspace.RunAsync(new GlobTool(), new { pattern = "*" });

        var lines = result.Content.PlainText!.Split('\n');
        lines.Count(line => line.StartsWith(_workspace.Root, StringComparison.Ordinal)).ShouldBe(shown);
        (ending is null || (lines[^1] == ending && lines[^2] == "---")).ShouldBeTrue();
        ((TextDisplay)result.Display!).Text.ShouldBe($"Found {files} matching file(s)" + (ending is null ? string.Empty : " (truncated)"));
    }

    [Fact]
    public async Task A_place_outside_is_asked_about_and_a_missing_one_is_told_from_an_empty_one()
    {
        var missing = Path.Combine(_workspace.Outside, "missing");
        var glob = _workspace.Prepare(new GlobTool(), new { pattern = "*", path = missing });
        var grep = _workspace.Prepare(_tool, new { pattern = "x", path = missing });

        glob.Consent.ShouldBe(ToolConsent.Ask);
        grep.Consent.ShouldBe(ToolConsent.Ask);
        (await glob.ExecuteAsync(CancellationToken.None)).Error.ShouldBe(new ToolError("search_path_not_found", $"Path does not exist: {missing}"));
        (await grep.ExecuteAsync(CancellationToken.None)).Error.ShouldBe(new ToolError("search_path_not_found", $"Path does not exist: {missing}"));
        (await _workspace.RunAsync(new GlobTool(), new { pattern = "*", path = _workspace.Outside })).Content.PlainText.ShouldBe($"No files found matching pattern \"*\" within {_workspace.Outside}");
    }

    [Fact]
    public async Task Ignore_files_can_be_switched_off_in_the_settings()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "*.log\n");
        _workspace.Write(".qwenignore", "*.key\n");
        _workspace.Write("a.log", "hit\n");
        _workspace.Write("a.key", "hit\n");

        (await _workspace.RunAsync(_tool, new { pattern = "hit" })).Content.PlainText!.ShouldStartWith("No matches found");
        _workspace.Settings["context.fileFiltering.respectGitIgnore"] = "false";
        (await _workspace.RunAsync(_tool, new { pattern = "hit" })).Content.PlainText!.ShouldEndWith("a.log:1:hit");
        _workspace.Settings["context.fileFiltering.respectQwenIgnore"] = "false";
        (await _workspace.RunAsync(_tool, new { pattern = "hit" })).Content.PlainText!.ShouldStartWith("Found 2 matches");
    }
}
