using System.Text.Json;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Tests.Configuration;

public sealed class ClientServersTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public void A_host_writes_them_as_the_settings_do()
    {
        var servers = Read("""{"calc":{"command":"calc","args":["-v"],"env":{"A":"1"},"trust":true},"far":{"httpUrl":"https://h.example/mcp"}}""");

        servers.Select(static server => (server.Name, server.Transport)).ShouldBe([("calc", McpTransport.Stdio), ("far", McpTransport.Http)]);
        servers[0].Environment["A"].ShouldBe("1");
        servers[0].IsTrusted.ShouldBeTrue("a host that starts the program says what it trusts");
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_editor_writes_a_list_with_names_and_values()
    {
        var servers = Read(
            """
            [{"name":"fs","command":"/bin/fs","args":["/tmp"],"env":[{"name":"TOKEN","value":"s"}]},
             {"type":"http","name":"web","url":"http://h.example/mcp","headers":[{"name":"Authorization","value":"Bearer t"}]},
             {"type":"sse","name":"old","url":"http://h.example/sse","headers":[]}]
            """);

        servers.Select(static server => (server.Name, server.Transport))
            .ShouldBe([("fs", McpTransport.Stdio), ("web", McpTransport.Http), ("old", McpTransport.Sse)]);
        servers[0].Environment["TOKEN"].ShouldBe("s");
        servers[1].Headers["Authorization"].ShouldBe("Bearer t");
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_editor_cannot_make_a_server_trusted() =>
        Read("""[{"name":"fs","command":"fs","args":[],"env":[],"trust":true}]""").ShouldHaveSingleItem().IsTrusted.ShouldBeFalse();

    [Theory]
    [InlineData("""{"bad":{"args":[]},"good":{"command":"x"}}""", "MCP server 'bad' of the client is left out")]
    [InlineData("""{"bad":7,"good":{"command":"x"}}""", "MCP server 'bad' of the client is left out")]
    [InlineData("""{"b\ud83d":{"command":"\ud83d","env":7},"good":{"command":"x"}}""", "of the client is left out")]
    [InlineData("""[{"command":"x"},{"name":"good","command":"x"}]""", "its entry has no name")]
    [InlineData("""[{"name":"bad","command":"x","env":[{"value":"v"}]},{"name":"good","command":"x"}]""", "must be a list of names and values")]
    [InlineData("""[{"name":"bad","type":"sdk","url":"http://h"},{"name":"good","command":"x"}]""", "MCP server 'bad'")]
    public void An_entry_that_cannot_be_used_costs_itself(string json, string warning)
    {
        Read(json).ShouldHaveSingleItem().Name.ShouldBe("good");

        _warnings.ShouldHaveSingleItem().ShouldContain(warning);
    }

    [Theory]
    [InlineData("7", 1)]
    [InlineData("null", 0)]
    public void What_is_no_list_of_servers_is_none(string json, int warnings)
    {
        Read(json).ShouldBeEmpty();

        _warnings.Count.ShouldBe(warnings);
    }

    private IReadOnlyList<McpServerConfiguration> Read(string json) => ClientServers.Read(JsonElement.Parse(json), _warnings.Add);
}
