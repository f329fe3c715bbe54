using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Mcp.Configuration;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tests.Servers;

public sealed class OddServerTests
{
    private const string Ok = """{"name":"ok","inputSchema":{"type":"object","properties":{}}}""";
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Theory]
    [InlineData("""{"name":"echo"}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":null}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":{}}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":"any"}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"type":"string"}}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"type":"object"}}""", """{"type":"object","properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"properties":{"a":{"type":"string"}}}}""", """{"type":"object","properties":{"a":{"type":"string"}}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"type":"object","properties":{"a":{}},"required":null}}""", """{"type":"object","properties":{"a":{}}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"anyOf":[{"required":["a"]}]}}""", """{"type":"object","anyOf":[{"required":["a"]}],"properties":{}}""")]
    [InlineData("""{"name":"echo","inputSchema":{"type":"object","properties":{"a":{"type":"string"}}},"annotations":{"readOnlyHint":"yes"},"outputSchema":{"type":"string"},"description":null}""", """{"type":"object","properties":{"a":{"type":"string"}}}""")]
    public async Task A_tool_with_an_odd_declaration_is_mended_and_costs_the_others_nothing(string tool, string schema)
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{tool},{Ok}]" });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        var offered = servers.Snapshot();
        offered.Select(one => one.Name).ShouldBe(["mcp__srv__echo", "mcp__srv__ok"]);
        JsonElement.DeepEquals(offered[0].Declaration.Parameters, JsonElement.Parse(schema)).ShouldBeTrue(offered[0].Declaration.Parameters.GetRawText());
        offered[0].Declaration.Traits.HasFlag(ToolTraits.ReadOnly).ShouldBeFalse();
    }

    [Theory]
    [InlineData("null", "entry 1 of its list is no tool")]
    [InlineData("""{"name":""}""", "entry 1 of its list has no name")]
    [InlineData("""{"description":"nameless"}""", "entry 1 of its list has no name")]
    [InlineData("[]", "entry 1 of its list is no tool")]
    public async Task An_entry_that_is_no_tool_is_named_and_left_out(string entry, string fault)
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{entry},{Ok}]" });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBe($"MCP server 'srv': {fault}; it is left out.");

        servers.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("mcp__srv__ok");
    }

    [Fact]
    public async Task Names_hold_only_what_every_provider_takes()
    {
        await using var servers = Fakes.Connect(new Dictionary<string, FakeServer>
        {
            ["文件.一"] = new() { Tools = $"[{Fakes.Tool("ns.echo")}]" },
            ["天気"] = new() { Tools = $"[{Fakes.Tool("ns.echo")}]" },
            ["a.b"] = new() { Tools = $"[{Fakes.Tool("ns/echo")}]" },
        });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        var names = servers.Snapshot().Select(tool => tool.Name).ToList();
        names.Count.ShouldBe(3);
        names.Distinct().Count().ShouldBe(3);
        names.ShouldAllBe(name => name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_' || character == '-'));
        names[2].ShouldBe("mcp__a_b__ns_echo");
    }

    [Fact]
    public async Task Many_tools_are_told_of_once()
    {
        await using var servers = Fakes.Connect(new FakeServer { Tools = $"[{string.Join(',', Enumerable.Range(0, 300).Select(i => Fakes.Tool($"t{i}")))}]" });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("300 tools");

        servers.Snapshot().Count.ShouldBe(300);
    }

    [Theory]
    [InlineData("""[{"type":"widget","foo":1},{"type":"text","text":"t"}]""", "widget|t")]
    [InlineData("""[{"type":"text","text":null},{"type":"text","text":"t"}]""", "t")]
    [InlineData("""[{"text":"no type"},{"type":"text","text":"t"}]""", "no type|t")]
    [InlineData("""[null,5,{"type":"text","text":"t"}]""", "t")]
    [InlineData("\"just a string\"", "just a string")]
    [InlineData("""["one","two"]""", "one|two")]
    [InlineData("""{"type":"text","text":"t"}""", "t")]
    [InlineData("""[{"type":"text","text":"A \ud83d B"}]""", "A \uFFFD B")]
    [InlineData("""[{"type":"text","text":"A \ud83d\ude00 B"}]""", "A \U0001F600 B")]
    [InlineData("""[{"type":"image","data":"!!!","mimeType":"image/png"},{"type":"text","text":"t"}]""", "damaged|t")]
    [InlineData("""[{"type":"image","mimeType":"image/png"},{"type":"text","text":"t"}]""", "image|t")]
    [InlineData("""[{"type":"resource","resource":{"uri":"x://y","text":"inside"}}]""", "inside")]
    [InlineData("""[{"type":"resource_link","uri":"file:///x"}]""", "file:///x")]
    [InlineData("null", "succeeded")]
    public async Task An_odd_block_costs_itself_and_not_the_others(string content, string texts)
    {
        var result = await CallAsync($$"""{"content":{{content}}}""");

        result.Error.ShouldBeNull();
        var parts = result.Content.Parts.OfType<TextContent>().Select(part => part.Text).ToList();
        texts.Split('|').ShouldAllBe(text => parts.Any(part => part.Contains(text, StringComparison.Ordinal)), string.Join(" / ", parts));
    }

    [Theory]
    [InlineData($$"""{"type":"image","data":"{{Png}}"}""", "image/png")]
    [InlineData($$"""{"type":"image","data":"data:image/png;base64,{{Png}}","mimeType":"image/png"}""", "image/png")]
    [InlineData("""{"type":"image","data":"data:image/webp;base64,UklGRg=="}""", "image/webp")]
    [InlineData("""{"type":"image","data":"/9j/4AAQ"}""", "image/jpeg")]
    [InlineData("""{"type":"audio","data":"UklGRg=="}""", "audio/wav")]
    [InlineData("""{"type":"resource","resource":{"uri":"x://y","blob":"UEsDBA==","mimeType":"application/zip"}}""", "application/zip")]
    public async Task Media_are_taken_without_a_type_and_as_data_urls(string block, string type)
    {
        var result = await CallAsync($$"""{"content":[{{block}}]}""");

        result.Content.Parts.OfType<DataContent>().ShouldHaveSingleItem().MediaType.ShouldBe(type);
    }

    [Theory]
    [InlineData("""{"toolResult":"old style"}""", "old style")]
    [InlineData("""{"toolResult":{"x":1}}""", "{\"x\":1}")]
    [InlineData("""{"content":[],"structuredContent":{"x":1}}""", "{\"x\":1}")]
    [InlineData("{}", "succeeded")]
    public async Task A_result_in_another_shape_is_read(string answer, string text) => (await CallAsync(answer)).Content.PlainText!.ShouldContain(text);

    [Fact]
    public async Task A_server_that_says_the_call_failed_is_believed() =>
        (await CallAsync("""{"isError":true,"content":[{"type":"text","text":"it failed"}]}""")).Error!.Message.ShouldContain("it failed");

    [Fact]
    public async Task A_server_that_is_disabled_is_shown_and_not_connected()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server, static entry => entry with { IsDisabled = true });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().ShouldBeEmpty();
        server.Connections.ShouldBeEmpty();
        servers.Status.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
    }

    [Theory]
    [InlineData("""{"command":"x","disabled":true,"timeout":30000}""", true, 30)]
    [InlineData("""{"command":"x"}""", false, null)]
    public void An_entry_says_whether_and_how_long_its_server_is_waited_for(string entry, bool isDisabled, int? seconds)
    {
        var read = McpServerEntry.Read("s", JsonElement.Parse(entry));

        (read.IsDisabled, read.StartTimeout?.TotalSeconds).ShouldBe((isDisabled, seconds));
    }

    [Fact]
    public async Task A_server_is_waited_for_as_long_as_its_own_timeout_says()
    {
        var time = new ManualTime();
        var ready = new TaskCompletionSource();
        var server = new FakeServer { Ready = ready.Task };
        await using var servers = Fakes.Connect(server, static entry => entry with { StartTimeout = TimeSpan.FromSeconds(40) }, time: time);
        var preparing = servers.PrepareAsync(CancellationToken.None).AsTask();
        await server.HeardAsync("server/discover");

        time.Advance(TimeSpan.FromSeconds(30));
        preparing.IsCompleted.ShouldBeFalse();
        ready.SetResult();

        (await preparing).ShouldBeEmpty();
        servers.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("mcp__srv__echo");
    }

    private static async Task<ToolResult> CallAsync(string answer)
    {
        var server = new FakeServer { Call = (connection, request) => connection.AnswerAsync(request, answer) };
        await using var servers = Fakes.Connect(server);
        var tool = await servers.ToolAsync();
        return await tool.Prepare().ExecuteAsync(CancellationToken.None);
    }
}
