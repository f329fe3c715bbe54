using System.Text;
using QwenCode.Plugin.Lsp.Tests.Support;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>What the model reads where there is no answer: never an error of the tool, always what went wrong and what to do.</summary>
public sealed class FailureTests : IAsyncDisposable
{
    private const string Hover = """{"operation":"hover","filePath":"src/a.ts","line":1}""";

    private readonly LspRoom _room = new();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task An_error_of_the_server_is_passed_on()
    {
        _room.Answer("textDocument/hover", "!-32603 cannot do that");

        (await _room.CallAsync(Hover)).ShouldBe("LSP hover failed: server tsls answered textDocument/hover with an error: -32603 cannot do that");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_to_give_up_when_its_time_is_over()
    {
        _room.Timings = _room.Timings with { Request = TimeSpan.FromMilliseconds(50) };
        _room.Answers["textDocument/hover"] = static _ => null;

        (await _room.CallAsync(Hover)).ShouldBe("LSP hover failed: server tsls did not answer textDocument/hover within 0.05 s. Ask again later, or about less.");
        var id = (await _room.Server.WaitForAsync("$/cancelRequest")).GetProperty("id").GetInt32();
        id.ShouldBeGreaterThan(1);

        // The server lives on: its next answer counts.
        _room.Server.Answers["textDocument/hover"] = static _ => """{"contents":"here"}""";
        (await _room.CallAsync(Hover)).ShouldContain("here");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_and_the_server_is_told()
    {
        using var source = new CancellationTokenSource();
        _room.Answers["textDocument/hover"] = _ =>
        {
            source.Cancel();
            return null;
        };

        await Should.ThrowAsync<OperationCanceledException>(_room.CallAsync(Hover, cancellationToken: source.Token));
        (await _room.Server.WaitForAsync("$/cancelRequest")).GetProperty("id").GetInt32().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_nobodys()
    {
        _room.Timings = _room.Timings with { Request = TimeSpan.FromMilliseconds(50) };
        _room.Answers["textDocument/hover"] = static _ => null;
        await _room.CallAsync(Hover);

        _room.Server.Send("""{"jsonrpc":"2.0","id":2,"result":{"contents":"late"}}""");
        _room.Server.Send("""{"jsonrpc":"2.0","id":999,"result":1}""");
        _room.Server.Send("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}""");
        _room.Server.Answers["textDocument/hover"] = static _ => """{"contents":"in time"}""";

        (await _room.CallAsync(Hover)).ShouldBe("Hover for src/a.ts:1:1:\nin time");
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\n{nope", "it sent a message that is no valid JSON")]
    [InlineData("Content-Length: 2\r\n\r\n[]", "it sent a message that is no object")]
    [InlineData("Content-Length: 99999999999\r\n\r\n", "it announced a message of 99999999999 bytes, and at most 67108864 are read")]
    [InlineData("Content-Length: -1\r\n\r\n", "it announced a message of -1 bytes")]
    public async Task What_is_no_message_ends_the_server(string bytes, string expected)
    {
        _room.Answers["textDocument/hover"] = _ =>
        {
            _room.Server.SendRaw(Encoding.ASCII.GetBytes(bytes));
            return null;
        };

        var text = await _room.CallAsync(Hover);

        text.ShouldStartWith($"LSP hover failed: server tsls was lost: {expected}");
        text.ShouldContain($"set \"typescript.restartOnCrash\" in {Path.Combine(_room.Root, ".lsp.json")} to true");
    }

    [Fact]
    public async Task Endless_noise_is_no_header()
    {
        _room.Answers["textDocument/hover"] = _ =>
        {
            _room.Server.SendRaw(Encoding.ASCII.GetBytes("Compiling ... " + new string('x', 10_000) + "\n"));
            return null;
        };

        var text = await _room.CallAsync(Hover);

        text.ShouldContain("what it printed is no message of the protocol: \"Compiling ... xxx");
        text.Length.ShouldBeLessThan(700);
    }

    [Fact]
    public async Task A_greeting_before_the_first_message_is_passed_over()
    {
        _room.Answers["initialize"] = _ =>
        {
            _room.Server.SendRaw("Welcome!\n\n"u8.ToArray());
            return $$"""{"capabilities":{{LspRoom.Everything}} }""";
        };
        _room.Answer("textDocument/hover", """{"contents":"x"}""");

        (await _room.CallAsync(Hover)).ShouldBe("Hover for src/a.ts:1:1:\nx");
    }

    [Fact]
    public async Task A_huge_answer_is_read_and_cut_with_a_word_about_it()
    {
        _room.Answer("textDocument/hover", $$"""{"contents":"{{string.Concat(Enumerable.Repeat("😀", 5_000_000))}}"}""");

        var text = await _room.CallAsync(Hover);

        // An odd number of characters goes before, so the bound falls into the middle of a pair.
        text.Length.ShouldBeLessThan(25_200);
        text.ShouldEndWith("more characters were left out. Ask for less with 'limit', or about one place.]");
        text.EnumerateRunes().ShouldNotContain(Rune.ReplacementChar);
    }

    [Fact]
    public async Task Too_many_lines_are_cut_as_well()
    {
        _room.Limits = new(MaxCharacters: 0, MaxLines: 3);
        _room.Answer("textDocument/hover", """{"contents":"1\n2\n3\n4"}""");

        (await _room.CallAsync(Hover)).ShouldStartWith("Hover for src/a.ts:1:1:\n1\n2\n[4 more characters were left out.");
    }

    [Theory]
    [InlineData("goToDefinition")]
    [InlineData("hover")]
    [InlineData("prepareCallHierarchy")]
    [InlineData("codeActions")]
    public async Task What_a_server_does_not_offer_is_not_asked_of_it(string operation)
    {
        _room.Capabilities = """{"textDocumentSync":1,"hoverProvider":false}""";

        (await _room.CallAsync($$"""{"operation":"{{operation}}","filePath":"src/a.ts","line":1}""")).ShouldEndWith($"failed: server tsls does not offer {operation}. Use another operation, or grep_search.");
        await _room.Server.WaitForAsync("initialized");
        _room.Server.Received.Select(static message => message.Method).ShouldBe(["initialize", "initialized"]);
    }

    [Theory]
    [InlineData("""{"operation":"hover","filePath":"src/gone.ts","line":1}""", "there is no file ")]
    [InlineData("""{"operation":"hover","filePath":"src.ts","line":1}""", "src.ts is a directory. Name a file.")]
    [InlineData("""{"operation":"hover","filePath":"a.py","line":1}""", "no language server is configured for .py files; there are: tsls (.ts .mts .cts .tsx). Use grep_search and read_file instead.")]
    [InlineData("""{"operation":"hover","filePath":"Makefile","line":1}""", "no language server is configured for files without an extension;")]
    [InlineData("""{"operation":"hover","filePath":"src/a.ts","line":1,"serverName":"gopls"}""", "there is no server \"gopls\". Leave serverName out, or use one of: tsls.")]
    public async Task A_question_that_nobody_can_answer_says_what_can(string arguments, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_room.Root, "src.ts"));

        var text = await _room.CallAsync(arguments);

        text.ShouldStartWith("LSP hover failed: ");
        text.ShouldContain(expected);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_given_to_a_server()
    {
        using (var file = File.Create(Path.Combine(_room.Root, "large.ts")))
        {
            file.SetLength(11 * 1024 * 1024);
        }

        (await _room.CallAsync("""{"operation":"documentSymbol","filePath":"large.ts"}""")).ShouldEndWith("large.ts has 11.0 MB, and files over 10 MB are not given to language servers. Use grep_search.");
    }

    [Fact]
    public async Task A_server_that_counts_otherwise_than_agreed_is_not_used()
    {
        _room.Capabilities = """{"hoverProvider":true,"positionEncoding":"utf-8"}""";

        (await _room.CallAsync(Hover)).ShouldStartWith("LSP hover failed: server tsls counts columns in utf-8 although only utf-16 was offered.");
    }

    [Fact]
    public async Task A_server_that_refuses_the_greeting_is_tried_again_until_it_is_hopeless()
    {
        _room.Answers["initialize"] = static _ => "!no licence";

        for (var i = 0; i < 4; i++)
        {
            (await _room.CallAsync(Hover)).ShouldBe("LSP hover failed: server tsls answered initialize with an error: no licence");
        }

        (await _room.CallAsync(Hover)).ShouldBe("LSP hover failed: server tsls could not be started 4 times and is left alone now. The last time: server tsls answered initialize with an error: no licence");
    }

    [Fact]
    public async Task Where_only_some_servers_fail_the_others_answer_and_the_failure_is_noted()
    {
        _room.Write(".lsp.json", """{"typescript":{"command":"tsls"},"lint":{"command":"linter","extensionToLanguage":{"ts":"typescript"}}}""");
        var count = 0;
        _room.Answers["textDocument/hover"] = _ => Interlocked.Increment(ref count) == 1 ? """{"contents":"one"}""" : "!broken";

        var text = await _room.CallAsync(Hover);

        text.ShouldStartWith("Hover for src/a.ts:1:1:\none\n\nNote: server ");
        text.ShouldEndWith(" answered textDocument/hover with an error: broken");
    }

    [Fact]
    public async Task Nonsense_in_the_right_frame_is_no_result_and_no_crash()
    {
        _room.Answer("textDocument/documentSymbol", """[1,null,{"name":5},{"name":"ok","range":"no","kind":"no"},{"name":"deep","children":{"name":"child"}}]""");

        (await _room.CallAsync("""{"operation":"documentSymbol","filePath":"src/a.ts"}"""))
            .ShouldBe("Document symbols for src/a.ts:\n1. ok (Symbol) - src/a.ts:1:1 [tsls]\n2. deep (Symbol) - src/a.ts:1:1 [tsls]\n3. child (Symbol) - src/a.ts:1:1 in deep [tsls]");
    }
}
