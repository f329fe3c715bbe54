using System.Text;
using QwenCode.Agents;
using QwenCode.Definitions.Agents;
using QwenCode.Fuzzing;

namespace QwenCode.Definitions.Tests;

/// <summary>Agent files that are broken in every way: each is an agent or has an issue with a line.</summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests
{
    private static readonly string[] Files =
    [
        "---\nname: reviewer\ndescription: Reviews code.\ntools:\n  - read_file\n  - Bash(git *)\nmodel: inherit\napprovalMode: plan\nbackground: true\nrunConfig:\n  max_turns: 5\n---\nYou review ${task_prompt}.\n",
        "---\nname: 'a'\ndescription: >\n  folded\n  text\ntools: [read_file, \"edit\"]\ndisallowedTools: Bash, Write\ncolor: &c red\nother: *c\n---\nWork.\n",
        "---\nname: x\ndescription: |\n  literal\n\n  Examples:\n    - one # two\nmcpServers: {a: {command: b}}\n---\nWork.\n",
    ];

    private static readonly string[] Words = ["---\n", ": ", "- ", "\n", "\t", "  ", "{", "}", "[", "]", "\"", "'", "|", ">", "&a ", "*a", "!!str ", "#", "\0", "\uFEFF", "? ", "<<: "];

    [Fact]
    public void Any_agent_file_is_an_agent_or_an_issue() => Fuzz.Run(5, Files, Words, static bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var dialect in Enum.GetValues<AgentDialect>())
        {
            var (definition, issue) = AgentFileReader.Read(text, "x.md", AgentLevel.Project, dialect);
            (definition is null).ShouldBe(issue is not null && definition is null);
            (definition is null && issue is null).ShouldBeFalse();
        }
    });
}
