using QwenCode.Plugin.Lsp.Tests.Support;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp.Tests;

/// <summary>What is refused before any server is asked, and what people are shown of a call.</summary>
public sealed class ValidationTests : IAsyncDisposable
{
    private readonly LspRoom _room = new();

    public static TheoryData<string, string> Needs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var operation in LspOperation.All)
            {
                foreach (var need in operation.Needs)
                {
                    data.Add(operation.Name, need);
                }
            }

            return data;
        }
    }

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [MemberData(nameof(Needs))]
    public void What_an_operation_needs_is_asked_for_by_name(string operation, string need)
    {
        var given = operation switch { _ when need == "line" => ""","filePath":"src/a.ts" """, _ => ""","query":" ","filePath":"" """ };

        Refusal($$"""{"operation":"{{operation}}"{{given}}}""").ShouldBe($"{need} is required for {operation}.");
    }

    [Fact]
    public void Every_operation_but_one_needs_something() =>
        LspOperation.All.Where(static operation => operation.Needs.Count == 0).ShouldBe([LspOperation.WorkspaceDiagnostics]);

    [Theory]
    [InlineData("line")]
    [InlineData("character")]
    [InlineData("endLine")]
    [InlineData("endCharacter")]
    [InlineData("limit")]
    public void Numbers_are_positive_and_whole(string name)
    {
        string Call(string value) => $$"""{"operation":"codeActions","filePath":"src/a.ts","line":{{(name == "line" ? value : "1")}},"{{(name == "line" ? "x" : name)}}":{{value}}}""";

        Refusal(Call("0")).ShouldBe($"{name} must be a positive number.");
        Refusal(Call("-3")).ShouldBe($"{name} must be a positive number.");
        Refusal(Call("1.5")).ShouldBe($"{name} must be a whole number.");
    }

    [Fact]
    public void A_range_does_not_end_before_it_begins() =>
        Refusal("""{"operation":"codeActions","filePath":"src/a.ts","line":3,"endLine":2}""").ShouldBe("endLine and endCharacter must not lie before line and character.");

    [Fact]
    public void An_operation_that_does_not_exist_is_refused_with_those_that_do() =>
        Refusal("""{"operation":"rename"}""").ShouldStartWith("operation must be one of goToDefinition, findReferences, hover,");

    [Fact]
    public void An_item_that_is_none_is_refused() =>
        Refusal("""{"operation":"incomingCalls","callHierarchyItem":{"name":"f"}}""").ShouldBe("callHierarchyItem must be an item of the JSON that prepareCallHierarchy gives.");

    [Fact]
    public void What_qwenignore_hides_is_hidden_here_as_well()
    {
        _room.Write(".qwenignore", "secret.ts\n");

        Refusal("""{"operation":"hover","filePath":"secret.ts","line":1}""").ShouldEndWith("secret.ts' is ignored by .qwenignore pattern(s).");
        Refusal($$"""{"operation":"incomingCalls","callHierarchyItem":{"name":"f","uri":"{{_room.Uri("secret.ts")}}","range":{},"selectionRange":{} } }""").ShouldContain("is ignored");
    }

    [Fact]
    public async Task The_workspace_is_open_and_what_lies_outside_is_asked_about()
    {
        _room.Prepare("""{"operation":"hover","filePath":"src/a.ts","line":1}""").Consent.ShouldBe(ToolConsent.Allow);
        _room.Prepare("""{"operation":"workspaceSymbol","query":"x"}""").Consent.ShouldBe(ToolConsent.Allow);

        var outside = _room.Prepare("""{"operation":"hover","filePath":"/etc/hosts.ts","line":1}""");
        var climbing = _room.Prepare("""{"operation":"diagnostics","filePath":"../other/a.ts"}""");
        var item = _room.Prepare("""{"operation":"outgoingCalls","callHierarchyItem":{"name":"f","uri":"file:///etc/hosts.ts","range":{},"selectionRange":{}}}""");

        outside.Consent.ShouldBe(ToolConsent.Ask);
        climbing.Consent.ShouldBe(ToolConsent.Ask);
        item.Consent.ShouldBe(ToolConsent.Ask);
        var question = (await outside.ConfirmAsync(default)).ShouldBeOfType<InfoConfirmation>();
        question.Prompt.ShouldBe("LSP hover at /etc/hosts.ts:1:1 (outside the workspace)");
        question.SuggestedRules.ShouldBe(["Lsp"]);
    }

    [Fact]
    public void A_link_that_leads_outside_is_outside()
    {
        File.CreateSymbolicLink(Path.Combine(_room.Root, "link.ts"), "/etc/hosts");

        _room.Prepare("""{"operation":"hover","filePath":"link.ts","line":1}""").Consent.ShouldBe(ToolConsent.Ask);
    }

    [Theory]
    [InlineData("""{"operation":"goToDefinition","filePath":"src/a.ts","line":3,"character":4}""", "LSP go-to-definition at src/a.ts:3:4")]
    [InlineData("""{"operation":"codeActions","filePath":"src/a.ts","line":3}""", "LSP code-actions at src/a.ts:3:1")]
    [InlineData("""{"operation":"documentSymbol","filePath":"src/a.ts"}""", "LSP document-symbol for src/a.ts")]
    [InlineData("""{"operation":"workspaceSymbol","query":"Shape"}""", "LSP workspace-symbol for \"Shape\"")]
    [InlineData("""{"operation":"incomingCalls","callHierarchyItem":{"name":"f","uri":"src/a.ts","range":{},"selectionRange":{}}}""", "LSP incoming-calls for f")]
    [InlineData("""{"operation":"workspaceDiagnostics"}""", "LSP workspace-diagnostics for the workspace")]
    public void People_read_what_is_asked(string arguments, string expected) => _room.Prepare(arguments).Description.ShouldBe(expected);

    [Fact]
    public void A_call_names_the_file_it_is_about() =>
        _room.Prepare("""{"operation":"hover","filePath":"src/a.ts","line":7}""").Locations.ShouldBe([new ToolLocation(Path.Combine(_room.Root, "src/a.ts"), 7)]);

    [Fact]
    public void The_tool_needs_no_approval_of_its_own_and_belongs_to_an_experiment()
    {
        var declaration = _room.Tool.Declaration;

        declaration.Name.ShouldBe("lsp");
        declaration.DisplayName.ShouldBe("Lsp");
        declaration.Feature.ShouldBe("lsp");
        declaration.Kind.ShouldBe(ToolKind.Other);
        declaration.Traits.ShouldBe(ToolTraits.ReadOnly);
        declaration.Parameters.GetProperty("required").GetRawText().ShouldBe("""["operation"]""");
        declaration.Parameters.GetProperty("properties").GetProperty("operation").GetProperty("enum").EnumerateArray().Select(static name => name.GetString())
            .ShouldBe(LspOperation.All.Select(static operation => operation.Name), ignoreOrder: true);
    }

    private string Refusal(string arguments) => Should.Throw<ToolArgumentException>(() => _room.Prepare(arguments)).Message;
}
