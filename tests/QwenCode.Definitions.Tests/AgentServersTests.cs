using QwenCode.Agents;
using QwenCode.Definitions.Agents;

namespace QwenCode.Definitions.Tests;

/// <summary>The MCP servers in an agent's file.</summary>
public sealed class AgentServersTests
{
    [Theory]
    [InlineData("mcpServers: [a, b]", "a b", "")]
    [InlineData("mcpServers: a, b", "a b", "")]
    [InlineData("mcpServers: []", "", "")]
    [InlineData("mcpServers:\n  - a\n  - b: {command: c, args: [-y, 8080, true], timeout: 5, trust: true}", "a", """b={"command":"c","args":["-y","8080","true"],"timeout":5,"trust":true}""")]
    [InlineData("mcpServers:\n  b:\n    httpUrl: https://x/mcp\n    headers: {K: 1}", "", """b={"httpUrl":"https://x/mcp","headers":{"K":"1"}}""")]
    public void Names_and_entries_are_read(string line, string names, string own)
    {
        var servers = Read(line).Definition!.Servers!;

        string.Join(' ', servers.Names).ShouldBe(names);
        string.Join(' ', servers.Own.Select(static server => $"{server.Name}={server.Entry.GetRawText()}")).ShouldBe(own);
        servers.Own.ShouldAllBe(static server => server.Origin.StartsWith("a.md:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mcpServers: [[a]]", "'mcpServers' must hold names of servers, or maps from a name to an entry, but holds a list (line 4)")]
    [InlineData("mcpServers: {a: b}", "'mcpServers.a' must be a map, such as command and args, but is a string (line 4)")]
    [InlineData("mcpServers:\n  - a\n  - a: {command: c}", "'mcpServers' names the server 'a' more than once")]
    public void What_cannot_be_understood_makes_the_file_unusable(string line, string message) => Read(line).Issue!.ToString().ShouldContain(message);

    [Fact]
    public void Without_the_key_an_agent_keeps_all_that_its_parent_has() => Read("color: blue").Definition!.Servers.ShouldBeNull();

    [Theory]
    [InlineData("mcp:a", true)]
    [InlineData("mcp:b", false)]
    [InlineData("host", true)]
    [InlineData(null, true)]
    public void Of_the_parents_servers_the_named_ones_stay(string? source, bool isKept) => new AgentServers(["a"], []).Keeps(source).ShouldBe(isKept);

    private static (AgentDefinition? Definition, AgentLoadIssue? Issue) Read(string line) =>
        AgentFileReader.Read($"---\nname: one\ndescription: Does it.\n{line}\n---\nYou do all of it.\n", "a.md", AgentLevel.Project);
}
