using QwenCode.Platform.Text;

namespace QwenCode.Mcp.Tests.Tools;

public sealed class McpToolNameTests
{
    [Theory]
    [InlineData("srv", "tool", "mcp__srv__tool")]
    [InlineData("mini", "echo it!", "mcp__mini__echo_it_")]
    [InlineData("my server", "a/b", "mcp__my_server__a_b")]
    [InlineData("s", "x.y-z_1", "mcp__s__x_y-z_1")]
    [InlineData("s", "12345678901234567890123456789012345678901234567890123", "mcp__s__12345678901234567890123456789012345678901234567890123")]
    [InlineData("s", "1234567890123456789012345678901234567890123456789012345", "mcp__s__1234567890123456789012345678901234567890123456789012345")]
    [InlineData("s", "12345678901234567890123456789012345678901234567890123456", "mcp__s__12345678901234567890___56789012345678901234567890123456")]
    public void A_name_holds_only_what_every_provider_takes(string server, string tool, string name)
    {
        McpNames.Of(server, tool).ShouldBe(name);
        name.Length.ShouldBeLessThanOrEqualTo(63);
    }

    [Fact]
    public void Names_in_other_scripts_stay_apart_and_a_rule_means_the_same_name()
    {
        string[] names = [McpNames.Of("文件", "读"), McpNames.Of("天気", "読"), McpNames.Of("größe", "a.b"), McpNames.Of("grüße", "a.b")];

        names.Distinct().Count().ShouldBe(4);
        names.ShouldAllBe(name => name.Length <= 63 && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_' || character == '-'));
        McpNames.Meant("mcp__größe__a.b").ShouldBe(names[2]);
        McpNames.Meant("mcp__s__x.y").ShouldBe("mcp__s__x_y");
        McpNames.Meant("mcp__s").ShouldBe("mcp__s");
    }
}
