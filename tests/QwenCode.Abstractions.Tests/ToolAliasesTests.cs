using QwenCode.Tools;

namespace QwenCode.Abstractions.Tests;

public class ToolAliasesTests
{
    [Theory]
    [InlineData("Bash", "run_shell_command")]
    [InlineData("Read", "read_file")]
    [InlineData("Write", "write_file")]
    [InlineData("MultiEdit", "edit")]
    [InlineData("LS", "list_directory")]
    [InlineData("Task", "agent")]
    [InlineData("read_file", "read_file")]
    [InlineData("bash", "bash")]
    [InlineData("mcp__git__log", "mcp__git__log")]
    [InlineData("", "")]
    public void A_name_means_one_tool_and_other_names_stay(string name, string tool) => ToolAliases.Canonical(name).ShouldBe(tool);

    [Theory]
    [InlineData("run_shell_command", "Bash")]
    [InlineData("edit", "Edit")]
    [InlineData("agent", "Task")]
    public void A_tool_is_found_by_each_of_its_names(string tool, string name)
    {
        ToolAliases.Of(tool).ShouldContain(name);
        ToolAliases.Of(tool).ShouldAllBe(alias => ToolAliases.Canonical(alias) == tool);
    }

    [Fact]
    public void What_has_no_other_name_has_none() => ToolAliases.Of("mcp__git__log").ShouldBeEmpty();
}
