using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.HostTools;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests;

public sealed class HostToolTests
{
    private readonly RecordingSink _sink = new();
    private readonly HostChannel _host;
    private readonly HostToolSource _source;

    public HostToolTests()
    {
        _host = new HostChannel(new ControlWriter(_sink), new FakeTimeProvider());
        _source = new HostToolSource(_host, "1.0");
    }

    [Theory]
    [InlineData("calc", "add", "mcp__calc__add")]
    [InlineData("my server", "add/two", "mcp__my_server__add_two")]
    [InlineData("s", "a234567890123456789012345678901234567890123456789012345678901234567890", "mcp__s__a2345678901234567890___90123456789012345678901234567890")]
    public void Names_are_made_fit_for_models(string server, string tool, string expected) => HostTool.FullName(server, tool).ShouldBe(expected);

    [Fact]
    public async Task A_server_is_greeted_listed_and_called()
    {
        var connecting = _source.ConnectAsync(["calc"], static text => throw new InvalidOperationException(text), CancellationToken.None);
        var hello = await AnswerAsync("initialize", "{}");
        hello.GetProperty("params").GetProperty("clientInfo").GetProperty("name").GetString().ShouldBe("qwen-cli-mcp-client-calc");
        hello.GetProperty("params").GetProperty("capabilities").TryGetProperty("roots", out _).ShouldBeTrue();
        (await AnswerAsync("notifications/initialized", "{}")).TryGetProperty("id", out _).ShouldBeFalse();
        await AnswerAsync("tools/list", "{\"tools\":[{\"name\":\"add\",\"description\":\"Adds\",\"inputSchema\":{\"type\":\"object\",\"properties\":{}}}],\"nextCursor\":\"2\"}");
        (await AnswerAsync("tools/list", "{\"tools\":[{\"name\":\"sub\",\"annotations\":{\"readOnlyHint\":true}}]}")).GetProperty("params").GetProperty("cursor").GetString().ShouldBe("2");
        await connecting;

        _source.Servers.ShouldHaveSingleItem().Status.ShouldBe("connected");
        _source.Snapshot().Select(static tool => (tool.Name, tool.Declaration.Traits)).ShouldBe(
            [("mcp__calc__add", ToolTraits.Preapproved), ("mcp__calc__sub", ToolTraits.ReadOnly)]);

        var call = _source.Snapshot()[0].Prepare(new ToolArguments(Messages.Json("{\"a\":2}")), ToolContext.Detached);
        call.Consent.ShouldBe(ToolConsent.Allow);
        var running = call.ExecuteAsync(CancellationToken.None);
        var sent = (await AnswerAsync("tools/call", "{\"content\":[{\"type\":\"text\",\"text\":\"42\"}]}")).GetProperty("params");
        sent.GetProperty("name").GetString().ShouldBe("add");
        sent.GetProperty("arguments").GetRawText().ShouldBe("{\"a\":2}");
        sent.GetProperty("_meta").TryGetProperty("progressToken", out _).ShouldBeTrue();
        (await running).Content.PlainText.ShouldBe("42");
    }

    [Fact]
    public async Task A_server_that_fails_is_told_and_stays_disconnected()
    {
        var warnings = new List<string>();
        var connecting = _source.ConnectAsync(["calc"], warnings.Add, CancellationToken.None);
        _host.Answer(Messages.Error(await _sink.NextAsync(), "no such server"));
        await connecting;
        warnings.ShouldHaveSingleItem().ShouldContain("no such server");
        _source.Servers.ShouldHaveSingleItem().Status.ShouldBe("disconnected");
        _source.Snapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_lost_fails_the_call()
    {
        var server = new HostToolServer("calc", _host, "1.0");
        var call = new HostTool(server, Messages.Json("{\"name\":\"add\"}")).Prepare(ToolArguments.None, ToolContext.Detached).ExecuteAsync(CancellationToken.None);
        _host.Close();
        (await call).Error.ShouldBe(new ToolError(ToolError.ExecutionFailed, "Input closed"));
    }

    [Theory]
    [InlineData("{\"content\":[]}", "Tool execution succeeded.")]
    [InlineData("{}", "Tool execution succeeded.")]
    [InlineData("{\"content\":[{\"type\":\"resource_link\",\"name\":\"n\",\"uri\":\"u\"}]}", "Resource Link: n at u")]
    [InlineData("{\"content\":[{\"type\":\"resource\",\"resource\":{\"uri\":\"u\",\"text\":\"t\"}}]}", "t")]
    [InlineData("{\"content\":[{\"type\":\"text\",\"text\":\"1234567890abc\"}]}", "1234567890\n[3 more characters were left out]")]
    public void Content_is_told_as_text(string result, string expected) => Read(result).Content.ToText().ShouldBe(expected);

    [Fact]
    public void Images_reach_the_model_and_people_see_a_note()
    {
        var result = Read("{\"content\":[{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"AQID\"}]}");
        result.Content.Parts.Count.ShouldBe(2);
        result.Display.ShouldBe(new TextDisplay("[image/png]"));
    }

    [Fact]
    public void An_error_of_the_tool_is_an_error()
    {
        var error = Read("{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}").Error.ShouldNotBeNull();
        error.Type.ShouldBe("mcp_tool_error");
        error.Message.ShouldContain("MCP tool 'add' reported tool error");
    }

    private static ToolResult Read(string result) => McpResult.Read("add", Messages.Json("{}"), Messages.Json(result), new ToolLimits(MaxCharacters: 10));

    private async Task<JsonElement> AnswerAsync(string method, string result)
    {
        var request = await _sink.NextAsync();
        var message = request.GetProperty("request").GetProperty("message");
        message.GetProperty("method").GetString().ShouldBe(method);
        _host.Answer(Messages.Success(request, $"{{\"mcp_response\":{{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{result}}}}}"));
        return message;
    }
}
