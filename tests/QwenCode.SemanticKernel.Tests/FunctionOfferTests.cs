using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.SemanticKernel.Models;
using QwenCode.SemanticKernel.Models.Functions;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>What a chat service is offered of a tool, and how its calls find back.</summary>
public sealed class FunctionOfferTests
{
    [Theory]
    [InlineData(
        "a reference",
        """{"properties":{"at":{"$ref":"#/$defs/Point"}},"$defs":{"Point":{"type":"object","properties":{"x":{"type":"number"}},"additionalProperties":false}}}""",
        """{"type":"object","properties":{"x":{"type":"number"}},"additionalProperties":false}""")]
    [InlineData(
        "a reference with members beside it, which win",
        """{"properties":{"at":{"$ref":"#/definitions/Id","description":"Which."}},"definitions":{"Id":{"type":"string","description":"An id."}}}""",
        """{"description":"Which.","type":"string"}""")]
    [InlineData(
        "references to references, in lists and choices",
        """{"properties":{"at":{"type":"array","items":{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}]}}},"$defs":{"A":{"$ref":"#/$defs/B"},"B":{"enum":[1]}}}""",
        """{"type":"array","items":{"anyOf":[{"enum":[1]},{"type":"null"}]}}""")]
    [InlineData(
        "a name that is escaped",
        """{"properties":{"at":{"$ref":"#/$defs/a~1b%20c"}},"$defs":{"a/b c":{"type":"string"}}}""",
        """{"type":"string"}""")]
    [InlineData(
        "a schema that refers to itself, which ends open",
        """{"properties":{"at":{"$ref":"#/$defs/N"}},"$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"}}}}}""",
        """{"type":"object","properties":{"next":{"type":"object","properties":{"next":{}}}}}""")]
    [InlineData(
        "a schema that is nothing but a reference to itself",
        """{"properties":{"at":{"$ref":"#/$defs/N"}},"$defs":{"N":{"$ref":"#/$defs/N"}}}""",
        "{}")]
    [InlineData("a reference to nothing", """{"properties":{"at":{"$ref":"#/$defs/Gone","type":"string"}}}""", """{"type":"string"}""")]
    [InlineData("a reference to elsewhere", """{"properties":{"at":{"$ref":"https://example.org/s.json"}}}""", "{}")]
    [InlineData("values that look like references", """{"properties":{"at":{"enum":[{"$ref":"#/$defs/A"}]}},"$defs":{"A":{}}}""", """{"enum":[{"$ref":"#/$defs/A"}]}""")]
    [InlineData("anything", """{"properties":{"at":true}}""", "{}")]
    [InlineData("nothing", """{"properties":{"at":false}}""", """{"not":{}}""")]
    [InlineData("no properties inside", """{"properties":{"at":{"type":"object","properties":null}}}""", """{"type":"object"}""")]
    [InlineData("a description that is no text", """{"properties":{"at":{"type":"string","description":7}}}""", """{"type":"string"}""")]
    [InlineData("a member that the library takes for the whole", """{"properties":{"at":{"type":"string","schema":{"type":"number"}}}}""", """{"type":"string"}""")]
    [InlineData(
        "a whole that is a reference",
        """{"$ref":"#/$defs/Args","$defs":{"Args":{"properties":{"at":{"type":"string"}}}}}""",
        """{"type":"string"}""")]
    public void The_schema_of_a_parameter_is_complete(string what, string schema, string expected)
    {
        var parameter = Function(schema).Metadata.Parameters.ShouldHaveSingleItem(what);

        parameter.Name.ShouldBe("at");
        parameter.Schema!.RootElement.GetRawText().ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":null}""")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{},"required":[3,null]}""")]
    [InlineData("true")]
    public void A_schema_without_parameters_is_one(string schema) => Function(schema).Metadata.Parameters.ShouldBeEmpty();

    [Fact]
    public void Definitions_that_multiply_end_open_and_stay_small()
    {
        var names = Enumerable.Range(0, 12).ToList();
        var schema = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["properties"] = new Dictionary<string, object> { ["at"] = new Dictionary<string, string> { ["$ref"] = "#/$defs/D0" } },
            ["$defs"] = names.ToDictionary(static i => $"D{i}", i => (object)new { properties = names.ToDictionary(static j => $"p{j}", static j => new Dictionary<string, string> { ["$ref"] = $"#/$defs/D{j}" }) }),
        });

        Function(schema).Metadata.Parameters.ShouldHaveSingleItem().Schema!.RootElement.GetRawText().Length.ShouldBeLessThan(100_000);
    }

    [Fact]
    public void Parameters_that_differ_by_case_are_told_apart_and_find_back()
    {
        var offer = FunctionOffer.Of([new Plain("move", """{"properties":{"Path":{"type":"string"},"path":{"type":"number"}," ":{}},"required":["path"]}""").Offered()]);

        var function = offer.CreateFunctions(static (_, _) => { }).Single();
        var call = offer.Restore(Call("move", """{"Path":"a","path_2":1,"_":null,"more":true}"""));

        function.Metadata.Parameters.Select(static parameter => (parameter.Name, parameter.IsRequired)).ShouldBe([("Path", false), ("path_2", true), ("_", false)]);
        call.Arguments!.Keys.ShouldBe(["Path", "path", " ", "more"]);
        ToolCallArguments.Of(call).Value!.Value.GetRawText().ShouldBe("""{"Path":"a","path":1," ":null,"more":true}""");
    }

    [Fact]
    public void Names_are_cleaned_kept_apart_and_find_back()
    {
        string[] names = ["files.read", "files_read", "FILES-READ", "mcp__a b__x", new('n', 64), new string('n', 63) + "."];
        var offer = FunctionOffer.Of(new ToolSet(names.Select(static name => new Plain(name, "{}"))));

        var functions = offer.CreateFunctions(static (_, _) => { }).Select(static function => function.Name).ToList();

        functions.ShouldBe(["files_read", "files_read_2", "FILES_READ_3", "mcp__a_b__x", new('n', 64), new string('n', 63) + "_"]);
        functions.Select(name => offer.Restore(Call(name, """{"a":1}""")).Name).ShouldBe(names);
        names.Select(offer.NameOf).ShouldBe(functions);
        offer.NameOf("gone.since").ShouldBe("gone_since");
        offer.Restore(Call("unknown", "{}")).Name.ShouldBe("unknown");
    }

    [Fact]
    public async Task A_service_sees_clean_names_in_offer_and_history_and_its_calls_are_those_of_the_tools()
    {
        var chat = new FakeChatService().Answers(
            new StreamingFunctionCallUpdateContent("1", "files_read", "{\"pa"), new StreamingFunctionCallUpdateContent(null, null, "th\":\"a\"}"),
            // An adapter over a chat client does not count its calls.
            new StreamingFunctionCallUpdateContent("2", "files_read", "{\"path\":\"b\"}"));
        using var client = new ChatServiceClient(chat);

        var response = await client.GetResponseAsync(
            [
                new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, [new Microsoft.Extensions.AI.FunctionCallContent("0", "files.read")]),
                new Microsoft.Extensions.AI.ChatMessage(ChatRole.Tool, [new Microsoft.Extensions.AI.FunctionResultContent("0", "text")]),
            ],
            new ChatOptions { Tools = new ToolSet([new Plain("files.read", """{"properties":{"path":{"type":"string"}}}""")]) });

        response.Messages.SelectMany(static message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionCallContent>()
            .Select(static call => (call.CallId, call.Name, call.Arguments!["path"]!.ToString())).ShouldBe([("1", "files.read", "a"), ("2", "files.read", "b")]);
        var (history, settings) = chat.Requests.ShouldHaveSingleItem();
        history[0].Items.OfType<Microsoft.SemanticKernel.FunctionCallContent>().Single().FunctionName.ShouldBe("files_read");
        history[1].Items.OfType<Microsoft.SemanticKernel.FunctionResultContent>().Single().FunctionName.ShouldBe("files_read");
        settings!.FunctionChoiceBehavior!.GetConfiguration(new FunctionChoiceBehaviorConfigurationContext([])).Functions!.Single().Name.ShouldBe("files_read");
    }

    [Fact]
    public async Task A_function_that_is_invoked_runs_nothing_and_says_why()
    {
        var refused = new List<string>();
        var function = FunctionOffer.Of(new ToolSet([new Plain("read", "{}")])).CreateFunctions((name, _) => refused.Add(name)).Single();

        (await Should.ThrowAsync<InvalidOperationException>(function.InvokeAsync(new Microsoft.SemanticKernel.Kernel()))).Message.ShouldContain("only declared");

        refused.ShouldBe(["read"]);
    }

    private static KernelFunction Function(string schema) => FunctionOffer.Of(new ToolSet([new Plain("tool", schema)])).CreateFunctions(static (_, _) => { }).Single();

    private static Microsoft.Extensions.AI.FunctionCallContent Call(string name, string json)
    {
        var value = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(json));
        return new("id", name, value.EnumerateObject().ToDictionary(static member => member.Name, static member => (object?)member.Value)) { RawRepresentation = new ToolCallArguments(json, value, false) };
    }

    private sealed class Plain(string name, string schema)
        : Tool(new ToolDeclaration { Name = name, Description = name, Parameters = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(schema)) })
    {
        public AITool Offered() => new ToolSet([this])[0];

        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new NotSupportedException();
    }
}
