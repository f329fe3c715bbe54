using System.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class EditTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly EditTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("alpha\nbeta\n", "alpha", "ALPHA", "ALPHA\nbeta\n")]
    [InlineData("a \u2013 b", "a - b", "c", "c")]
    [InlineData("say \u201chi\u201d", "say \"hi\"", "x", "x")]
    [InlineData("a\u00a0b", "a b", "c", "c")]
    [InlineData("un cafe\u0301 noir\n", "caf\u00e9 noir", "th\u00e9", "un th\u00e9\n")]
    [InlineData("un caf\u00e9 noir\n", "cafe\u0301", "the\u0301", "un the\u0301 noir\n")]
    [InlineData("\u2013 e\u0301\u2013\n", "- \u00e9-", "x", "x\n")]
    [InlineData("\u1112\u1161\u11ab x\n", "\ud55c x", "y", "y\n")]
    [InlineData("one  \ntwo\t\nthree", "one\ntwo", "1\n2", "1\n2\nthree")]
    [InlineData("one\u2014x  \ntwo", "one-x\ntwo", "y", "y")]
    [InlineData("one \ntwo", "one\ntwo\n", "1\n2\n", "1\n2")]
    [InlineData("a\nb\nc\n", "b", "", "a\nc\n")]
    [InlineData("a b\nc\n", " b", "", "a\nc\n")]
    [InlineData("cost: 5\n", "5", "$1$&$$", "cost: $1$&$$\n")]
    [InlineData("a\r\nb\r\nc\r\n", "b\nc", "x\ny", "a\r\nx\r\ny\r\nc\r\n", false)]
    [InlineData("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz", "x\r\ny\r\nz\r\nc\r\n")]
    [InlineData("a\nb\r\nc\nd\n", "c", "x\ny", "a\nb\r\nx\ny\nd\n")]
    [InlineData("a\r\nb\nc\r\nd\r\n", "c", "x\ny", "a\r\nb\nx\r\ny\r\nd\r\n")]
    public async Task The_text_that_is_meant_is_replaced_and_the_rest_is_left(string content, string oldText, string newText, string expected, bool matches = true)
    {
        var path = _workspace.Write("a.txt", content);

        var result = await RunAsync(path, oldText, newText);

        if (matches)
        {
            result.Error.ShouldBeNull();
            (await File.ReadAllTextAsync(path)).ShouldBe(expected);
        }
        else
        {
            (await File.ReadAllTextAsync(path)).ShouldNotBe(content);
        }
    }

    [Fact]
    public async Task The_hint_names_the_right_line_of_a_file_with_decomposed_letters()
    {
        var path = _workspace.Write("a.txt", "une the\u0301ie\u0301re verte e\u0301te\u0301\nautre\nun cafe\u0301 tre\u0300s noir d'e\u0301te\u0301\nfin\n");

        var result = await RunAsync(path, "un caf\u00e9 trop noir d'\u00e9t\u00e9", "x");

        result.Error!.Message.ShouldContain("line 3");
    }

    [Fact]
    public async Task Every_occurrence_is_replaced_where_that_is_asked_for()
    {
        var path = _workspace.Write("a.txt", "x y x\r\nx\n");

        (await RunAsync(path, "x", "zz", replaceAll: true)).Error.ShouldBeNull();

        (await File.ReadAllTextAsync(path)).ShouldBe("zz y zz\r\nzz\n");
    }

    [Fact]
    public async Task An_updated_file_answers_with_the_changed_lines_and_four_around_them()
    {
        var path = _workspace.Write("a.txt", string.Join('\n', Enumerable.Range(1, 20)));

        var result = await RunAsync(path, "10\n11", "ten\neleven");

        result.Content.PlainText.ShouldBe(
            $"The file: {path} has been updated. Showing lines 6-15 of 20 from the edited file:\n\n---\n\n6\n7\n8\n9\nten\neleven\n12\n13\n14\n15");
        var display = result.Display.ShouldBeOfType<FileDiffDisplay>();
        (display.FilePath, display.LinesAdded, display.LinesRemoved).ShouldBe((path, 2, 2));
        display.Diff.ShouldBe(
            "Index: a.txt\n===================================================================\n--- a.txt\tCurrent\n+++ a.txt\tProposed\n"
            + "@@ -7,8 +7,8 @@\n 7\n 8\n 9\n-10\n-11\n+ten\n+eleven\n 12\n 13\n 14\n");
    }

    [Fact]
    public async Task An_empty_old_text_creates_a_file_and_its_directories()
    {
        var path = _workspace.PathOf("new/dir/a.txt");

        var result = await RunAsync(path, "", "one\ntwo\n");

        result.Content.PlainText.ShouldBe($"Created new file: {path} with provided content. Showing lines 1-3 of 3 from the edited file:\n\n---\n\none\ntwo\n");
        (await File.ReadAllTextAsync(path)).ShouldBe("one\ntwo\n");
        ((FileDiffDisplay)result.Display!).OldText.ShouldBeNull();
    }

    [Theory]
    [InlineData(null, "x", "y", "file_not_found", "File not found: {path}")]
    [InlineData("", "", "y", "attempt_to_create_existing_file", "File already exists, cannot create: {path}")]
    [InlineData("abc", "", "y", "attempt_to_create_existing_file", "File already exists, cannot create: {path}")]
    [InlineData("abc", "x", "y", "edit_no_occurrence_found", "Failed to edit, 0 occurrences found for old_string in {path}. No edits made.")]
    [InlineData("a a", "a", "b", "edit_expected_occurrence_mismatch", "Failed to edit. Found 2 occurrences of old_string in {path} (at lines 1, 1) but replace_all is off.")]
    [InlineData("abc", "a", "a", "edit_no_change", "No changes to apply. The old_string and new_string are identical in file: {path}")]
    public async Task What_cannot_be_done_is_an_error_and_is_foreseen_before_anybody_is_asked(string? content, string oldText, string newText, string type, string message)
    {
        var path = _workspace.PathOf("a.txt");
        if (content is not null)
        {
            _workspace.Write("a.txt", content);
        }

        var invocation = _workspace.Prepare(_tool, Arguments(path, oldText, newText, false));
        var forecast = await Should.ThrowAsync<ToolArgumentException>(async () => await invocation.ConfirmAsync(CancellationToken.None));
        var result = await invocation.ExecuteAsync(CancellationToken.None);

        result.Error!.Type.ShouldBe(type);
        result.Error.Message.ShouldStartWith(message.Replace("{path}", path));
        forecast.ErrorType.ShouldBe(type);
        forecast.Message.ShouldStartWith("Edit error: ");
        File.Exists(path).ShouldBe(content is not null);
    }

    [Fact]
    public async Task A_directory_cannot_be_edited()
    {
        var result = await RunAsync(_workspace.Root, "a", "b");

        result.Error.ShouldBe(new ToolError("edit_preparation_failure", "EISDIR: illegal operation on a directory, read"));
    }

    [Theory]
    [InlineData("if (x)\n{\n\treturn Foo(1);\n}\n", "    return Foo(1);", "The same text with other white space is at line 3. Line 3 of the file reads \"\\treturn Foo(1);\" where old_string has \"    return Foo(1);\".")]
    [InlineData("one\nTwo\n", "two", "The same text in other upper and lower case is at line 2.")]
    [InlineData("a\nvar total = Sum(items);\nreturn total;\n", "var total = Sum(item);\nreturn total;", "The closest text is at lines 2-3. Line 2 of the file reads \"var total = Sum(items);\" where old_string has \"var total = Sum(item);\".")]
    [InlineData("a\nb\n", "entirely different", "Nothing in the file comes close.")]
    public async Task A_miss_says_where_the_closest_text_stands(string content, string oldText, string advice)
    {
        var path = _workspace.Write("a.txt", content);

        var result = await RunAsync(path, oldText, "new");

        result.Error!.Message.ShouldEndWith(advice);
    }

    [Theory]
    [InlineData("utf-8", "grün – 漢字 😀\nzwei\n")]
    [InlineData("utf-16", "grün 漢字 😀\nzwei\n")]
    [InlineData("utf-16BE", "grün\r\nzwei\r\n")]
    [InlineData("utf-32", "grün 😀\nzwei\n")]
    [InlineData("utf-32BE", "grün 😀\nzwei\n")]
    public async Task Encoding_and_mark_survive(string name, string content)
    {
        var encoding = Encoding.GetEncoding(name);
        var path = _workspace.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes(content)]);

        (await RunAsync(path, "zwei", "drei")).Error.ShouldBeNull();

        (await File.ReadAllBytesAsync(path)).ShouldBe([.. encoding.GetPreamble(), .. encoding.GetBytes(content.Replace("zwei", "drei"))]);
    }

    [Theory]
    [InlineData("windows-1252", "Die Straße führt über die Brücke – schön.\nzwei\n")]
    [InlineData("windows-1251", "Привет, мир. Это довольно обычный русский текст для проверки.\nzwei\n")]
    [InlineData("shift_jis", "これは日本語のテキストです。文字コードの判定を試します。\nzwei\n")]
    [InlineData("gb18030", "这是一个用来测试编码检测的中文文本，内容并不重要。\nzwei\n")]
    [InlineData("koi8-r", "Привет, мир. Это довольно обычный русский текст для проверки.\nzwei\n")]
    public async Task Bytes_of_old_encodings_survive_around_an_edit(string name, string content)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var path = _workspace.Write("a.txt", encoding.GetBytes(content));

        (await RunAsync(path, "zwei", "drei")).Error.ShouldBeNull();

        (await File.ReadAllBytesAsync(path)).ShouldBe(encoding.GetBytes(content.Replace("zwei", "drei")));
    }

    [Fact]
    public async Task Any_bytes_survive_an_edit_beside_them()
    {
        var random = new Random(4711);
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            noise = [.. noise.Where(static value => value is not 0)];
            byte[] before = [.. noise, .. "\nMARKER\n"u8, .. noise];
            var path = _workspace.Write($"noise{i}.txt", before);

            var result = await RunAsync(path, "MARKER", "CHANGED");

            var after = await File.ReadAllBytesAsync(path);
            after.ShouldBe(result.Error is null ? [.. noise, .. "\nCHANGED\n"u8, .. noise] : before);
        }
    }

    [Fact]
    public async Task A_character_without_a_place_in_the_files_encoding_is_refused()
    {
        byte[] bytes = [.. Encoding.Latin1.GetBytes("Die Straße führt über die Brücke.\nSchöne Grüße\n")];
        var path = _workspace.Write("a.txt", bytes);

        var result = await RunAsync(path, "Brücke", "橋");

        result.Error!.Type.ShouldBe("file_write_failure");
        (await File.ReadAllBytesAsync(path)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Text_that_is_not_what_its_mark_says_is_left_alone()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, (byte)'a', 0xFF, (byte)'b'];
        var path = _workspace.Write("a.txt", bytes);

        var result = await RunAsync(path, "a", "x");

        result.Error!.Type.ShouldBe("edit_preparation_failure");
        (await File.ReadAllBytesAsync(path)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_link_is_written_through_and_the_mode_is_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _workspace.Write("real.sh", "echo a\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        File.CreateSymbolicLink(_workspace.PathOf("link.sh"), "real.sh");

        (await RunAsync(_workspace.PathOf("link.sh"), "a", "b")).Error.ShouldBeNull();

        new FileInfo(_workspace.PathOf("link.sh")).LinkTarget.ShouldBe("real.sh");
        (await File.ReadAllTextAsync(path)).ShouldBe("bcho a\n".Replace("bcho a", "echo b"));
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        Directory.GetFiles(_workspace.Root).Length.ShouldBe(2);
    }

    [Fact]
    public async Task The_confirmation_shows_what_will_be_done()
    {
        var path = _workspace.Write("src/a.txt", "a\r\nb\r\n");
        var invocation = _workspace.Prepare(_tool, Arguments(path, "b", "c", false));

        var confirmation = (EditConfirmation)await invocation.ConfirmAsync(CancellationToken.None);

        invocation.Consent.ShouldBe(ToolConsent.Ask);
        confirmation.Title.ShouldBe("Confirm Edit: src/a.txt");
        (confirmation.FilePath, confirmation.OldText, confirmation.NewText).ShouldBe((path, "a\nb\n", "a\nc\n"));
        confirmation.Diff.ShouldContain("@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        (await File.ReadAllTextAsync(path)).ShouldBe("a\r\nb\r\n");
    }

    [Fact]
    public async Task A_change_of_nothing_but_indentation_is_shown()
    {
        var path = _workspace.Write("a.py", "if x:\n    f()\n");

        var result = await RunAsync(path, "    f()", "  f()");

        ((FileDiffDisplay)result.Display!).Diff.ShouldContain("-    f()\n+  f()\n");
    }

    [Fact]
    public async Task The_editor_is_read_and_written_where_it_serves_files()
    {
        var path = _workspace.Write("a.txt", "disk");
        var client = new FakeClient { [path] = "unsaved text\r\nsecond" };
        _workspace.ClientFiles = client;

        (await RunAsync(path, "unsaved", "saved")).Error.ShouldBeNull();

        client[path].ShouldBe("saved text\r\nsecond");
        (await File.ReadAllTextAsync(path)).ShouldBe("disk");
    }

    [Theory]
    [InlineData("", "x", "Create a.txt")]
    [InlineData("x", "x", "No file changes to a.txt")]
    [InlineData("one\ntwo", "1", "a.txt: one... => 1")]
    [InlineData("0123456789012345678901234567890123456789", "1", "a.txt: 012345678901234567890123456789... => 1")]
    public void The_description_names_the_change(string oldText, string newText, string expected) =>
        _workspace.Prepare(_tool, Arguments(_workspace.PathOf("a.txt"), oldText, newText, false)).Description.ShouldBe(expected);

    [Fact]
    public void What_is_hidden_from_reading_cannot_be_edited()
    {
        _workspace.Write(".qwenignore", ".env\n");
        var path = _workspace.Write(".env", "SECRET=1\n");

        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, Arguments(path, "SECRET", "X", false)));
    }

    private static object Arguments(string path, string oldText, string newText, bool replaceAll) =>
        new { file_path = path, old_string = oldText, new_string = newText, replace_all = replaceAll };

    private Task<ToolResult> RunAsync(string path, string oldText, string newText, bool replaceAll = false) =>
        _workspace.RunAsync(_tool, Arguments(path, oldText, newText, replaceAll));
}
