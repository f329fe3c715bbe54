using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Client.Tests;

public sealed class HostToolsTests
{
    private static readonly HostTools Tools = new(
    [
        AIFunctionFactory.Create((string name, int times = 1) => string.Concat(Enumerable.Repeat(name, times)), "repeat", "Repeats a name."),
        AIFunctionFactory.Create(void () => { }, "silent", "Says nothing."),
        AIFunctionFactory.Create(async (CancellationToken token) => await Task.Delay(Timeout.Infinite, token), "endless", "Never ends."),
    ]);

    [Fact]
    public async Task The_handshake_answers_in_the_version_of_the_client()
    {
        var answer = await AskAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}""");

        answer.GetProperty("id").GetInt32().ShouldBe(1);
        answer.GetProperty("result").GetProperty("protocolVersion").GetString().ShouldBe("2025-03-26");
        answer.GetProperty("result").GetProperty("serverInfo").GetProperty("name").GetString().ShouldBe("host");
    }

    [Fact]
    public async Task Tools_are_listed_with_their_schemas()
    {
        var tools = (await AskAsync("""{"jsonrpc":"2.0","id":"two","method":"tools/list"}""")).GetProperty("result").GetProperty("tools");

        tools.EnumerateArray().Select(static tool => tool.GetProperty("name").GetString()).ShouldBe(["repeat", "silent", "endless"]);
        tools[0].GetProperty("inputSchema").GetProperty("properties").GetProperty("times").GetProperty("type").GetString().ShouldBe("integer");
    }

    [Theory]
    [InlineData("repeat", """{"name":"ab","times":2}""", "abab", false)]
    [InlineData("repeat", """{"name":"ab"}""", "ab", false)]
    [InlineData("silent", "{}", "", false)]
    [InlineData("repeat", "{}", "name", true)]
    public async Task A_call_answers_with_a_text(string tool, string arguments, string text, bool isError)
    {
        var result = (await AskAsync($$"""{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"{{tool}}","arguments":{{arguments}} } }""")).GetProperty("result");

        result.GetProperty("isError").GetBoolean().ShouldBe(isError);
        result.GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain(text);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"none"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":4,"method":"prompts/list"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":4}""", -32601)]
    public async Task What_does_not_exist_is_an_error_of_the_protocol(string message, int code) =>
        (await AskAsync(message)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(code);

    [Fact]
    public async Task A_notification_is_answered_and_nothing_more() =>
        (await AskAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""")).TryGetProperty("id", out _).ShouldBeFalse();

    [Fact]
    public async Task The_end_of_the_client_stops_a_tool()
    {
        using var stop = new CancellationTokenSource();
        var call = AskAsync("""{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"endless"}}""", stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    private static async Task<JsonElement> AskAsync(string message, CancellationToken cancellationToken = default)
    {
        var body = await Tools.HandleAsync(JsonElement.Parse(message), cancellationToken);
        return JsonElement.Parse(Encoding.UTF8.GetString(ControlChannel.Line(body).Span)).GetProperty("mcp_response");
    }
}
