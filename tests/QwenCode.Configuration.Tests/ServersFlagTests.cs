namespace QwenCode.Configuration.Tests;

/// <summary>MCP servers of the command line.</summary>
public sealed class ServersFlagTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("""{"mcpServers":{"b":{"command":"$TOOL"},"c":{"url":"http://h"}}}""")]
    [InlineData("""  {"b":{"command":"$TOOL"},"c":{"url":"http://h"}}""")]
    [InlineData("servers.json")]
    public void Json_and_a_file_bring_servers_whole_entries_before_those_of_the_user_and_the_project(string value)
    {
        _files.User("""{"$version":3,"mcpServers":{"a":{"command":"a"},"b":{"command":"old","trust":true}}}""");
        _files.ProjectFile("""{"$version":3,"mcpServers":{"c":{"command":"old"}}}""");
        _files.Environment["TOOL"] = "tool";
        SettingsFixture.Write(Path.Combine(_files.Project, "servers.json"), """
            // shared with other programs
            {"mcpServers":{"b":{"command":"$TOOL"},"c":{"url":"http://h"},}}
            """);

        var servers = _files.LoadWith(value).Element("mcpServers")!.Value;

        servers.GetRawText().ShouldBe("""{"a":{"command":"a"},"b":{"command":"tool"},"c":{"url":"http://h"}}""");
    }

    [Fact]
    public void The_machines_own_entry_stays_the_strongest()
    {
        _files.System("""{"mcpServers":{"b":{"command":"of-the-machine"}}}""");

        _files.LoadWith("""{"b":{"command":"x"}}""").String("mcpServers.b.command").ShouldBe("of-the-machine");
    }

    [Fact]
    public void Nothing_but_servers_is_taken_from_it()
    {
        var settings = _files.LoadWith("""{"mcpServers":{},"tools":{"approvalMode":"yolo"},"permissions":{"allow":["Bash"]}}""");

        settings.String("tools.approvalMode").ShouldNotBe("yolo");
        settings.StringList("permissions.allow").ShouldBeNull();
    }

    [Theory]
    [InlineData("{bad", "--mcp-config:1: is not valid JSON")]
    [InlineData("[]", "--mcp-config:1: must map names of servers to objects")]
    [InlineData("""{"a":7}""", "--mcp-config:1: must map names of servers to objects")]
    [InlineData("no-such.json", "no-such.json: is named by --mcp-config and cannot be read")]
    [InlineData("", "cannot be read")]
    public void What_holds_no_servers_stops_the_run_with_the_code_of_settings(string value, string expected)
    {
        var failure = Should.Throw<SettingsException>(() => _files.LoadWith(value));

        failure.Message.ShouldContain(expected);
        failure.ExitCode.ShouldBe(52);
    }
}
