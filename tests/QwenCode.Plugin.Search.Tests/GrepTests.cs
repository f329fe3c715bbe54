using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using QwenCode.Tools;

namespace QwenCode.Plugin.Search.Tests;

public sealed class GrepTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly GrepTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Lines_are_found_whatever_their_case_in_the_order_of_paths()
    {
        _workspace.Write("src/b.js", "let x;\nNEEDLE\r\n");
        _workspace.Write("src/a.js", "const needle = 1;\n\n  a Needle");

        var result = await _workspace.RunAsync(_tool, new { pattern = "needle" });

        result.Content.PlainText.ShouldBe(
            $"Found 3 matches for pattern \"needle\" in the workspace directory:\n---\n{_workspace.PathOf("src/a.js")}:1:const needle = 1;\n"
            + $"{_workspace.PathOf("src/a.js")}:3:  a Needle\n{_workspace.PathOf("src/b.js")}:2:NEEDLE");
        ((TextDisplay)result.Display!).Text.ShouldBe("Found 3 matches");
    }

    [Fact]
    public async Task No_match_is_said_with_place_and_filter()
    {
        Directory.CreateDirectory(_workspace.PathOf("src"));

        var result = await _workspace.RunAsync(_tool, new { pattern = "x", path = "src", glob = "*.ts" });

        result.Content.PlainText.ShouldBe("No matches found for pattern \"x\" in path \"src\" (filter: \"*.ts\").");
        ((TextDisplay)result.Display!).Text.ShouldBe("No matches found");
    }

    [Theory]
    [InlineData("*.ts", ".d.ts a.ts src/b.ts")]
    [InlineData("!*.ts", "c.js")]
    [InlineData("src/**", "src/b.ts")]
    [InlineData("*.{ts,js}", ".d.ts a.ts c.js src/b.ts")]
    [InlineData(".*", ".d.ts")]
    [InlineData("**/b.*", "src/b.ts")]
    public async Task A_filter_chooses_the_files(string glob, string expected)
    {
        foreach (var name in new[] { "a.ts", "src/b.ts", "c.js", ".d.ts" })
        {
            _workspace.Write(name, "hit\n");
        }

        var result = await _workspace.RunAsync(_tool, new { pattern = "hit", glob });

        FilesIn(result).ShouldBe(expected.Split(' '));
    }

    [Theory]
    [InlineData("*.yml")]
    [InlineData("**/*.yml")]
    [InlineData(null)]
    public async Task Dot_folders_are_searched_like_a_glob_lists_them(string? glob)
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".github/workflows/ci.yml", "hit\n");
        _workspace.Write(".git/x.yml", "hit\n");

        FilesIn(await _workspace.RunAsync(_tool, glob is null ? new { pattern = "hit" } : new { pattern = "hit", glob }))
            .ShouldBe([".github/workflows/ci.yml"]);
        (await _workspace.RunAsync(new GlobTool(), new { pattern = "**/*.yml" })).Content.PlainText!
            .ShouldContain(".github/workflows/ci.yml");
    }

    [Theory]
    [InlineData("café", 1)]
    [InlineData("CAFÉ", 1)]
    [InlineData("caf. au", 1)]
    [InlineData("na[iï]ve", 30_000)]
    public async Task Text_in_Latin_1_is_found_and_shown_as_it_is_read(string pattern, int lines)
    {
        var text = string.Concat(Enumerable.Repeat("plain\n", lines)) + "un café au lait, naïve\n";
        await File.WriteAllBytesAsync(_workspace.PathOf("latin.txt"), System.Text.Encoding.Latin1.GetBytes(text));
        _workspace.Write("utf8.txt", new string('x', 70_000) + "é");

        var found = (await _workspace.RunAsync(_tool, new { pattern })).Content.PlainText!;

        found.ShouldContain($":{lines + 1}:un café au lait, naïve");
        found.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task Binary_and_ignored_files_and_links_are_not_searched_and_named_files_are()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "*.log\nbuild/\n");
        _workspace.Write(".qwenignore", "secret\n");
        foreach (var name in new[] { "a.log", ".hidden", ".github/workflows/ci.yml", ".git/config", "secret/a", "build/a", "ok" })
        {
            _workspace.Write(name, "hit\n");
        }

        _workspace.Write("binary", "hit\n\0");
        File.CreateSymbolicLink(_workspace.PathOf("link"), _workspace.PathOf("ok"));

        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit" })).ShouldBe([".github/workflows/ci.yml", ".hidden", "ok"], ignoreOrder: true);
        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit", path = "a.log" })).ShouldBe(["a.log"]);
        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit", path = "build" })).ShouldBe(["build/a"]);
        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit", path = "secret" })).ShouldBeEmpty();
        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit", path = "secret/a" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_limit_cuts_lines_and_the_true_total_is_told()
    {
        _workspace.Write("a", "hit 1\nhit 2\n");
        _workspace.Write("b", "hit 3\nhit 4\n");

        var two = await _workspace.RunAsync(_tool, new { pattern = "hit", limit = 2 });
        var three = await _workspace.RunAsync(_tool, new { pattern = "hit", limit = 3 });

        two.Content.PlainText!.ShouldEndWith($"{_workspace.PathOf("a")}:2:hit 2\n---\n[2 lines truncated] ...");
        three.Content.PlainText!.ShouldEndWith($"{_workspace.PathOf("b")}:1:hit 3\n---\n[1 line truncated] ...");
        three.Content.PlainText!.ShouldStartWith("Found 4 matches");
        ((TextDisplay)three.Display!).Text.ShouldBe("Found 4 matches (truncated)");
    }

    [Fact]
    public async Task Long_output_is_cut_within_its_line()
    {
        _workspace.Limits = new ToolLimits(MaxCharacters: 100);
        _workspace.Write("a", "hit " + new string('x', 500) + "\nhit\n");

        var result = await _workspace.RunAsync(_tool, new { pattern = "hit" });

        result.Content.PlainText!.ShouldContain("xxx...\n---\n[1 line truncated] ...");
    }

    [Theory]
    [InlineData("(", "Invalid regular expression pattern: (. Error: ")]
    [InlineData("[a", "Invalid regular expression pattern: [a. Error: ")]
    public void A_broken_pattern_is_refused(string pattern, string message) =>
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { pattern })).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("")]
    [InlineData("alpha")]
    [InlineData("ALPHA|beta|gamma")]
    [InlineData("al?pha")]
    [InlineData("^alpha")]
    [InlineData("beta$")]
    [InlineData("^$")]
    [InlineData("\\bbeta\\b")]
    [InlineData("[a-c]+\\d")]
    [InlineData("a\\s*b")]
    [InlineData("(alpha|be(ta|t)) x{0,2}")]
    [InlineData("(al|be)+pha")]
    [InlineData("foo\\(bar\\)")]
    [InlineData("\\w+\\.\\w+")]
    [InlineData("a.*b")]
    [InlineData("[^a]$")]
    [InlineData("straße")]
    [InlineData("漢字")]
    [InlineData("(?=alpha)al")]
    [InlineData("(a)\\1")]
    [InlineData("a{2}")]
    [InlineData("x{,2}")]
    [InlineData("\\_")]
    [InlineData("[^]a")]
    public async Task Every_pattern_finds_the_lines_that_a_plain_regex_finds(string pattern)
    {
        var random = new Random(7);
        string[] words = ["alpha", "Beta", "beta", "gamma", "foo(bar)", "x.y", "ab", "aab2", "STRASSE", "Straße", "漢字", " ", "x{,2}", "_", "\t", "bx"];
        var lines = Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ => words[random.Next(words.Length)]))).ToArray();
        _workspace.Write("unix.txt", string.Join('\n', lines));
        _workspace.Write("dos.txt", string.Join("\r\n", lines));
        _workspace.Limits = new ToolLimits(0, 0);
        var translated = pattern switch { "\\_" => "_", "[^]a" => "[\\s\\S]a", _ => pattern };
        var regex = new Regex(translated, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        // The line after the last line end is none if it is empty.
        var count = lines[..(lines[^1].Length == 0 ? ^1 : ^0)].Count(regex.IsMatch);

        var result = await _workspace.RunAsync(_tool, new { pattern });

        result.Content.PlainText!.Split('\n')[0].ShouldStartWith($"Found {count * 2} matches");
    }

    [Fact]
    public async Task Large_files_stream_and_keep_their_line_numbers()
    {
        var path = _workspace.PathOf("large.txt");
        using (var writer = new StreamWriter(path))
        {
            for (var i = 1; i <= 200_000; i++)
            {
                await writer.WriteAsync(i % 50_000 == 0 ? $"needle {i}\n" : $"{i} some filler text to make it long\n");
            }
        }

        foreach (var pattern in new[] { "needle", "needle|nadel", "n[e]+dl", "^\\D+ \\d+0000$" })
        {
            var result = await _workspace.RunAsync(_tool, new { pattern });

            result.Content.PlainText!.Split('\n')[2..].ShouldBe(new[] { 50_000, 100_000, 150_000, 200_000 }.Select(i => $"{path}:{i}:needle {i}"));
        }
    }

    [Fact]
    public async Task A_line_longer_than_the_buffer_is_searched_and_counts_once()
    {
        _workspace.Write("a.txt", new string('x', 3_000_000) + "needle" + new string('y', 3_000_000) + "needle\nneedle\n");

        var result = await _workspace.RunAsync(_tool, new { pattern = "needle", limit = 5 });

        result.Content.PlainText!.ShouldStartWith("Found 2 matches");
    }

    [Fact]
    public async Task Utf_16_with_a_mark_is_searched()
    {
        _workspace.Write("a.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("eins\r\nzwei grün\r\n")]);

        var result = await _workspace.RunAsync(_tool, new { pattern = "GRÜN" });

        result.Content.PlainText!.ShouldEndWith(":2:zwei grün");
    }

    [Fact]
    public async Task A_pipe_in_the_tree_does_not_block()
    {
        _workspace.Write("a.txt", "hit\n");
        using (var process = Process.Start("mkfifo", _workspace.PathOf("pipe")))
        {
            await process.WaitForExitAsync();
        }

        FilesIn(await _workspace.RunAsync(_tool, new { pattern = "hit" })).ShouldBe(["a.txt"]);
    }

    [Fact]
    public async Task A_pattern_made_to_explode_ends()
    {
        _workspace.Write("a.txt", new string('a', 5_000) + "!\n");

        var result = await _workspace.RunAsync(_tool, new { pattern = "^(a+)+$" });
        var reference = await _workspace.RunAsync(_tool, new { pattern = "(a+)+\\1$" });

        result.Content.PlainText!.ShouldStartWith("No matches found");
        reference.Error!.Type.ShouldBe("grep_execution_error");
    }

    [Fact]
    public async Task A_cancelled_search_ends_as_cancelled()
    {
        _workspace.Write("a.txt", "hit\n");
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await _workspace.Prepare(_tool, new { pattern = "hit" }).ExecuteAsync(source.Token));
    }

    [Fact]
    public void The_description_names_pattern_path_and_filter() =>
        _workspace.Prepare(_tool, new { pattern = "x", path = ".", glob = "*.cs" }).Description.ShouldBe("'x' in path '.' (filter: '*.cs')");

    private string[] FilesIn(ToolResult result) =>
        [.. result.Content.PlainText!.Split('\n').Where(line => line.StartsWith(_workspace.Root, StringComparison.Ordinal)).Select(line => line[(_workspace.Root.Length + 1)..line.IndexOf(':', StringComparison.Ordinal)])];

    [Fact]
    public async Task Files_that_rules_hide_are_not_shown_and_the_answer_says_so()
    {
        _workspace.Write("a.txt", "KEY=open");
        _workspace.Write("b.pem", "KEY=hidden");
        _workspace.Write("secret/c.txt", "KEY=hidden");
        _workspace.MayShow = path => !path.EndsWith(".pem", StringComparison.Ordinal) && !path.EndsWith("/secret", StringComparison.Ordinal);

        var found = await _workspace.RunAsync(_tool, new { pattern = "KEY" });
        var names = await _workspace.RunAsync(new GlobTool(), new { pattern = "**/*" });
        var none = await _workspace.RunAsync(new GlobTool(), new { pattern = "*.pem" });

        found.Content.PlainText!.ShouldContain("a.txt:1:KEY=open");
        found.Content.PlainText!.ShouldNotContain("hidden");
        found.Content.PlainText!.ShouldEndWith("[2 files or directories were left out by permission rules]");
        names.Content.PlainText!.ShouldContain("a.txt");
        names.Content.PlainText!.ShouldNotContain("b.pem");
        names.Content.PlainText!.ShouldNotContain("c.txt");
        none.Content.PlainText!.ShouldStartWith("No files found");
        none.Content.PlainText!.ShouldEndWith("[1 file or directory was left out by permission rules]");
    }
}
