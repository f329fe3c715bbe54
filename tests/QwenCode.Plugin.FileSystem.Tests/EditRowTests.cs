using System.Text;
using QwenCode.Plugin.FileSystem.Editing;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>What an edit finds, does and says, row by row.</summary>
public sealed class EditRowTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly EditTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    // First the text as it is, then typographic characters, then whole lines, then the line end that is too much.
    [Theory]
    [InlineData("abc", "b", "b", false)]
    [InlineData("a.c", "a.c", "a.c", false)]
    [InlineData("x \u2010\u2011\u2012\u2013\u2014\u2015\u2212 y", "x ------- y", "x \u2010\u2011\u2012\u2013\u2014\u2015\u2212 y", false)]
    [InlineData("\u2018a\u2019 \u201ab\u201b", "'a' 'b'", "\u2018a\u2019 \u201ab\u201b", false)]
    [InlineData("\u201ca\u201d \u201eb\u201f", "\"a\" \"b\"", "\u201ca\u201d \u201eb\u201f", false)]
    [InlineData("a\u00a0b\u2003c\u202fd\u3000e", "a b c d e", "a\u00a0b\u2003c\u202fd\u3000e", false)]
    [InlineData("it's", "it\u2019s", "it's", false)]
    [InlineData("say \u2018x\u2019 'x'", "'x'", "'x'", false)]
    [InlineData("a  \nb\t\nc", "a\nb\nc", "a  \nb\t\nc", false)]
    [InlineData("a\nb", "a  \nb\t", "a\nb", false)]
    [InlineData("a\nb", "a\nb\n", "a\nb", true)]
    [InlineData("a  \nb", "a\nb\n", "a  \nb", true)]
    [InlineData("\u2018a\u2019  \nb", "'a'\nb", "\u2018a\u2019  \nb", false)]
    [InlineData("ab\ncd", "b\nc", "b\nc", false)]
    [InlineData("a\nb", "a \nb ", "a\nb", false)]
    [InlineData("aXb", "axb", null, false)]
    [InlineData("  a", "a  ", "  a", false, true)]
    [InlineData("a b", "a  b", null, false)]
    [InlineData("\ta", "    a", null, false)]
    [InlineData("a", "a\n\n", null, false)]
    public void The_text_that_is_meant_is_found(string text, string wanted, string? found, bool isNewlineDropped, bool isMiss = false)
    {
        var located = TextLocator.Find(text, wanted);

        located.ShouldBe(found is null || isMiss ? null : new LocatedText(found, isNewlineDropped));
    }

    [Theory]
    [InlineData("a\nb\nc\n", "b\n", "", "a\nc\n")]
    [InlineData("a\nb\nc\n", "b", "", "a\nc\n")]
    [InlineData("a\nb", "b", "", "a\n")]
    [InlineData("a\nb\n", "a", "", "b\n")]
    [InlineData("key = 1\n", " = 1", "", "key\n")]
    [InlineData("x$y", "$", "$$", "x$$y")]
    [InlineData("x", "x", "$&$1$`$'", "$&$1$`$'")]
    [InlineData("a\\nb", "\\n", "\\t", "a\\tb")]
    [InlineData("aaaa", "aa", "b", "bb", true)]
    [InlineData("a a a", "a", "aa", "aa aa aa", true)]
    [InlineData("a\r\nb\r\n", "a\nb", "c\nd", "c\r\nd\r\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb", "c\r\nd", "c\r\nd\r\n")]
    [InlineData("a\nb\n", "a\r\nb", "c\r\nd", "c\nd\n")]
    [InlineData("a\rb", "a", "c", "c\rb")]
    public async Task A_replacement_is_literal_and_keeps_what_is_around_it(string content, string oldText, string newText, string expected, bool all = false)
    {
        var path = _workspace.Write("a.txt", content);

        var result = await RunAsync(path, oldText, newText, all);

        result.Error.ShouldBeNull();
        (await File.ReadAllTextAsync(path)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, "x", "y", "file_not_found", "File not found: {path}", "Edit error: File not found: {path}. Use an empty old_string to create a new file.")]
    [InlineData(null, "", "", "edit_no_change", "No changes to apply.", "Edit error: No changes to apply.")]
    [InlineData("", "", "y", "attempt_to_create_existing_file", "File already exists, cannot create: {path}", "Edit error: An empty old_string creates a file, but {path} exists already.")]
    [InlineData("abc", "", "", "attempt_to_create_existing_file", "File already exists, cannot create: {path}", "Edit error: ")]
    [InlineData("abc", "x", "y", "edit_no_occurrence_found", "Failed to edit, 0 occurrences found for old_string in {path}.", "Edit error: Failed to edit, could not find the string to replace.")]
    [InlineData("", "x", "y", "edit_no_occurrence_found", "Failed to edit, 0 occurrences found for old_string in {path}.", "Edit error: Failed to edit, could not find the string to replace.")]
    [InlineData("a b a", "a", "b", "edit_expected_occurrence_mismatch", "Failed to edit. Found 2 occurrences of old_string in {path}", "Edit error: Failed to edit because the text matches multiple locations")]
    [InlineData("abc", "b", "b", "edit_no_change", "No changes to apply. The old_string and new_string are identical in file: {path}", "Edit error: No changes to apply.")]
    [InlineData("it\u2019s", "it's", "it\u2019s", "edit_no_change", "No changes to apply.", "Edit error: No changes to apply.")]
    public async Task Every_failure_has_its_type_its_words_and_its_forecast(string? content, string oldText, string newText, string type, string message, string forecast)
    {
        var path = content is null ? _workspace.PathOf("a.txt") : _workspace.Write("a.txt", content);
        var call = _workspace.Prepare(_tool, Arguments(path, oldText, newText, false));

        var foreseen = await Should.ThrowAsync<ToolArgumentException>(async () => await call.ConfirmAsync(CancellationToken.None));
        var result = await call.ExecuteAsync(CancellationToken.None);

        result.Error!.Type.ShouldBe(type);
        result.Error.Message.ShouldStartWith(message.Replace("{path}", path, StringComparison.Ordinal));
        foreseen.ErrorType.ShouldBe(type);
        foreseen.Message.ShouldStartWith(forecast.Replace("{path}", path, StringComparison.Ordinal));
        (File.Exists(path) ? await File.ReadAllTextAsync(path) : null).ShouldBe(content);
    }

    [Fact]
    public async Task A_directory_is_foreseen_as_well()
    {
        var call = _workspace.Prepare(_tool, Arguments(_workspace.Root, "a", "b", false));

        (await Should.ThrowAsync<ToolArgumentException>(async () => await call.ConfirmAsync(CancellationToken.None)))
            .Message.ShouldBe("Error preparing edit: EISDIR: illegal operation on a directory, read");
    }

    // A file of numbered lines, what is replaced, which lines of the result are shown.
    [Theory]
    [InlineData(20, "10", "ten", "6-14 of 20")]
    [InlineData(20, "1\n2\n", "one\ntwo\n", "1-7 of 20")]
    [InlineData(20, "20", "twenty", "16-20 of 20")]
    [InlineData(5, "3", "three", "1-5 of 5")]
    [InlineData(20, "10\n", "", "6-14 of 19")]
    [InlineData(20, "10", "a\nb\nc", "6-16 of 22")]
    public async Task The_answer_shows_the_changed_lines_and_four_around_them(int lines, string oldText, string newText, string range)
    {
        var path = _workspace.Write("a.txt", string.Join('\n', Enumerable.Range(1, lines)));

        var text = (await RunAsync(path, oldText, newText)).Content.PlainText!;

        text.ShouldStartWith($"The file: {path} has been updated. Showing lines {range} from the edited file:\n\n---\n\n");
        var all = (await File.ReadAllTextAsync(path)).Split('\n');
        var numbers = range.Split(' ')[0].Split('-').Select(int.Parse).ToArray();
        text.Split("---\n\n")[1].ShouldBe(string.Join('\n', all[(numbers[0] - 1)..numbers[1]]));
    }

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public async Task A_change_of_more_than_a_thousand_lines_is_not_shown(int lines, bool isShown)
    {
        var path = _workspace.Write("a.txt", "x\nend\n");

        var text = (await RunAsync(path, "x", string.Join('\n', Enumerable.Range(1, lines)))).Content.PlainText!;

        text.Contains("Showing lines", StringComparison.Ordinal).ShouldBe(isShown);
        text.ShouldStartWith($"The file: {path} has been updated.");
    }

    [Fact]
    public async Task A_file_that_becomes_empty_is_not_shown()
    {
        var path = _workspace.Write("a.txt", "all of it");

        (await RunAsync(path, "all of it", "")).Content.PlainText.ShouldBe($"The file: {path} has been updated.");
    }

    [Theory]
    [InlineData("utf-8-bom", new byte[] { 0xEF, 0xBB, 0xBF, 0x78 })]
    [InlineData("utf-8", new byte[] { 0x78 })]
    [InlineData(null, new byte[] { 0x78 })]
    public async Task A_new_file_is_kept_as_the_settings_want_it(string? setting, byte[] expected)
    {
        if (setting is not null)
        {
            _workspace.Settings["general.defaultFileEncoding"] = setting;
        }

        await RunAsync(_workspace.PathOf("deep/er/a.txt"), "", "x");

        (await File.ReadAllBytesAsync(_workspace.PathOf("deep/er/a.txt"))).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true, "a\r\nb\r\n")]
    [InlineData(true, "a\nb\n")]
    [InlineData(false, "a\r\nb\r\n")]
    public async Task Mark_and_line_ends_survive(bool isMarked, string content)
    {
        byte[] mark = isMarked ? [0xEF, 0xBB, 0xBF] : [];
        var path = _workspace.Write("a.txt", [.. mark, .. Encoding.UTF8.GetBytes(content)]);

        await RunAsync(path, "b", "c\nd");

        (await File.ReadAllBytesAsync(path)).ShouldBe([.. mark, .. Encoding.UTF8.GetBytes(content.Replace("b", content.Contains('\r') ? "c\r\nd" : "c\nd"))]);
    }

    [Theory]
    [InlineData("", "The 'file_path' parameter must be non-empty.")]
    [InlineData(" ", "The 'file_path' parameter must be non-empty.")]
    [InlineData("a.txt", "File path must be absolute: a.txt")]
    [InlineData("./a.txt", "File path must be absolute: ./a.txt")]
    public void Paths_that_are_none_are_refused(string path, string message) =>
        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, Arguments(path, "a", "b", false))).Message.ShouldBe(message);

    [Fact]
    public async Task A_file_outside_the_workspace_is_edited_once_that_is_agreed_to()
    {
        var path = Path.Combine(_workspace.Outside, "a.txt");
        await File.WriteAllTextAsync(path, "a");

        (await RunAsync(path, "a", "b")).Error.ShouldBeNull();

        (await File.ReadAllTextAsync(path)).ShouldBe("b");
    }

    private static object Arguments(string path, string oldText, string newText, bool replaceAll) =>
        new { file_path = path, old_string = oldText, new_string = newText, replace_all = replaceAll };

    private Task<ToolResult> RunAsync(string path, string oldText, string newText, bool replaceAll = false) =>
        _workspace.RunAsync(_tool, Arguments(path, oldText, newText, replaceAll));
}
