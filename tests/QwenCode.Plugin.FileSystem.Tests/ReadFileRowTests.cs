using System.Text;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Reading;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>What reading a file says, row by row.</summary>
public sealed class ReadFileRowTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly ReadFileTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    // The file's lines, what is asked for, the limits, what is shown.
    [Theory]
    [InlineData("1|2|3", 0, null, 25_000, 1_000, "1|2|3", null)]
    [InlineData("1|2|3", 0, 3, 25_000, 1_000, "1|2|3", null)]
    [InlineData("1|2|3", 0, 2, 25_000, 1_000, "1|2", "1-2 of 3")]
    [InlineData("1|2|3", 1, null, 25_000, 1_000, "2|3", "2-3 of 3")]
    [InlineData("1|2|3", 2, 1, 25_000, 1_000, "3", "3-3 of 3")]
    [InlineData("1|2|3", 1, 100, 25_000, 1_000, "2|3", "2-3 of 3")]
    [InlineData("1|2|3|", 3, null, 25_000, 1_000, "", "4-4 of 4")]
    [InlineData("1|2|3", 0, null, 25_000, 2, "1|2", "1-2 of 3")]
    [InlineData("1|2|3|4", 1, null, 25_000, 2, "2|3", "2-3 of 4")]
    [InlineData("1|2|3", 0, 3, 25_000, 2, "1|2|3", null)]
    [InlineData("1|2|3", 0, null, 0, 0, "1|2|3", null)]
    [InlineData("1|2|3", 0, null, -1, -1, "1|2|3", null)]
    [InlineData("0123456789|0123456789|x", 0, null, 21, 1_000, "0123456789|0123456789|x... [truncated]", "1-3 of 3")]
    [InlineData("0123456789|0123456789|x", 0, null, 20, 1_000, "0123456789|0123456789... [truncated]", "1-2 of 3")]
    [InlineData("0123456789|0123456789012|x", 0, null, 12, 1_000, "0123456789|0123456789... [truncated]", "1-2 of 3")]
    [InlineData("012345678901234567890123456789", 0, null, 15, 1_000, "012345678901234... [truncated]", "1-1 of 1")]
    [InlineData("012345678901234567890123456789", 0, null, 5, 1_000, "0123456789... [truncated]", "1-1 of 1")]
    [InlineData(" a \t|\tb  ", 0, null, 25_000, 1_000, " a|\tb", null)]
    public async Task Lines_are_shown_within_the_limits_and_headed_where_some_are_missing(
        string lines, int offset, int? limit, int characters, int most, string shown, string? range)
    {
        _workspace.Limits = new ToolLimits(characters, most);
        var path = _workspace.Write("a.txt", lines.Replace('|', '\n'));
        var arguments = new Dictionary<string, object> { ["file_path"] = path };
        if (offset > 0)
        {
            arguments["offset"] = offset;
        }

        if (limit is { } count)
        {
            arguments["limit"] = count;
        }

        var text = (await _workspace.RunAsync(_tool, arguments)).Content.PlainText!;

        text.ShouldBe((range is null ? string.Empty : $"Showing lines {range} total lines.\n\n---\n\n") + shown.Replace('|', '\n'));
    }

    [Theory]
    [InlineData("zip tar gz bz2 rar 7z exe dll so dylib bin o a obj lib wasm class jar war doc docx xls xlsx ppt pptx odt ods odp pyc pyo dat ZIP", FileClassKind.Binary)]
    [InlineData("png jpg jpeg gif webp bmp PNG", FileClassKind.Image)]
    [InlineData("mp3 wav ogg flac aac", FileClassKind.Audio)]
    [InlineData("mp4 mov avi mkv webm", FileClassKind.Video)]
    [InlineData("pdf PDF", FileClassKind.Pdf)]
    [InlineData("svg SVG", FileClassKind.Svg)]
    [InlineData("ipynb", FileClassKind.Notebook)]
    [InlineData("ts mts cts TS txt md cs json unknown", FileClassKind.Text)]
    public void The_name_tells_what_a_file_is(string extensions, object kind)
    {
        foreach (var extension in extensions.Split(' '))
        {
            FileClass.Of("x." + extension, "plain text"u8).Kind.ShouldBe((FileClassKind)kind, extension);
        }
    }

    [Theory]
    [InlineData(new byte[0], FileClassKind.Text)]
    [InlineData(new byte[] { 65, 0, 65 }, FileClassKind.Binary)]
    [InlineData(new byte[] { 0xFF, 0xFE, 65, 0 }, FileClassKind.Text)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 65 }, FileClassKind.Text)]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0 }, FileClassKind.Text)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0, 65, 0, 0, 0 }, FileClassKind.Text)]
    [InlineData(new byte[] { 0, 0, 0xFE, 0xFF, 0, 0, 0, 65 }, FileClassKind.Text)]
    [InlineData(new byte[] { 1, 2, 3, 65, 65, 65, 65, 65, 65, 65 }, FileClassKind.Text)]
    [InlineData(new byte[] { 1, 2, 3, 4, 65, 65, 65, 65, 65, 65 }, FileClassKind.Binary)]
    [InlineData(new byte[] { 9, 10, 11, 12, 13, 65 }, FileClassKind.Text)]
    [InlineData(new byte[] { 14, 31, 27, 65 }, FileClassKind.Binary)]
    [InlineData(new byte[] { 0xC3, 0xBC, 0xFF, 0x80 }, FileClassKind.Text)]
    public void The_beginning_tells_text_from_binary_data(byte[] head, object kind) => FileClass.Of("x", head).Kind.ShouldBe((FileClassKind)kind);

    [Fact]
    public void A_zero_behind_the_beginning_is_not_looked_for()
    {
        FileClass.Of("x", [.. Enumerable.Repeat((byte)'a', 4_096), 0]).Kind.ShouldBe(FileClassKind.Text);
        FileClass.Of("x", [.. Enumerable.Repeat((byte)'a', 4_095), 0]).Kind.ShouldBe(FileClassKind.Binary);
    }

    [Theory]
    [InlineData("project", "a.txt", ToolConsent.Allow)]
    [InlineData("temp", "shell_1.output", ToolConsent.Allow)]
    [InlineData("tmp", "other-project/x", ToolConsent.Allow)]
    [InlineData("system-temp", "x", ToolConsent.Allow)]
    [InlineData("home", ".qwen/skills/s/SKILL.md", ToolConsent.Allow)]
    [InlineData("home", ".agents/skills/s/SKILL.md", ToolConsent.Allow)]
    [InlineData("home", ".qwen/extensions/e/x", ToolConsent.Allow)]
    [InlineData("project-data", "subagents/a.jsonl", ToolConsent.Allow)]
    [InlineData("home", ".qwen/settings.json", ToolConsent.Ask)]
    [InlineData("home", ".qwen/oauth_creds.json", ToolConsent.Ask)]
    [InlineData("home", ".ssh/id_ed25519", ToolConsent.Ask)]
    [InlineData("root", "etc/passwd", ToolConsent.Ask)]
    [InlineData("root", "proc/self/environ", ToolConsent.Ask)]
    public void Some_places_are_read_without_asking(string place, string name, ToolConsent expected)
    {
        using var workspace = new TempWorkspace(AppContext.BaseDirectory);
        var directory = place switch
        {
            "project" => workspace.Root,
            "temp" => workspace.Workspace.TempDirectory,
            "tmp" => Path.Combine(workspace.Workspace.RuntimeDirectory, "tmp"),
            "system-temp" => Path.GetTempPath(),
            "home" => QwenCode.Workspaces.Workspace.HomeDirectory,
            "project-data" => workspace.Workspace.ProjectDirectory,
            _ => "/",
        };

        workspace.Prepare(_tool, new { file_path = Path.Combine(directory, name) }).Consent.ShouldBe(expected);
    }

    [Theory]
    [InlineData("utf-8", true, "a.txt")]
    [InlineData("utf-16", true, "a.txt")]
    [InlineData("utf-16BE", true, "a.txt")]
    [InlineData("utf-32", true, "a.txt")]
    [InlineData("utf-32BE", true, "a.txt")]
    [InlineData("utf-8", false, "a.txt")]
    [InlineData("windows-1252", false, "a.txt")]
    [InlineData("iso-8859-1", false, "a.txt")]
    [InlineData("windows-1251", false, "ru.txt")]
    [InlineData("koi8-r", false, "ru.txt")]
    [InlineData("shift_jis", false, "ja.txt")]
    [InlineData("euc-jp", false, "ja.txt")]
    [InlineData("gb18030", false, "zh.txt")]
    [InlineData("big5", false, "tw.txt")]
    [InlineData("euc-kr", false, "ko.txt")]
    public async Task Text_is_decoded_as_it_was_written(string name, bool isMarked, string sample)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var text = sample switch
        {
            "ru.txt" => "Привет, мир. Это довольно обычный русский текст для проверки кодировки.\nЕщё одна строка текста.\n",
            "ja.txt" => "これは日本語のテキストです。文字コードの判定を試します。\n二行目の文章もここにあります。\n",
            "zh.txt" => "这是一个用来测试编码检测的中文文本，内容并不重要。\n第二行也是中文。\n",
            "tw.txt" => "這是一個用來測試編碼偵測的中文文字，內容並不重要。\n第二行也是中文，請不要在意。\n",
            "ko.txt" => "이것은 인코딩 판별을 시험하기 위한 한국어 문장입니다.\n두 번째 줄도 한국어입니다.\n",
            _ => "Die Straße führt über die Brücke.\nSchöne Grüße aus Köln\n",
        };
        var path = _workspace.Write("a.txt", [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)]);

        (await _workspace.RunAsync(_tool, new { file_path = path })).Content.PlainText.ShouldBe(text);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public async Task A_memory_that_is_old_enough_to_be_wrong_says_so(int days, bool isNoted)
    {
        var path = Path.Combine(AutoMemory.RootOf(_workspace.Workspace), "note.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await File.WriteAllTextAsync(path, "remember");
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days));

            var call = _workspace.Prepare(_tool, new { file_path = path });
            var text = (await call.ExecuteAsync(CancellationToken.None)).Content.PlainText!;

            call.Consent.ShouldBe(ToolConsent.Allow);
            text.ShouldEndWith("remember");
            text.StartsWith($"<system-reminder>This memory was written {days} days ago", StringComparison.Ordinal).ShouldBe(isNoted);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, recursive: true);
        }
    }

    [Fact]
    public void The_location_is_the_file_and_the_first_line()
    {
        var path = _workspace.PathOf("a.txt");

        _workspace.Prepare(_tool, new { file_path = path }).Locations.ShouldBe([new ToolLocation(path, null)]);
        _workspace.Prepare(_tool, new { file_path = path, offset = 4, limit = 2 }).Locations.ShouldBe([new ToolLocation(path, 5)]);
    }

    [Fact]
    public async Task Qwenignore_does_not_count_where_the_settings_say_so()
    {
        _workspace.Write(".qwenignore", "*.key\n!open.key\n");
        var path = _workspace.Write("a.key", "k");

        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(_tool, new { file_path = path }));
        (await _workspace.RunAsync(_tool, new { file_path = _workspace.Write("open.key", "o") })).Content.PlainText.ShouldBe("o");
        _workspace.Settings["context.fileFiltering.respectQwenIgnore"] = "false";
        (await _workspace.RunAsync(_tool, new { file_path = path })).Content.PlainText.ShouldBe("k");
    }
}
