using QwenCode.Plugin.Lsp.Tests.Support;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>What a server is told when it starts, and what it gets when it asks.</summary>
public sealed class ServerQuestionTests : IAsyncDisposable
{
    private readonly LspRoom _room = new();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [InlineData("workspace/configuration", """{"items":[{"section":"ts.format"},{"section":"dotted.name"},{"section":"gone"},{}]}""", """[{"on":true},5,null,{"ts":{"format":{"on":true}},"dotted.name":5}]""")]
    [InlineData("client/registerCapability", """{"registrations":[{"id":"1","method":"workspace/didChangeWatchedFiles"}]}""", "null")]
    [InlineData("client/unregisterCapability", """{"unregisterations":[{"id":"1","method":"workspace/didChangeWatchedFiles"}]}""", "null")]
    [InlineData("window/workDoneProgress/create", """{"token":"t"}""", "null")]
    [InlineData("window/showMessageRequest", """{"type":1,"message":"Install?","actions":[{"title":"Yes"}]}""", "null")]
    [InlineData("window/showDocument", """{"uri":"https://example.org"}""", """{"success":false}""")]
    [InlineData("workspace/applyEdit", """{"edit":{}}""", """{"applied":false}""")]
    [InlineData("workspace/diagnostic/refresh", "{}", "null")]
    public async Task A_servers_questions_are_answered(string method, string parameters, string expected)
    {
        await StartAsync();

        (await _room.Server.AskAsync(method, parameters)).GetProperty("result").GetRawText().ShouldBe(expected);
    }

    [Fact]
    public async Task The_folders_of_the_workspace_are_its_root()
    {
        await StartAsync();

        var folder = (await _room.Server.AskAsync("workspace/workspaceFolders", "{}")).GetProperty("result")[0];

        folder.GetProperty("uri").GetString().ShouldBe("file://" + _room.Root);
        folder.GetProperty("name").GetString().ShouldBe(Path.GetFileName(_room.Root));
    }

    [Fact]
    public async Task A_question_that_nobody_here_knows_gets_the_error_for_that()
    {
        await StartAsync();

        (await _room.Server.AskAsync("custom/ask", "{}")).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32601);
    }

    [Fact]
    public async Task A_method_that_a_server_announces_later_is_offered_from_then_on()
    {
        _room.Capabilities = "{}";
        _room.Answer("textDocument/hover", """{"contents":"x"}""");
        const string hover = """{"operation":"hover","filePath":"src/a.ts","line":1}""";
        (await _room.CallAsync(hover)).ShouldContain("does not offer hover");

        await _room.Server.AskAsync("client/registerCapability", """{"registrations":[{"id":"1","method":"textDocument/hover"}]}""");

        (await _room.CallAsync(hover)).ShouldContain("\nx");
        await _room.Server.AskAsync("client/registerCapability", """{"registrations":[{"id":"2","method":"textDocument/hover"}]}""");
        await _room.Server.AskAsync("client/unregisterCapability", """{"unregisterations":[{"id":"1","method":"textDocument/hover"}]}""");
        (await _room.CallAsync(hover)).ShouldContain("\nx", Case.Sensitive, "the second announcement stands");
        await _room.Server.AskAsync("client/unregisterCapability", """{"unregisterations":[{"id":"2","method":"textDocument/hover"}]}""");
        (await _room.CallAsync(hover)).ShouldContain("does not offer hover");
    }

    [Fact]
    public async Task A_server_that_wants_to_be_asked_for_diagnostics_may_say_so_while_it_is_waited_for()
    {
        _room.Timings = _room.Timings with { Publish = TimeSpan.FromMinutes(5) };
        _room.Answer("textDocument/diagnostic", """{"kind":"full","items":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"message":"late"}]}""");
        _room.Heard = (server, method, parameters) =>
        {
            if (method == "textDocument/didOpen")
            {
                _ = server.AskAsync("client/registerCapability", """{"registrations":[{"id":"1","method":"textDocument/diagnostic","registerOptions":{"identifier":"me"}}]}""");
            }
        };

        (await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}""")).ShouldBe("Diagnostics for src/a.ts (1 issues):\n1. [ERROR] 1:1: late");
        _room.Server.Of("textDocument/diagnostic").Single().GetProperty("identifier").GetString().ShouldBe("me");
    }

    [Fact]
    public async Task A_server_learns_where_it_is_who_asks_and_what_was_set()
    {
        await StartAsync();

        var greeting = _room.Server.Of("initialize").Single();
        greeting.GetProperty("processId").GetInt32().ShouldBe(Environment.ProcessId);
        greeting.GetProperty("rootUri").GetString().ShouldBe("file://" + _room.Root);
        greeting.GetProperty("initializationOptions").GetRawText().ShouldBe("""{"fast":true}""");
        greeting.GetProperty("capabilities").GetProperty("general").GetProperty("positionEncodings").GetRawText().ShouldBe("""["utf-16"]""");
        _room.Server.Received.Take(3).Select(static message => message.Method).ShouldBe(["initialize", "initialized", "workspace/didChangeConfiguration"]);
        _room.Server.Of("workspace/didChangeConfiguration").Single().GetProperty("settings").GetProperty("dotted.name").GetInt32().ShouldBe(5);
    }

    private async Task StartAsync()
    {
        _room.Write(".lsp.json", """{"typescript":{"command":"tsls","initializationOptions":{"fast":true},"settings":{"ts":{"format":{"on":true}},"dotted.name":5}}}""");
        _room.Answer("textDocument/documentSymbol", """[{"name":"x"}]""");
        await _room.CallAsync("""{"operation":"documentSymbol","filePath":"src/a.ts"}""");
    }
}
