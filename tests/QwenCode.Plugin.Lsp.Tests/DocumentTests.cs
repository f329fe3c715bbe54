using QwenCode.Plugin.Lsp.Tests.Support;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>What a server is told of files, and how places in them are counted.</summary>
public sealed class DocumentTests : IAsyncDisposable
{
    private const string Hover = """{"operation":"hover","filePath":"src/a.ts","line":1}""";

    private readonly LspRoom _room = new();

    public DocumentTests() => _room.Answer("textDocument/hover", """{"contents":"x"}""");

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_document_is_opened_once_with_its_language()
    {
        _room.Write("src/b.TSX", "<a/>");

        await _room.CallAsync(Hover);
        await _room.CallAsync(Hover);
        await _room.CallAsync("""{"operation":"hover","filePath":"src/b.TSX","line":1}""");

        var opened = _room.Server.Of("textDocument/didOpen").Select(static message => message.GetProperty("textDocument")).ToArray();
        opened.Select(static document => document.GetProperty("languageId").GetString()).ShouldBe(["typescript", "typescriptreact"]);
        opened[0].GetProperty("uri").GetString().ShouldBe(_room.Uri("src/a.ts"));
        opened[0].GetProperty("version").GetInt32().ShouldBe(1);
        opened[0].GetProperty("text").GetString().ShouldBe("const x = 1;\nuse(x);\n");
        _room.Server.Of("textDocument/didChange").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_has_changed_on_disk_since_is_told_before_the_next_question()
    {
        _room.Capabilities = """{"textDocumentSync":{"openClose":true,"change":2,"save":{}},"hoverProvider":{}}""";
        var other = _room.Write("src/b.ts", "b\n");
        var gone = _room.Write("src/c.ts", "c\n");
        await _room.CallAsync("""{"operation":"hover","filePath":"src/b.ts","line":1}""");
        await _room.CallAsync("""{"operation":"hover","filePath":"src/c.ts","line":1}""");
        await _room.CallAsync(Hover);

        File.WriteAllText(other, "b changed\n");
        File.Delete(gone);
        _room.Write("src/a.ts", "a changed\n");
        await _room.CallAsync(Hover);

        var changes = _room.Server.Of("textDocument/didChange");
        changes.Select(static change => change.GetProperty("contentChanges")[0].GetProperty("text").GetString()).ShouldBe(["b changed\n", "a changed\n"]);
        changes.Select(static change => change.GetProperty("textDocument").GetProperty("version").GetInt32()).ShouldBe([2, 2]);
        _room.Server.Of("textDocument/didSave").Count.ShouldBe(2);
        _room.Server.Of("textDocument/didClose").Single().GetProperty("textDocument").GetProperty("uri").GetString().ShouldBe(_room.Uri("src/c.ts"));
        _room.Server.Received[^1].Method.ShouldBe("textDocument/hover", "the question comes when all has been told");
    }

    [Fact]
    public async Task A_server_that_takes_no_changes_is_shown_the_document_anew()
    {
        _room.Capabilities = """{"hoverProvider":true}""";
        await _room.CallAsync(Hover);
        _room.Write("src/a.ts", "changed");

        await _room.CallAsync(Hover);

        _room.Server.Of("textDocument/didClose").Count.ShouldBe(1);
        _room.Server.Of("textDocument/didOpen")[1].GetProperty("textDocument").GetProperty("text").GetString().ShouldBe("changed");
    }

    [Fact]
    public async Task What_an_editor_holds_goes_before_what_is_on_disk()
    {
        _room.ClientFiles = new Editor("not saved yet");

        await _room.CallAsync(Hover);

        _room.Server.Of("textDocument/didOpen").Single().GetProperty("textDocument").GetProperty("text").GetString().ShouldBe("not saved yet");
    }

    [Theory]
    [InlineData(1, 6, 5)] // Behind "x = '" stands a character of two units: its first …
    [InlineData(1, 7, 5)] // … its second, which is no place of its own …
    [InlineData(1, 8, 7)] // … and what comes behind it.
    [InlineData(2, 3, 2)]
    [InlineData(9, 9, 8)]
    public async Task Columns_are_counted_in_utf16_and_never_cut_a_character(int line, int character, int expected)
    {
        _room.Write("src/a.ts", "x = '😀';\nß日本\n");

        await _room.CallAsync($$"""{"operation":"hover","filePath":"src/a.ts","line":{{line}},"character":{{character}}}""");

        var position = _room.Server.Of("textDocument/hover").Single().GetProperty("position");
        position.GetProperty("line").GetInt32().ShouldBe(line - 1);
        position.GetProperty("character").GetInt32().ShouldBe(expected);
        _room.Server.Of("textDocument/didOpen").Single().GetProperty("textDocument").GetProperty("text").GetString().ShouldBe("x = '😀';\nß日本\n");
    }

    [Fact]
    public async Task Paths_with_odd_characters_come_back_as_they_went()
    {
        _room.Write("odd dir/a#1 %41 é.ts", "x");
        _room.Answers["textDocument/definition"] = parameters =>
            """{"uri":URI,"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}""".Replace("URI", parameters.GetProperty("textDocument").GetProperty("uri").GetRawText());

        (await _room.CallAsync("""{"operation":"goToDefinition","filePath":"odd dir/a#1 %41 é.ts","line":1}"""))
            .ShouldBe("Definitions for odd dir/a#1 %41 é.ts:1:1:\n1. odd dir/a#1 %41 é.ts:1:1 [tsls]");
        _room.Server.Of("textDocument/definition").Single().GetProperty("textDocument").GetProperty("uri").GetString().ShouldEndWith("/odd%20dir/a%231%20%2541%20%C3%A9.ts");
    }

    [Fact]
    public async Task A_file_may_be_named_by_its_address()
    {
        await _room.CallAsync($$"""{"operation":"hover","filePath":"{{_room.Uri("src/a.ts")}}","line":1}""");

        _room.Server.Of("textDocument/hover").Single().GetProperty("textDocument").GetProperty("uri").GetString().ShouldBe(_room.Uri("src/a.ts"));
    }

    [Fact]
    public async Task More_documents_than_a_server_should_hold_are_not_held()
    {
        for (var i = 0; i < 102; i++)
        {
            _room.Write($"many/{i}.ts", "x");
            await _room.CallAsync($$"""{"operation":"hover","filePath":"many/{{i}}.ts","line":1}""");
        }

        _room.Server.Of("textDocument/didClose").Select(static message => Path.GetFileName(message.GetProperty("textDocument").GetProperty("uri").GetString())).ShouldBe(["0.ts", "1.ts"]);
    }

    private sealed class Editor(string text) : IClientFiles
    {
        public bool CanRead => true;

        public bool CanWrite => false;

        public ValueTask<string> ReadTextAsync(string path, int? line, int? limit, CancellationToken cancellationToken) => ValueTask.FromResult(text);

        public ValueTask WriteTextAsync(string path, string content, CancellationToken cancellationToken) => throw new IOException();
    }
}
