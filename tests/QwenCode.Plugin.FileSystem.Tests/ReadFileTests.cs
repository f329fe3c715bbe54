using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class ReadFileTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly ReadFileTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("alpha\nbeta\n", "alpha\nbeta\n")]
    [InlineData("alpha  \t\nbeta", "alpha\nbeta")]
    [InlineData("alpha\r\nbeta\r\n", "alpha\nbeta\n")]
    [InlineData("", "")]
    [InlineData("\n", "\n")]
    public async Task A_small_file_comes_bare_without_white_space_at_line_ends(string content, string expected)
    {
        var path = _workspace.Write("a.txt", content);

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe(expected);
        result.Display.ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 2, "Showing lines 2-3 of 6 total lines.\n\n---\n\n2\n3", "Read lines 2-3 of 6 from a.txt")]
    [InlineData(4, null, "Showing lines 5-6 of 6 total lines.\n\n---\n\n5\n", "Read lines 5-6 of 6 from a.txt")]
    [InlineData(null, 1, "Showing lines 1-1 of 6 total lines.\n\n---\n\n1", "Read lines 1-1 of 6 from a.txt")]
    [InlineData(0, 6, "1\n2\n3\n4\n5\n", null)]
    public async Task A_part_is_headed_by_its_place(int? offset, int? limit, string expected, string? display)
    {
        var path = _workspace.Write("a.txt", "1\n2\n3\n4\n5\n");

        var result = await _workspace.RunAsync(_tool, Arguments(path, offset, limit));

        result.Content.PlainText.ShouldBe(expected);
        (result.Display as TextDisplay)?.Text.ShouldBe(display);
    }

    [Fact]
    public async Task A_long_file_is_cut_at_the_line_limit_and_counts_the_line_after_the_last_newline()
    {
        var path = _workspace.Write("a.txt", string.Concat(Enumerable.Range(1, 1500).Select(static i => $"line {i}\n")));

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText!.ShouldStartWith("Showing lines 1-1000 of 1501 total lines.\n\n---\n\nline 1\n");
        result.Content.PlainText!.ShouldEndWith("line 1000");
    }

    [Fact]
    public async Task A_long_line_is_cut_and_reading_stops()
    {
        _workspace.Limits = new ToolLimits(MaxCharacters: 20);
        var path = _workspace.Write("a.txt", "0123456789\nabcdefghijklmnop\nnever\n");

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText.ShouldBe("Showing lines 1-2 of 4 total lines.\n\n---\n\n0123456789\nabcdefghij... [truncated]");
        ((TextDisplay)result.Display!).Text.ShouldBe("Read lines 1-2 of 4 from a.txt (truncated)");
    }

    [Fact]
    public async Task An_offset_past_the_end_says_so()
    {
        var path = _workspace.Write("a.txt", "1\n2");

        var result = await _workspace.RunAsync(_tool, Arguments(path, 5, null));

        result.Content.PlainText.ShouldBe("No lines to show: the file has 2 lines, and offset 5 is past its end.");
    }

    [Theory]
    [InlineData(-1.0, null, "Offset must be a non-negative number")]
    [InlineData(null, 0.0, "Limit must be a positive number")]
    [InlineData(1.5, null, "Offset must be a non-negative number; lines are counted in whole numbers")]
    public void Numbers_that_make_no_sense_are_refused(double? offset, double? limit, string message)
    {
        var path = _workspace.Write("a.txt", "1");

        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, Arguments(path, offset, limit))).Message.ShouldBe(message);
    }

    [Fact]
    public void A_path_must_be_there_and_absolute()
    {
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = " " })).Message.ShouldBe("The 'file_path' parameter must be non-empty.");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = "a/b" })).Message.ShouldStartWith("File path must be absolute, but was relative: a/b.");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = "~/b" }));
    }

    [Fact]
    public async Task Missing_files_and_directories_are_errors_of_their_own()
    {
        var missing = await _workspace.RunAsync(_tool, new { file_path = _workspace.PathOf("missing.txt") });
        var directory = await _workspace.RunAsync(_tool, new { file_path = _workspace.Root });

        missing.Error.ShouldBe(new ToolError("file_not_found", $"File not found: {_workspace.PathOf("missing.txt")}"));
        directory.Error.ShouldBe(new ToolError("target_is_directory", $"Path is a directory, not a file: {_workspace.Root}"));
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_whole_and_read_in_parts()
    {
        var path = _workspace.PathOf("big.log");
        using (var writer = new StreamWriter(path))
        {
            for (var i = 1; i <= 500_000; i++)
            {
                await writer.WriteLineAsync($"{i} {new string('x', 60)}");
            }
        }

        var whole = await _workspace.RunAsync(_tool, new { file_path = path });
        var part = await _workspace.RunAsync(_tool, Arguments(path, 100, 2));

        whole.Error!.Type.ShouldBe("file_too_large");
        whole.Error.Message.ShouldStartWith($"File size exceeds the 10MB limit: {path} (32.");
        part.Content.PlainText!.ShouldMatch(@"^Showing lines 101-102 of at least \d+ total lines\.\n\n---\n\n101 x+\n102 x+$");
    }

    [Fact]
    public async Task A_single_endless_line_is_bounded()
    {
        var path = _workspace.PathOf("line.txt");
        await File.WriteAllTextAsync(path, new string('a', 12 * 1024 * 1024));

        var result = await _workspace.RunAsync(_tool, Arguments(path, 0, 10));

        result.Content.PlainText!.Length.ShouldBeLessThan(26_000);
        result.Content.PlainText.ShouldEndWith("... [truncated]");
    }

    [Theory]
    [InlineData("a.zip", "PK")]
    [InlineData("a.txt", "a\0b")]
    [InlineData("a.txt", "\u0001\u0002\u0003ab")]
    public async Task Binary_files_are_only_named(string name, string content)
    {
        var path = _workspace.Write(name, content);

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe($"Cannot display content of binary file: {name}");
        ((TextDisplay)result.Display!).Text.ShouldBe($"Skipped binary file: {name}");
    }

    [Theory]
    [InlineData("code.ts", null)]
    [InlineData("code.mts", null)]
    [InlineData("pic.svg", "Read SVG as text: pic.svg")]
    public async Task Text_with_a_misleading_name_is_text(string name, string? display)
    {
        var path = _workspace.Write(name, "<svg/>");

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText.ShouldBe("<svg/>");
        (result.Display as TextDisplay)?.Text.ShouldBe(display);
    }

    [Theory]
    [InlineData("a.png", "image/png", "Read image file: a.png")]
    [InlineData("a.pdf", "application/pdf", "Read pdf file: a.pdf")]
    [InlineData("a.mp3", "audio/mpeg", "Read audio file: a.mp3")]
    [InlineData("a.mp4", "video/mp4", "Read video file: a.mp4")]
    public async Task Media_come_as_they_are(string name, string type, string display)
    {
        var path = _workspace.Write(name, [1, 2, 3]);

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        var data = result.Content.Parts.ShouldHaveSingleItem().ShouldBeOfType<DataContent>();
        (data.MediaType, data.Name).ShouldBe((type, name));
        data.Data.ToArray().ShouldBe([1, 2, 3]);
        ((TextDisplay)result.Display!).Text.ShouldBe(display);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task A_byte_order_mark_tells_the_encoding_and_is_not_shown(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var path = _workspace.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("grün\nzwei\n")]);

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText.ShouldBe("grün\nzwei\n");
    }

    [Fact]
    public async Task Western_text_without_a_mark_is_decoded()
    {
        var path = _workspace.Write("a.txt", Encoding.Latin1.GetBytes("Die Straße führt über die Brücke.\nSchöne Grüße aus Köln\n"));

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText.ShouldBe("Die Straße führt über die Brücke.\nSchöne Grüße aus Köln\n");
    }

    [Fact]
    public async Task A_pipe_is_refused_at_once()
    {
        var path = _workspace.PathOf("pipe");
        using (var process = Process.Start("mkfifo", path))
        {
            await process.WaitForExitAsync();
        }

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Error.ShouldBe(new ToolError("read_content_failure", $"Not a regular file: {path}"));
    }

    [Fact]
    public async Task Devices_are_refused_and_files_of_the_kernel_are_read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var device = await _workspace.RunAsync(_tool, new { file_path = "/dev/zero" });
        var kernel = await _workspace.RunAsync(_tool, new { file_path = "/proc/self/status" });

        device.Error.ShouldBe(new ToolError("read_content_failure", "Not a regular file: /dev/zero"));
        kernel.Content.PlainText!.ShouldContain("Pid:");
    }

    [Fact]
    public void A_hidden_file_is_refused_also_behind_a_link_and_other_spellings()
    {
        _workspace.Write(".qwenignore", "secret/\n*.key\n");
        var secret = _workspace.Write("secret/a.txt", "x");
        File.CreateSymbolicLink(_workspace.PathOf("innocent.txt"), secret);

        foreach (var path in new[] { secret, _workspace.PathOf("innocent.txt"), _workspace.PathOf("sub/../secret/./a.txt"), _workspace.PathOf("x.key") })
        {
            Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = path }))
                .Message.ShouldBe($"File path '{path}' is ignored by .qwenignore pattern(s).");
        }
    }

    [Fact]
    public async Task What_git_ignores_can_be_read()
    {
        Directory.CreateDirectory(_workspace.PathOf(".git"));
        _workspace.Write(".gitignore", "*.log\n");
        var path = _workspace.Write("a.log", "x");

        (await _workspace.RunAsync(_tool, new { file_path = path })).Content.PlainText.ShouldBe("x");
    }

    [Fact]
    public void Reading_is_free_in_the_workspace_and_asked_about_outside_links_resolved()
    {
        var inside = _workspace.Write("a.txt", "x");
        var output = Path.Combine(_workspace.Workspace.TempDirectory, "shell_1.output");
        File.CreateSymbolicLink(_workspace.PathOf("link"), "/etc/hostname");

        _workspace.Prepare(_tool, new { file_path = inside }).Consent.ShouldBe(ToolConsent.Allow);
        _workspace.Prepare(_tool, new { file_path = output }).Consent.ShouldBe(ToolConsent.Allow);
        _workspace.Prepare(_tool, new { file_path = _workspace.PathOf("link") }).Consent.ShouldBe(ToolConsent.Ask);
        _workspace.Prepare(_tool, new { file_path = "/etc/hostname" }).Consent.ShouldBe(ToolConsent.Ask);
        _workspace.Prepare(_tool, new { file_path = Path.Combine(Path.GetPathRoot(Environment.CurrentDirectory)!, "etc", "settings.json") }).Consent.ShouldBe(ToolConsent.Ask);
    }

    [Fact]
    public async Task The_editor_is_asked_for_text_where_it_serves_files()
    {
        var path = _workspace.Write("note.txt", "on disk\n");
        var client = new FakeClient { [path] = "in the editor\n" };
        _workspace.ClientFiles = client;

        var result = await _workspace.RunAsync(_tool, new { file_path = path });

        result.Content.PlainText.ShouldBe("in the editor\n");
        client.Reads.ShouldBe([(path, null, 1000)]);
    }

    [Theory]
    [InlineData(null, null, "a.txt")]
    [InlineData(2, 3, "a.txt (lines 3-5)")]
    [InlineData(2, null, "a.txt (from line 3)")]
    [InlineData(null, 3, "a.txt (first 3 lines)")]
    public void The_description_names_the_lines(int? offset, int? limit, string expected) =>
        _workspace.Prepare(_tool, Arguments(_workspace.PathOf("a.txt"), offset, limit)).Description.ShouldBe(expected);

    private static Dictionary<string, object> Arguments(string path, double? offset, double? limit)
    {
        var arguments = new Dictionary<string, object> { ["file_path"] = path };
        if (offset is { } from)
        {
            arguments["offset"] = from;
        }

        if (limit is { } count)
        {
            arguments["limit"] = count;
        }

        return arguments;
    }
}
