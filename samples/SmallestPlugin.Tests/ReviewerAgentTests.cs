using QwenCode.Sessions;
using QwenCode.Testing;
using Xunit;

namespace SmallestPlugin.Tests;

/// <summary>Tests an agent: which tools it gets, what it is sent, and what comes back to its caller.</summary>
public sealed class ReviewerAgentTests
{
    private const string Reviewer = """
        ---
        name: line-reviewer
        description: Says whether a file is too long.
        tools: [count_lines]
        ---
        You judge the length of files. More than two lines are too many.
        """;

    [Fact]
    public async Task The_agent_counts_with_its_own_tools_and_its_caller_gets_the_report()
    {
        await using var host = new TestHost(static options => options.PluginDirectories.Add(PluginUnderTest.Folder("SmallestPlugin")));
        host.Workspace.Write(".qwen/agents/line-reviewer.md", Reviewer);
        var path = host.Workspace.Write("poem.txt", "one\ntwo\nthree\n");

        // The agent is told from its caller by its system prompt.
        host.Model.When(system: "You judge the length").Calls("count_lines", $$"""{"path":"{{path}}"}""")
            .Then.Says("Too long: ${last} lines.");
        host.Model.When(lastUser: "Review")
            .Calls("agent", """{"subagent_type":"line-reviewer","description":"review","prompt":"Review poem.txt."}""")
            .Then.Says("The reviewer says: ${last}");

        var run = await host.RunAsync("Review the poem.");

        Assert.Contains("Too long: 3 lines.", run.Text);
        Assert.Equal("line-reviewer", Assert.Single(run.EventsOf<AgentLaunched>()).Type);
        var first = host.Requests.First(static request => request.System.Contains("You judge the length", StringComparison.Ordinal));
        Assert.Equal(["count_lines"], first.Tools);
    }
}
