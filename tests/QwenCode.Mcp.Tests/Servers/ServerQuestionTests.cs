namespace QwenCode.Mcp.Tests.Servers;

/// <summary>What servers ask of their client.</summary>
public sealed class ServerQuestionTests
{
    private const string WithDefaults =
        """{"type":"object","properties":{"name":{"type":"string","default":"J"},"age":{"type":"integer","default":3},"ok":{"type":"boolean","default":true},"kind":{"type":"string","enum":["a","b"],"default":"b"},"note":{"type":"string"}},"required":["name"]}""";

    private const string WithoutDefaults = """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""";

    [Theory]
    [InlineData(true, WithDefaults, "accept", """{"name":"J","age":3,"ok":true,"kind":"b"}""")]
    [InlineData(true, WithoutDefaults, "decline", null)]
    [InlineData(false, WithDefaults, "decline", null)]
    public async Task Only_a_trusted_server_gets_an_answer_and_only_its_own_defaults(bool isTrusted, string schema, string action, string? content)
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server, entry => entry with { IsTrusted = isTrusted });
        await servers.PrepareAsync(CancellationToken.None);

        await server.Connections[0].WriteAsync($$$"""{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"message":"Who are\nyou?","requestedSchema":{{{schema}}}}}""");

        var answer = (await server.Answers.Reader.ReadAsync()).GetProperty("result");
        answer.GetProperty("action").GetString().ShouldBe(action);
        (answer.TryGetProperty("content", out var given) ? given.GetRawText() : null).ShouldBe(content);
        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldStartWith("MCP server 'srv' asks: Who are you? — It was ");
    }

    [Fact]
    public async Task An_address_is_not_opened_for_a_server()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server, static entry => entry with { IsTrusted = true });
        await servers.PrepareAsync(CancellationToken.None);

        await server.Connections[0].WriteAsync("""{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{"mode":"url","message":"Go","url":"http://evil.example/","elicitationId":"1"}}""");

        (await server.Answers.Reader.ReadAsync()).GetRawText().ShouldNotContain("accept");
    }

    [Fact]
    public async Task A_request_that_is_not_served_is_answered_with_an_error()
    {
        var server = new FakeServer();
        await using var servers = Fakes.Connect(server);
        await servers.PrepareAsync(CancellationToken.None);

        await server.Connections[0].WriteAsync("""{"jsonrpc":"2.0","id":"q","method":"tasks/list","params":{}}""");

        (await server.Answers.Reader.ReadAsync()).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32601);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"supportedVersions":"all","capabilities":{}}""")]
    public async Task A_server_that_answers_the_newest_handshake_with_none_gets_the_older_one(string answer)
    {
        var server = new FakeServer();
        server.Results["server/discover"] = _ => answer;
        await using var servers = Fakes.Connect(server);

        (await servers.ToolAsync()).Name.ShouldBe("mcp__srv__echo");
    }
}
