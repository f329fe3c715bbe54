using QwenCode.Tools;

namespace QwenCode.Plugins.Tests;

public sealed class MethodToolTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();
    private PluginHost _host = null!;

    public Task InitializeAsync()
    {
        _room.Install("Fixtures.Good");
        _host = _room.Host();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public void A_method_is_described_by_its_parameters()
    {
        var echo = _host.Tool("echo");

        echo.Declaration.DisplayName.ShouldBe("Echo");
        echo.Declaration.Kind.ShouldBe(ToolKind.Read);
        echo.Declaration.Traits.ShouldBe(ToolTraits.ReadOnly | ToolTraits.Parallel);
        echo.Declaration.Source.ShouldBe("Fixtures.Good");
        Compact(echo).ShouldBe("""{"type":"object","properties":{"text":{"type":"string","description":"What to give back."},"times":{"type":"integer","default":1}},"required":["text"],"additionalProperties":false}""");
    }

    [Fact]
    public void Enums_lists_dictionaries_and_records_have_schemas()
    {
        Compact(_host.Tool("describe_all")).ShouldBe(
            """{"type":"object","properties":{"colour":{"enum":["Red","Green"],"type":"string"},"count":{"type":["integer","null"]},"names":{"type":"array","items":{"type":"string"}},"sizes":{"type":"object","additionalProperties":{"type":"integer"}},"place":{"type":"object","properties":{"latitude":{"type":"number","description":"Degrees north."},"label":{"type":["string","null"]},"near":{"type":["array","null"],"items":{"$ref":"#/properties/place"},"default":null}},"required":["latitude","label"],"additionalProperties":false},"loud":{"type":"boolean","default":false},"other":{"enum":["Red","Green",null],"type":["string","null"]}},"required":["colour","count","names","sizes","place"],"additionalProperties":false}""");
    }

    [Fact]
    public void What_the_host_fills_in_is_not_shown_to_the_model()
    {
        Compact(_host.Tool("whereabouts")).ShouldBe("""{"type":"object","properties":{},"additionalProperties":false}""");
    }

    [Theory]
    [InlineData("echo", """{"text":"ab","times":2}""", "abab")]
    [InlineData("echo", """{"text":"ab","times":2.0}""", "abab")]
    [InlineData("echo", """{"text":"ab"}""", "ab")]
    [InlineData("echo", """{"text":"ab","times":null}""", "ab")]
    [InlineData("describe_all", """{"colour":"green","count":3,"names":["a","b"],"sizes":{"x":1,"y":2},"place":{"latitude":1.5,"label":"L","near":[{"latitude":0,"label":null}]},"loud":true,"other":"Red"}""", "Green 3 a+b 3 1.5/L/1 True Red")]
    [InlineData("describe_all", """{"colour":"Red","count":null,"names":[],"sizes":{},"place":{"latitude":1,"label":null}}""", "Red none  0 1//0 False -")]
    [InlineData("locate", "{}", """{"latitude":52.5,"label":"Zürich <here>","near":null}""")]
    [InlineData("add_up", """{"numbers":[1,2,3]}""", "6")]
    [InlineData("edition", "{}", "edition One of 1")]
    [InlineData("reverse", """{"text":"abc"}""", "<cba>")]
    [InlineData("shout", """{"text":"abc"}""", "ABC")]
    public async Task A_call_gives_what_the_method_returns(string tool, string arguments, string expected)
    {
        (await _host.TextAsync(tool, arguments)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_method_without_a_result_says_that_it_ran()
    {
        (await _host.TextAsync("touch")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("echo", "{}", "'text' is missing.")]
    [InlineData("echo", """{"text":null}""", "'text' must not be null.")]
    [InlineData("echo", """{"text":1}""", "'text' must be of type string, and is 1.")]
    [InlineData("echo", """{"text":"a","times":"2"}""", "'times' must be of type integer")]
    [InlineData("echo", """{"text":"a","times":1e99}""", "from -2147483648 to 2147483647")]
    [InlineData("echo", """{"text":"a","Times":2}""", "'Times' is unknown; it takes 'text', 'times'.")]
    [InlineData("touch", """{"a":1,"b":2}""", "'a', 'b' are unknown; it takes no arguments.")]
    [InlineData("describe_all", """{"colour":"blue","count":null,"names":[],"sizes":{},"place":{"latitude":1,"label":null}}""", "It can be Red, Green.")]
    [InlineData("describe_all", """{"colour":"Red","count":null,"names":[],"sizes":{},"place":{"latitude":"north","label":null}}""", "'place.latitude' cannot be used")]
    [InlineData("describe_all", """{"colour":"Red","count":null,"names":[],"sizes":{},"place":{"latitude":1,"label":null,"colour":1}}""", "'place")]
    public void Arguments_that_do_not_fit_are_explained(string tool, string arguments, string expected)
    {
        var given = new ToolArguments(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(arguments)));

        var error = Should.Throw<ToolArgumentException>(() => _host.Tool(tool).Prepare(given, ToolContext.Detached));

        error.Message.ShouldContain(expected);
        error.ErrorType.ShouldBe(ToolError.InvalidArguments);
    }

    [Fact]
    public async Task Context_progress_and_services_reach_the_method()
    {
        var reported = new List<ToolProgress>();
        var context = new ToolContext
        {
            Agent = new("main/explore"),
            Session = ToolContext.Detached.Session,
            Workspace = ToolContext.Detached.Workspace,
            Report = reported.Add,
        };

        var result = await _host.Tool("whereabouts").Prepare(ToolArguments.None, context).ExecuteAsync(default);

        result.Content.ToText().ShouldBe($"main/explore {TimeProvider.System.GetUtcNow().Year} no greeting");
        reported.ShouldBe([new OutputProgress("looking")]);
    }

    [Fact]
    public void A_promise_to_change_nothing_needs_no_consent_and_no_promise_does()
    {
        _host.Tool("echo").Prepare(Arguments("""{"text":"a"}"""), ToolContext.Detached).Consent.ShouldBe(ToolConsent.Allow);
        _host.Tool("touch").Prepare(ToolArguments.None, ToolContext.Detached).Consent.ShouldBe(ToolConsent.Ask);
    }

    [Fact]
    public void Tools_stand_in_the_order_they_ask_for()
    {
        _host.Snapshot()[0].Name.ShouldBe("reverse");
    }

    private static ToolArguments Arguments(string json) => new(ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(json)));

    private static string Compact(Tool tool) => tool.JsonSchema.GetRawText() is var raw && raw.Contains('\n')
        ? System.Text.Json.Nodes.JsonNode.Parse(raw)!.ToJsonString()
        : raw;
}
