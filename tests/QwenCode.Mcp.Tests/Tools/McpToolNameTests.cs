using QwenCode.Mcp.Tools;

namespace QwenCode.Mcp.Tests.Tools;

public sealed class McpToolNameTests
{
    [Theory]
    [InlineData("srv", "tool", "mcp__srv__tool")]
    [InlineData("mini", "echo it!", "mcp__mini__echo_it_")]
    [InlineData("my server", "a/b", "mcp__my_server__a_b")]
    [InlineData("größe", "x.y-z_1", "mcp__gr__e__x.y-z_1")]
    [InlineData("s", "12345678901234567890123456789012345678901234567890123", "mcp__s__12345678901234567890123456789012345678901234567890123")]
    [InlineData("s", "1234567890123456789012345678901234567890123456789012345", "mcp__s__1234567890123456789012345678901234567890123456789012345")]
    [InlineData("s", "12345678901234567890123456789012345678901234567890123456", "mcp__s__12345678901234567890___56789012345678901234567890123456")]
    public void A_name_holds_only_what_every_provider_takes(string server, string tool, string name)
    {
        McpToolName.Of(server, tool).ShouldBe(name);
        name.Length.ShouldBeLessThanOrEqualTo(63);
    }
}
