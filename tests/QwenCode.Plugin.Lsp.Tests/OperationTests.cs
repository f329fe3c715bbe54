using QwenCode.Plugin.Lsp.Tests.Support;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>Every operation as the model sees it, and what the server is asked.</summary>
public sealed class OperationTests : IAsyncDisposable
{
    private readonly LspRoom _room = new();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [InlineData("goToDefinition", "textDocument/definition", "Definitions")]
    [InlineData("goToImplementation", "textDocument/implementation", "Implementations")]
    [InlineData("findReferences", "textDocument/references", "References")]
    public async Task Places_are_numbered_relative_to_the_project_and_counted_from_one(string operation, string method, string heading)
    {
        _room.Answer(method, """
            [{"uri":"URI(src/a.ts)","range":{"start":{"line":0,"character":6},"end":{"line":0,"character":7}}},
             {"targetUri":"file:///usr/lib/lib%20d.ts","targetRange":{"start":{"line":1,"character":0},"end":{"line":9,"character":0}},"targetSelectionRange":{"start":{"line":2,"character":4},"end":{"line":2,"character":5}}},
             {"uri":"jdt://contents/A.class","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}]
            """);

        var text = await _room.CallAsync($$"""{"operation":"{{operation}}","filePath":"src/a.ts","line":2,"character":5}""");

        text.ShouldBe($"{heading} for src/a.ts:2:5:\n1. src/a.ts:1:7 [tsls]\n2. /usr/lib/lib d.ts:3:5 [tsls]\n3. jdt://contents/A.class:1:1 [tsls]");
        _room.Server.Of(method).Single().GetProperty("position").GetRawText().ShouldBe("""{"line":1,"character":4}""");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""","includeDeclaration":true""", true)]
    public async Task The_declaration_is_among_the_references_where_it_is_wanted(string more, bool expected)
    {
        _room.Answer("textDocument/references", "[]");

        await _room.CallAsync($$"""{"operation":"findReferences","filePath":"src/a.ts","line":1{{more}}}""");

        _room.Server.Of("textDocument/references")[0].GetProperty("context").GetProperty("includeDeclaration").GetBoolean().ShouldBe(expected);
    }

    [Theory]
    [InlineData("goToDefinition", "textDocument/definition", 20)]
    [InlineData("findReferences", "textDocument/references", 50)]
    public async Task No_more_than_the_usual_number_is_shown_and_the_rest_is_counted(string operation, string method, int usual)
    {
        var many = string.Join(',', Enumerable.Range(0, 60).Select(line => """{"uri":"URI(src/a.ts)","range":{"start":{"line":LINE,"character":0},"end":{"line":LINE,"character":1}}}""".Replace("LINE", $"{line}")));
        _room.Answer(method, $"[{many}]");

        var text = await _room.CallAsync($$"""{"operation":"{{operation}}","filePath":"src/a.ts","line":1}""");
        var two = await _room.CallAsync($$"""{"operation":"{{operation}}","filePath":"src/a.ts","line":1,"limit":2}""");

        text.Split('\n').Length.ShouldBe(usual + 2);
        text.ShouldEndWith($"… and {60 - usual} more; raise 'limit' to see them.");
        two.Split('\n').ShouldBe([two.Split('\n')[0], "1. src/a.ts:1:1 [tsls]", "2. src/a.ts:2:1 [tsls]", "… and 58 more; raise 'limit' to see them."]);
    }

    [Theory]
    [InlineData("""{"contents":{"kind":"markdown","value":"**const** x: number"}}""", "**const** x: number")]
    [InlineData("""{"contents":"plain"}""", "plain")]
    [InlineData("""{"contents":[{"language":"ts","value":"const x"},"Says what x is."]}""", "```ts\nconst x\n```\n\nSays what x is.")]
    public async Task A_hover_is_shown_in_whichever_form_it_comes(string result, string expected)
    {
        _room.Answer("textDocument/hover", result);

        (await _room.CallAsync("""{"operation":"hover","filePath":"src/a.ts","line":1,"character":7}""")).ShouldBe($"Hover for src/a.ts:1:7:\n{expected}");
    }

    [Fact]
    public async Task Symbols_of_a_document_are_listed_with_what_holds_them()
    {
        _room.Answer("textDocument/documentSymbol", """
            [{"name":"Shape","kind":5,"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":1}},"selectionRange":{"start":{"line":0,"character":6},"end":{"line":0,"character":11}},
              "children":[{"name":"area","kind":6,"range":{"start":{"line":1,"character":2},"end":{"line":1,"character":9}},"selectionRange":{"start":{"line":1,"character":2},"end":{"line":1,"character":6}}}]}]
            """);

        (await _room.CallAsync("""{"operation":"documentSymbol","filePath":"src/a.ts"}"""))
            .ShouldBe("Document symbols for src/a.ts:\n1. Shape (Class) - src/a.ts:1:7 [tsls]\n2. area (Method) - src/a.ts:2:3 in Shape [tsls]");
    }

    [Fact]
    public async Task Symbols_of_the_workspace_come_with_the_references_of_the_first()
    {
        _room.Answer("workspace/symbol", """
            [{"name":"x","kind":14,"containerName":"a","location":{"uri":"URI(src/a.ts)","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":12}}}},
             {"name":"x2","kind":12,"location":{"uri":"URI(src/a.ts)"}}, {"name":"x3","kind":12,"location":{"uri":"URI(src/a.ts)"}}]
            """)
            .Answer("textDocument/references", """[{"uri":"URI(src/a.ts)","range":{"start":{"line":1,"character":4},"end":{"line":1,"character":5}}}]""");

        (await _room.CallAsync("""{"operation":"workspaceSymbol","query":"x","limit":2}""")).ShouldBe(
            "Found 2 of 3 symbols for query \"x\":\n1. x (Constant) - src/a.ts:1:1 in a [tsls]\n2. x2 (Function) - src/a.ts [tsls]\n… and 1 more; raise 'limit' to see them.\n\n"
            + "References for x:\n1. src/a.ts:2:5 [tsls]");
        // The whole statement begins with the keyword; the name stands behind it.
        _room.Server.Of("textDocument/references").Single().GetProperty("position").GetRawText().ShouldBe("""{"line":0,"character":6}""");
        _room.Server.Of("textDocument/didOpen").Count.ShouldBe(1, "a server may know of no project before it has seen a file");
    }

    [Fact]
    public async Task An_item_of_a_call_hierarchy_goes_out_as_json_and_comes_back()
    {
        var item = """{"name":"use","kind":12,"detail":"a.ts","uri":"URI(src/a.ts)","range":{"start":{"line":1,"character":0},"end":{"line":1,"character":7}},"selectionRange":{"start":{"line":1,"character":0},"end":{"line":1,"character":3}},"data":{"id":[1,{"line":5,"character":6}]}}""";
        _room.Answer("textDocument/prepareCallHierarchy", $"[{item}]")
            .Answer("callHierarchy/incomingCalls", $"[{{\"from\":{item},\"fromRanges\":[{Ranges(5)}]}}]")
            .Answer("callHierarchy/outgoingCalls", $"[{{\"to\":{item},\"fromRanges\":[{Ranges(1)}]}}]");

        var prepared = await _room.CallAsync("""{"operation":"prepareCallHierarchy","filePath":"src/a.ts","line":2,"character":1}""");
        var json = prepared[prepared.IndexOf('[', prepared.IndexOf("(JSON)"))..].Trim()[1..^1];
        var incoming = await _room.CallAsync($$"""{"operation":"incomingCalls","callHierarchyItem":{{json}}}""");
        var outgoing = await _room.CallAsync($$"""{"operation":"outgoingCalls","callHierarchyItem":{{json}}}""");

        prepared.ShouldStartWith("Call hierarchy items for src/a.ts:2:1:\n1. use (Function) - src/a.ts:2:1 [tsls]\n\nCall hierarchy items (JSON):\n[\n{\"name\":\"use\",\"kind\":\"Function\",\"rawKind\":12,");
        json.ShouldContain("\"serverName\":\"tsls\"");
        incoming.ShouldStartWith("Incoming calls for use at src/a.ts:2:1:\n1. use (Function) - src/a.ts:2:1 (calls at 1:1, 2:1, 3:1, +2 more) [tsls]\n\nCall hierarchy items (JSON):\n[");
        outgoing.ShouldStartWith("Outgoing calls for use at src/a.ts:2:1:\n1. use (Function) - src/a.ts:2:1 (calls at 1:1) [tsls]\n");
        System.Text.Json.JsonElement.DeepEquals(_room.Server.Of("callHierarchy/incomingCalls").Single().GetProperty("item"), System.Text.Json.JsonElement.Parse(_room.Fill(item))).ShouldBeTrue();
    }

    [Fact]
    public async Task Diagnostics_that_a_server_publishes_are_listed()
    {
        _room.Heard = (server, method, parameters) =>
        {
            if (method == "textDocument/didOpen")
            {
                server.Notify("textDocument/publishDiagnostics", _room.Fill("""
                    {"uri":"URI(src/a.ts)","version":1,"diagnostics":[
                     {"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":3}},"severity":1,"code":2304,"source":"ts","message":"Cannot find name 'use'.\nDid you mean that?"},
                     {"range":{"start":{"line":0,"character":6},"end":{"line":0,"character":7}},"severity":4,"message":"'x' is never read."},
                     {"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":2,"code":"semi","message":"w"},
                     {"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":3,"source":"s","message":"i"}]}
                    """));
            }
        };

        var first = await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}""");
        var again = await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}""");
        var all = await _room.CallAsync("""{"operation":"workspaceDiagnostics","limit":3}""");

        first.ShouldBe("Diagnostics for src/a.ts (4 issues):\n1. [ERROR] 2:1 (2304) [ts]: Cannot find name 'use'.\n   Did you mean that?\n2. [HINT] 1:7: 'x' is never read.\n3. [WARNING] 1:1 (semi): w\n4. [INFORMATION] 1:1 [s]: i");
        again.ShouldBe(first);
        all.ShouldBe("Workspace diagnostics (4 issues in 1 files):\n\nsrc/a.ts:\n1. [ERROR] 2:1 (2304) [ts]: Cannot find name 'use'.\n   Did you mean that?\n2. [HINT] 1:7: 'x' is never read.\n3. [WARNING] 1:1 (semi): w\n… and 1 more; raise 'limit' to see them.");
    }

    [Fact]
    public async Task Diagnostics_are_asked_for_where_a_server_wants_to_be_asked()
    {
        _room.Capabilities = """{"textDocumentSync":1,"diagnosticProvider":{"identifier":"fake","workspaceDiagnostics":true}}""";
        const string item = """{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"message":"bad"}""";
        _room.Answer("textDocument/diagnostic", """{"kind":"full","items":[ITEM]}""".Replace("ITEM", item))
            .Answer("workspace/diagnostic", """{"items":[{"kind":"full","uri":"URI(src/a.ts)","items":[ITEM]},{"kind":"full","uri":"URI(b.ts)","items":[ITEM]},{"kind":"full","uri":"URI(c.ts)","items":[]}]}""".Replace("ITEM", item));

        (await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}""")).ShouldBe("Diagnostics for src/a.ts (1 issues):\n1. [ERROR] 1:1: bad");
        (await _room.CallAsync("""{"operation":"workspaceDiagnostics"}""")).ShouldBe("Workspace diagnostics (2 issues in 2 files):\n\nsrc/a.ts:\n1. [ERROR] 1:1: bad\n\nb.ts:\n1. [ERROR] 1:1: bad");
        _room.Server.Of("textDocument/diagnostic").Single().GetProperty("identifier").GetString().ShouldBe("fake");
    }

    [Fact]
    public async Task A_server_that_wants_to_be_asked_about_documents_alone_is_asked_about_those_it_knows()
    {
        _room.Capabilities = """{"textDocumentSync":1,"diagnosticProvider":{}}""";
        _room.Answer("textDocument/diagnostic", """{"kind":"full","items":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"message":"bad"}]}""");
        await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}""");

        (await _room.CallAsync("""{"operation":"workspaceDiagnostics"}""")).ShouldBe("Workspace diagnostics (1 issues in 1 files):\n\nsrc/a.ts:\n1. [ERROR] 1:1: bad");
    }

    [Fact]
    public async Task Code_actions_say_what_they_would_do()
    {
        Publish("""{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":5}},"code":7,"message":"m","data":{"fix":1}}""");
        _room.Answer("textDocument/codeAction", """
            [{"title":"Fix it","kind":"quickfix","isPreferred":true,"edit":{"changes":{"URI(src/a.ts)":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":5}},"newText":"let"}]}},"command":{"title":"c","command":"do","arguments":[{"line":0,"character":0}]}},
             {"title":"Extract","kind":"refactor.extract","disabled":{"reason":"nothing chosen"}},
             {"title":"Run","command":"run","arguments":[1]}]
            """);

        var text = await _room.CallAsync("""{"operation":"codeActions","filePath":"src/a.ts","line":1,"character":2,"codeActionKinds":["quickfix"]}""");

        text.ShouldStartWith("Code actions at src/a.ts:1:2:\n1. [quickfix] ★ Fix it (has edit) (has command) [tsls]\n2. [refactor.extract] Extract (disabled: nothing chosen) [tsls]\n3. Run (has command) [tsls]\n\nCode actions (JSON):\n[");
        var json = System.Text.Json.JsonElement.Parse(text[text.IndexOf('[', text.IndexOf("(JSON)"))..]);
        json[0].GetProperty("edit").GetProperty("changes").EnumerateObject().Single().Value[0].GetProperty("range").GetProperty("start").GetProperty("line").GetInt32().ShouldBe(1);
        json.EnumerateArray().Select(static action => action.TryGetProperty("command", out var command) ? command.GetString() : null).ShouldBe(["do", null, "run"]);
        var asked = _room.Server.Of("textDocument/codeAction").Single();
        asked.GetProperty("range").GetRawText().ShouldBe("""{"start":{"line":0,"character":1},"end":{"line":0,"character":1}}""");
        asked.GetProperty("context").GetProperty("only").GetRawText().ShouldBe("""["quickfix"]""");
        asked.GetProperty("context").GetProperty("diagnostics")[0].GetProperty("data").GetProperty("fix").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Code_actions_for_given_diagnostics_get_the_servers_own_words_where_they_are_meant()
    {
        Publish("""{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":3}},"message":"known","data":"kept"}""");
        _room.Answer("textDocument/codeAction", "[]");

        await _room.CallAsync("""
            {"operation":"codeActions","filePath":"src/a.ts","line":1,"endLine":2,"endCharacter":4,"diagnostics":[
             {"message":"known","range":{"start":{"line":2,"character":1},"end":{"line":2,"character":4}}},
             {"message":"other","severity":"hint","code":5,"source":"s","range":{"start":{"line":1,"character":1},"end":{"line":1,"character":2}}}]}
            """);

        var asked = _room.Server.Of("textDocument/codeAction")[0];
        asked.GetProperty("range").GetProperty("end").GetRawText().ShouldBe("""{"line":1,"character":3}""");
        asked.GetProperty("context").GetProperty("diagnostics")[0].GetProperty("data").GetString().ShouldBe("kept");
        asked.GetProperty("context").GetProperty("diagnostics")[1].GetRawText()
            .ShouldBe("""{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":4,"code":5,"source":"s","message":"other"}""");
    }

    [Fact]
    public async Task An_edit_that_is_too_long_to_show_is_only_named()
    {
        Publish();
        _room.Answer("textDocument/codeAction", """[{"title":"All","edit":{"changes":{"file:///x":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":5}},"newText":"LONG"}]}}}]""".Replace("LONG", new string('n', 5_000)));

        var text = await _room.CallAsync("""{"operation":"codeActions","filePath":"src/a.ts","line":1}""");

        text.ShouldContain("1. All (has edit) [tsls]");
        text.ShouldContain("\"edit\":\"left out: ");
        text.Length.ShouldBeLessThan(500);
    }

    [Theory]
    [InlineData("""{"operation":"goToDefinition","filePath":"src/a.ts","line":1}""", "textDocument/definition", "null", "No definitions found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"goToImplementation","filePath":"src/a.ts","line":1}""", "textDocument/implementation", "[]", "No implementations found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"findReferences","filePath":"src/a.ts","line":1}""", "textDocument/references", "null", "No references found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"hover","filePath":"src/a.ts","line":1}""", "textDocument/hover", "null", "No hover information found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"hover","filePath":"src/a.ts","line":1}""", "textDocument/hover", """{"contents":[]}""", "No hover information found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"documentSymbol","filePath":"src/a.ts"}""", "textDocument/documentSymbol", "[]", "No document symbols found for src/a.ts.")]
    [InlineData("""{"operation":"workspaceSymbol","query":"q"}""", "workspace/symbol", "null", "No symbols found for query \"q\".")]
    [InlineData("""{"operation":"prepareCallHierarchy","filePath":"src/a.ts","line":1}""", "textDocument/prepareCallHierarchy", "null", "No call hierarchy items found for src/a.ts:1:1.")]
    [InlineData("""{"operation":"incomingCalls","callHierarchyItem":{"name":"f","uri":"src/a.ts","range":{"start":{"line":1,"character":1},"end":{"line":1,"character":2}},"selectionRange":{"start":{"line":1,"character":7},"end":{"line":1,"character":8}}}}""", "callHierarchy/incomingCalls", "[]", "No incoming calls found for f at src/a.ts:1:7.")]
    [InlineData("""{"operation":"outgoingCalls","callHierarchyItem":{"name":"f","uri":"src/a.ts","range":{"start":{"line":1,"character":1},"end":{"line":1,"character":2}},"selectionRange":{"start":{"line":1,"character":7},"end":{"line":1,"character":8}}}}""", "callHierarchy/outgoingCalls", "null", "No outgoing calls found for f at src/a.ts:1:7.")]
    [InlineData("""{"operation":"diagnostics","filePath":"src/a.ts"}""", null, null, "No diagnostics found for src/a.ts.")]
    [InlineData("""{"operation":"codeActions","filePath":"src/a.ts","line":1}""", "textDocument/codeAction", "null", "No code actions found for src/a.ts:1:1.")]
    public async Task An_empty_answer_is_said_plainly(string arguments, string? method, string? result, string expected)
    {
        Publish();
        if (method is not null)
        {
            _room.Answer(method, result!);
        }

        (await _room.CallAsync(arguments)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_workspace_without_diagnostics_says_where_they_come_from() =>
        (await _room.CallAsync("""{"operation":"workspaceDiagnostics"}""")).ShouldStartWith("No diagnostics found for the workspace.");

    [Fact]
    public async Task An_empty_answer_about_a_document_just_opened_is_asked_for_once_more()
    {
        var asked = 0;
        _room.Answers["textDocument/definition"] = _ => asked++ == 0 ? "[]" : """{"uri":"URI(src/a.ts)","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}""";

        (await _room.CallAsync("""{"operation":"goToDefinition","filePath":"src/a.ts","line":1}""")).ShouldContain("1. src/a.ts:1:1");
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_says_it_is_loading_is_waited_for()
    {
        _room.Answers["textDocument/references"] = _ =>
        {
            if (_room.Server.Of("textDocument/references").Count == 1)
            {
                _room.Server.Notify("$/progress", """{"token":1,"value":{"kind":"begin","title":"indexing"}}""");
                _room.Server.Notify("$/progress", """{"token":1,"value":{"kind":"end"}}""");
                return "!-32801 content modified";
            }

            return """[{"uri":"URI(src/a.ts)","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}]""";
        };

        (await _room.CallAsync("""{"operation":"findReferences","filePath":"src/a.ts","line":1}""")).ShouldContain("1. src/a.ts:1:1");
    }

    [Fact]
    public async Task A_server_that_begins_to_load_with_its_first_document_is_asked_when_it_has_loaded()
    {
        bool? hadBeenAsked = null;
        _room.Timings = _room.Timings with { WarmUp = TimeSpan.FromMinutes(5), Busy = TimeSpan.FromMinutes(5) };
        _room.Answer("textDocument/hover", """{"contents":"x"}""");
        _room.Heard = (server, method, _) =>
        {
            if (method == "textDocument/didOpen")
            {
                server.Notify("$/progress", """{"token":1,"value":{"kind":"begin","title":"loading"}}""");
                new Thread(() =>
                {
                    hadBeenAsked = server.Of("textDocument/hover").Count > 0;
                    server.Notify("$/progress", """{"token":1,"value":{"kind":"end"}}""");
                }).Start();
            }
        };

        (await _room.CallAsync("""{"operation":"hover","filePath":"src/a.ts","line":1}""")).ShouldBe("Hover for src/a.ts:1:1:\nx");
        hadBeenAsked.ShouldBe(false);
    }

    [Fact]
    public async Task A_server_that_is_still_loading_is_named_beside_what_it_has()
    {
        _room.Timings = _room.Timings with { Busy = TimeSpan.FromMilliseconds(20) };
        _room.Answers["textDocument/references"] = _ =>
        {
            _room.Server.Notify("$/progress", """{"token":1,"value":{"kind":"begin","title":"indexing"}}""");
            return "[]";
        };

        (await _room.CallAsync("""{"operation":"findReferences","filePath":"src/a.ts","line":1}"""))
            .ShouldBe("No references found for src/a.ts:1:1.\n\nNote: tsls is still busy (indexing); the result may not be complete. Ask again later.");
    }

    [Fact]
    public async Task Silence_about_a_file_is_not_taken_for_its_being_fine()
    {
        _room.Timings = _room.Timings with { Publish = TimeSpan.FromMilliseconds(20) };

        (await _room.CallAsync("""{"operation":"diagnostics","filePath":"src/a.ts"}"""))
            .ShouldBe("No diagnostics found for src/a.ts.\n\nNote: tsls has said nothing about this file yet. Ask again later if you need to be sure.");
    }

    [Fact]
    public async Task Two_servers_for_one_file_are_both_asked()
    {
        _room.Write(".lsp.json", """{"typescript":{"command":"tsls"},"lint":{"command":"linter","extensionToLanguage":{"ts":"typescript"}},"python":{"command":"pyls"}}""");
        _room.Answer("textDocument/hover", """{"contents":"said"}""").Answer("textDocument/definition", """{"uri":"URI(src/a.ts)","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}""");

        var both = await _room.CallAsync("""{"operation":"goToDefinition","filePath":"src/a.ts","line":1}""");
        var one = await _room.CallAsync("""{"operation":"goToDefinition","filePath":"src/a.ts","line":1,"serverName":"linter"}""");

        both.ShouldBe("Definitions for src/a.ts:1:1:\n1. src/a.ts:1:1 [tsls]\n2. src/a.ts:1:1 [linter]");
        one.ShouldBe("Definitions for src/a.ts:1:1:\n1. src/a.ts:1:1 [linter]");
        Should.Throw<KeyNotFoundException>(() => _room.Named("pyls"), "a server that is not needed is not started");
    }

    private void Publish(string? diagnostic = null) => _room.Heard = (server, method, _) =>
    {
        if (method == "textDocument/didOpen")
        {
            server.Notify("textDocument/publishDiagnostics", _room.Fill("""{"uri":"URI(src/a.ts)","diagnostics":[ITEM]}""").Replace("ITEM", diagnostic));
        }
    };

    private static string Ranges(int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(static line => """{"start":{"line":LINE,"character":0},"end":{"line":LINE,"character":1}}""".Replace("LINE", $"{line}")));
}
