using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Tests.Bench;

namespace QwenCode.Kernel.Tests.Agents;

public class Filters
{
    private static readonly string[] Offered =
        ["agent", "task_stop", "task_list", "send_message", "cron_create", "cron_list", "cron_delete", "read_file", "grep_search", "edit", "mcp__git__log", "mcp__git__push", "mcp__github__log"];

    [Theory]
    [InlineData(null, "", "read_file grep_search edit mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData("", "", "read_file grep_search edit mcp__git__log mcp__git__push mcp__github__log")] // §10.52
    [InlineData("*", "", "read_file grep_search edit mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData("read_file no_such_tool", "", "read_file")]
    [InlineData("agent Task cron_create read_file", "", "read_file")]
    [InlineData("SearchFiles", "", "grep_search")]
    [InlineData("READ_FILE", "", "")]
    [InlineData("Read Grep Task", "", "read_file grep_search")]
    [InlineData(null, "Bash Edit", "read_file grep_search mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData(null, "MultiEdit", "read_file grep_search mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData(null, "Edit(src/**)", "read_file grep_search mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData(null, "Re*", "grep_search edit mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData(null, "*", "")]
    [InlineData(null, "edit", "read_file grep_search mcp__git__log mcp__git__push mcp__github__log")]
    [InlineData("read_file edit", "edit", "read_file")]
    [InlineData(null, "mcp__git", "read_file grep_search edit mcp__github__log")]
    [InlineData(null, "mcp__git__push", "read_file grep_search edit mcp__git__log mcp__github__log")]
    [InlineData(null, "mcp__git*", "read_file grep_search edit")]
    [InlineData(null, "mcp__*", "read_file grep_search edit")]
    [InlineData(null, "mcp__git__p*", "read_file grep_search edit mcp__git__log mcp__github__log")]
    public void An_agent_gets_what_its_definition_names_less_what_it_forbids(string? tools, string forbidden, string kept)
    {
        var definition = new AgentDefinition
        {
            Name = "a", Description = "a", SystemPrompt = "a",
            Tools = tools?.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            DisallowedTools = forbidden.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };

        var filter = ToolFilter.For(definition);

        Offered.Where(name => filter(TestTool.Returning(name, "x").Declaration)).ShouldBe(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_template_is_filled_in_one_pass() =>
        PromptTemplate.Fill("a ${x} b ${y}", new Dictionary<string, string> { ["x"] = "${y}", ["y"] = "2" }).ShouldBe("a ${y} b 2");

    [Fact]
    public void A_template_names_every_value_that_is_missing() =>
        Should.Throw<InvalidOperationException>(() => PromptTemplate.Fill("${a} ${b} ${a} ${x}", new Dictionary<string, string> { ["x"] = "1" })).Message.ShouldEndWith("keys: a, b");

    [Theory]
    [InlineData("$x {y} ${not-a-word} ${}")]
    [InlineData("no template")]
    public void What_is_no_template_stays(string text) => PromptTemplate.Fill(text, new Dictionary<string, string>()).ShouldBe(text);
}
