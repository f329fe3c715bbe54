using System.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class WriteFileTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly WriteFileTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task A_new_file_is_created_with_its_directories()
    {
        var path = _workspace.PathOf("fresh/new.txt");

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "one\ntwo\n" });

        result.Content.PlainText.ShouldBe($"Successfully created and wrote to new file: {path}.");
        (await File.ReadAllBytesAsync(path)).ShouldBe("one\ntwo\n"u8.ToArray());
        var display = result.Display.ShouldBeOfType<FileDiffDisplay>();
        (display.OldText, display.NewText, display.LinesAdded, display.LinesRemoved).ShouldBe((null, "one\ntwo\n", 2, 0));
        display.Diff.ShouldContain("--- new.txt\tOriginal\n+++ new.txt\tWritten\n@@ -0,0 +1,2 @@\n+one\n+two\n");
    }

    [Theory]
    [InlineData("utf-8", true, "a\r\nb\r\n", "x\ny\n", "x\r\ny\r\n")]
    [InlineData("utf-16", true, "a\n", "ü\n", "ü\n")]
    [InlineData("utf-8", false, "a\n", "x\r\ny", "x\r\ny")]
    [InlineData("utf-8", false, "a\r\nb\nc\nd\n", "x\ny", "x\ny")]
    public async Task An_existing_file_keeps_its_form(string name, bool mark, string before, string content, string expected)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] preamble = mark ? encoding.GetPreamble() : [];
        var path = _workspace.Write("a.txt", [.. preamble, .. encoding.GetBytes(before)]);

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content });

        result.Content.PlainText.ShouldBe($"Successfully overwrote file: {path}.");
        (await File.ReadAllBytesAsync(path)).ShouldBe([.. preamble, .. encoding.GetBytes(expected)]);
    }

    [Fact]
    public async Task Text_the_old_encoding_has_no_place_for_becomes_utf_8_and_that_is_said()
    {
        var path = _workspace.Write("a.txt", Encoding.Latin1.GetBytes("Die Straße führt über die Brücke.\nSchöne Grüße\n"));

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "橋" });

        result.Content.PlainText!.ShouldEndWith("it is UTF-8 now.");
        (await File.ReadAllTextAsync(path)).ShouldBe("橋");
    }

    [Fact]
    public async Task A_file_too_large_to_compare_keeps_its_form_all_the_same()
    {
        byte[] mark = [0xEF, 0xBB, 0xBF];
        var path = _workspace.Write("a.txt", [.. mark, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("zeile für zeile\r\n", 700_000)))]);

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "x\ny\n" });

        (await File.ReadAllBytesAsync(path)).ShouldBe([.. mark, .. "x\r\ny\r\n"u8]);
        ((FileDiffDisplay)result.Display!).Diff.ShouldContain("-[12 MB of old content, too large to be shown]\n");
    }

    [Fact]
    public async Task New_files_get_a_mark_where_the_settings_want_it()
    {
        _workspace.Settings["general.defaultFileEncoding"] = "utf-8-bom";

        await _workspace.RunAsync(_tool, new { file_path = _workspace.PathOf("a.txt"), content = "x" });

        (await File.ReadAllBytesAsync(_workspace.PathOf("a.txt"))).ShouldBe([0xEF, 0xBB, 0xBF, (byte)'x']);
    }

    [Fact]
    public void Bad_paths_are_refused()
    {
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = "", content = "" })).Message.ShouldBe("Missing or empty \"file_path\"");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = "a", content = "" })).Message.ShouldBe("File path must be absolute: a");
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = _workspace.Root, content = "" })).Message.ShouldBe($"Path is a directory, not a file: {_workspace.Root}");
    }

    [Theory]
    [InlineData("/dev/full/x")]
    [InlineData("/proc/none/x")]
    [InlineData("/dev/zero")]
    public async Task Places_that_take_no_file_are_errors_at_once(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "x" });

        result.Error.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_write_through_a_link_keeps_the_link()
    {
        var real = _workspace.Write("real.txt", "a");
        File.CreateSymbolicLink(_workspace.PathOf("link.txt"), real);

        await _workspace.RunAsync(_tool, new { file_path = _workspace.PathOf("link.txt"), content = "b" });

        (await File.ReadAllTextAsync(real)).ShouldBe("b");
        new FileInfo(_workspace.PathOf("link.txt")).LinkTarget.ShouldBe(real);
    }

    [Fact]
    public async Task The_confirmation_shows_the_diff()
    {
        var path = _workspace.Write("a.txt", "a\n");
        var invocation = _workspace.Prepare(_tool, new { file_path = path, content = "b\n" });

        var confirmation = (EditConfirmation)await invocation.ConfirmAsync(CancellationToken.None);

        (confirmation.Title, confirmation.OldText, confirmation.NewText).ShouldBe(("Confirm Write: a.txt", "a\n", "b\n"));
        confirmation.Diff.ShouldContain("--- a.txt\tCurrent\n+++ a.txt\tProposed\n@@ -1,1 +1,1 @@\n-a\n+b\n");
        invocation.Description.ShouldBe("Writing to a.txt");
        invocation.Consent.ShouldBe(ToolConsent.Ask);
    }

    [Fact]
    public async Task The_editor_takes_the_write()
    {
        var client = new FakeClient();
        _workspace.ClientFiles = client;

        await _workspace.RunAsync(_tool, new { file_path = _workspace.PathOf("out.txt"), content = "through the client\n" });

        client[_workspace.PathOf("out.txt")].ShouldBe("through the client\n");
        File.Exists(_workspace.PathOf("out.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_typed_into_the_editor_after_the_question_is_not_replaced()
    {
        var path = _workspace.Write("a.txt", "a\n");
        var client = new FakeClient { [path] = "a\n" };
        _workspace.ClientFiles = client;
        var invocation = _workspace.Prepare(_tool, new { file_path = path, content = "b\n" });
        await invocation.ConfirmAsync(CancellationToken.None);

        client[path] = "a\nand more\n";
        var result = await invocation.ExecuteAsync(CancellationToken.None);

        result.Error!.Message.ShouldContain("changed by somebody else");
        client[path].ShouldBe("a\nand more\n");
    }

    [Fact]
    public async Task A_mark_that_the_editor_shows_comes_back_to_it_and_is_not_shown_to_the_user()
    {
        var path = _workspace.Write("a.txt", "disk");
        var client = new FakeClient { [path] = "\uFEFFa\r\n" };
        _workspace.ClientFiles = client;

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "b\n" });

        client[path].ShouldBe("\uFEFFb\r\n");
        ((FileDiffDisplay)result.Display!).OldText.ShouldBe("a\n");
    }

    [Fact]
    public async Task A_file_that_the_editor_only_reads_keeps_the_encoding_it_has_on_the_disk()
    {
        var path = _workspace.Write("a.txt", [0xEF, 0xBB, 0xBF, (byte)'a']);
        _workspace.ClientFiles = new FakeClient { [path] = "a", CanWrite = false };

        (await _workspace.RunAsync(_tool, new { file_path = path, content = "b" })).Error.ShouldBeNull();

        (await File.ReadAllBytesAsync(path)).ShouldBe([0xEF, 0xBB, 0xBF, (byte)'b']);
    }

    [Fact]
    public async Task A_file_that_the_editor_does_not_have_is_written_as_a_new_one()
    {
        var path = _workspace.Write("a.txt", "deleted in the editor");
        var client = new FakeClient();
        _workspace.ClientFiles = client;

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content = "b\n" });

        result.Content.PlainText!.ShouldContain("created and wrote to new file");
        client[path].ShouldBe("b\n");
    }
}
