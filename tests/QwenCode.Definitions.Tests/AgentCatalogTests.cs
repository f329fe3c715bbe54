using QwenCode.Agents;
using QwenCode.Definitions.Agents;

namespace QwenCode.Definitions.Tests;

public sealed class AgentCatalogTests : IDisposable
{
    private readonly TempFolder _files = new();

    private AgentCatalog Catalog => new(Options);

    private AgentCatalogOptions Options => new()
    {
        ProjectRoot = _files.Project,
        HomeDirectory = _files.Home,
        ShippedDirectory = _files.In("shipped"),
        ExtensionDirectories = [_files.In("extension")],
    };

    [Fact]
    public void Levels_are_listed_in_their_order_and_files_by_name()
    {
        Agent("extension/agents/e.md", "ext");
        Agent("shipped/b.md", "built-in");
        Agent("home/.qwen/agents/u.md", "mine");
        Agent("work/project/.claude/agents/c.md", "claude");
        Agent("work/project/.qwen/agents/b.md", "two");
        Agent("work/project/.qwen/agents/a.md", "one");

        var agents = Catalog.List();

        agents.Select(static agent => agent.Name).ShouldBe(["one", "two", "claude", "mine", "built-in", "ext"]);
        agents.Select(static agent => agent.Level).ShouldBe([AgentLevel.Project, AgentLevel.Project, AgentLevel.Project, AgentLevel.User, AgentLevel.BuiltIn, AgentLevel.Extension]);
        agents[4].FilePath.ShouldBe("<builtin:built-in>");
        agents[0].FilePath.ShouldBe(Path.Combine(_files.Project, ".qwen", "agents", "a.md"));
    }

    [Theory]
    [InlineData("home/.qwen/agents/x.md", "shipped/x.md", AgentLevel.User)]
    [InlineData("work/project/.qwen/agents/x.md", "home/.qwen/agents/x.md", AgentLevel.Project)]
    [InlineData("extension/agents/x.md", "shipped/x.md", AgentLevel.Extension)]
    [InlineData("home/.qwen/agents/x.md", "extension/agents/x.md", AgentLevel.User)]
    [InlineData("work/project/.qwen/agents/x.md", "work/project/.claude/agents/x.md", AgentLevel.Project)]
    [InlineData("work/project/.qwen/agents/a.md", "work/project/.qwen/agents/b.md", AgentLevel.Project)]
    public void What_is_listed_is_what_is_found_and_the_rest_is_reported(string winner, string loser, AgentLevel level)
    {
        Agent(winner, "both-level");
        Agent(loser, "BOTH-Level");
        var catalog = Catalog;

        var listed = catalog.List().ShouldHaveSingleItem();

        (listed.Name, listed.Level).ShouldBe(("both-level", level));
        catalog.Find("Both-LEVEL").ShouldBeSameAs(listed);
        catalog.Inspect().Shadowed.ShouldHaveSingleItem().Name.ShouldBe("BOTH-Level");
    }

    [Fact]
    public void Only_markdown_of_the_folder_itself_counts()
    {
        Agent("home/.qwen/agents/sub/x.md", "inner");
        Agent("home/.qwen/agents/x.MD", "upper");
        Agent("home/.qwen/agents/x.txt", "text");

        Catalog.List().ShouldBeEmpty();
        Catalog.Inspect().IsSound.ShouldBeTrue();
    }

    [Fact]
    public void In_the_home_directory_there_is_no_project_level()
    {
        Agent("home/.qwen/agents/x.md", "mine");

        new AgentCatalog(Options with { ProjectRoot = _files.Home }).List().ShouldHaveSingleItem().Level.ShouldBe(AgentLevel.User);
    }

    [Fact]
    public void A_broken_file_is_reported_once_and_the_rest_goes_on()
    {
        Agent("home/.qwen/agents/a.md", "good");
        var bad = _files.Write("home/.qwen/agents/b.md", "---\nname: bad\ndescription: d\ntools: 5\n---\nYou do things.");
        var catalog = Catalog;

        catalog.List().ShouldHaveSingleItem().Name.ShouldBe("good");
        catalog.List();

        var issue = catalog.Inspect().Issues.ShouldHaveSingleItem();
        (issue.File, issue.Line).ShouldBe((bad, 4));
    }

    [Fact]
    public void A_pipe_named_like_an_agent_is_an_issue_and_nothing_waits_for_it()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Agent("home/.qwen/agents/a.md", "good");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_files.In("home", ".qwen", "agents", "x.md")]))
        {
            made.WaitForExit();
        }

        Catalog.List().ShouldHaveSingleItem().Name.ShouldBe("good");
        Catalog.Inspect().Issues.ShouldHaveSingleItem().Message.ShouldContain("is a pipe or a device");
    }

    [Fact]
    public void Changes_are_seen_at_the_next_question_and_else_the_list_stays_the_same()
    {
        var file = Agent("home/.qwen/agents/a.md", "first");
        var catalog = Catalog;
        var before = catalog.List();
        catalog.List().ShouldBeSameAs(before);

        Agent("home/.qwen/agents/b.md", "second");
        catalog.Find("second").ShouldNotBeNull();
        catalog.Find("first").ShouldBeSameAs(before[0]);

        _files.Write("home/.qwen/agents/a.md", "broken");
        catalog.Find("first").ShouldBeNull();
        catalog.Inspect().Issues.ShouldHaveSingleItem().File.ShouldBe(file);

        File.Delete(file);
        catalog.Inspect().Issues.ShouldBeEmpty();
        catalog.List().ShouldHaveSingleItem().Name.ShouldBe("second");
    }

    [Fact]
    public void A_change_behind_a_link_is_seen()
    {
        if (OperatingSystem.IsWindows())
        {
            return;   // links need a privilege there
        }

        var target = Agent("elsewhere/a.md", "linked");
        Directory.CreateDirectory(_files.In("home", ".qwen", "agents"));
        File.CreateSymbolicLink(_files.In("home", ".qwen", "agents", "a.md"), target);
        var catalog = Catalog;
        catalog.Find("linked").ShouldNotBeNull();

        Agent("elsewhere/a.md", "renamed");

        catalog.Find("renamed").ShouldNotBeNull();
    }

    [Fact]
    public void Once_the_host_gave_agents_only_these_exist()
    {
        Agent("home/.qwen/agents/a.md", "mine");
        var catalog = Catalog;

        catalog.UseSessionAgents([new AgentDefinition { Name = "Given", Description = "d", SystemPrompt = "p" }]);

        var agent = catalog.List().ShouldHaveSingleItem();
        (agent.Name, agent.Level, agent.FilePath).ShouldBe(("Given", AgentLevel.Session, "<session:Given>"));
        catalog.Find("given").ShouldBeSameAs(agent);
        catalog.Find("mine").ShouldBeNull();

        catalog.UseSessionAgents([]);
        catalog.List().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_shipped_is_sound()
    {
        var report = new AgentCatalog(new AgentCatalogOptions { ShippedDirectory = TempFolder.Shipped }).Inspect();

        report.Issues.ShouldBeEmpty();
        report.Usable.Select(static agent => agent.Name).ShouldBe(["Explore", "code-reviewer", "general-purpose", "statusline-setup", "test-engineer", "watcher"], ignoreOrder: true);
        report.Usable.Where(static agent => agent.Background).ShouldHaveSingleItem().Name.ShouldBe("watcher");
        foreach (var agent in report.Usable)
        {
            agent.SystemPrompt.ShouldNotContain("${", customMessage: agent.Name);
        }

        foreach (var name in (string[])["general-purpose", "Explore", "statusline-setup"])
        {
            var agent = report.Usable.Single(agent => agent.Name == name);
            (agent.Background, agent.Model, agent.ApprovalMode, agent.Budget).ShouldBe((false, null, null, AgentBudget.None));
        }
    }

    [Fact]
    public void Reports_say_what_is_there_and_what_is_wrong()
    {
        var file = Agent("home/.qwen/agents/a.md", "mine", "tools:\n  - ReadFile\n  - read_fil\n  - mcp__x__y\n");
        Agent("shipped/a.md", "MINE");
        var bad = _files.Write("home/.qwen/agents/b.md", "text");
        var report = Catalog.Inspect();

        AgentReportText.List(report).ShouldBe("Your agents\n  mine: Does things\n\n1 file cannot be used; 'qwen agents validate' says why.\n");
        AgentReportText.Show(report.Usable[0]).ShouldContain("tools: read_file, read_fil, mcp__x__y\n");
        var (text, isSound) = AgentReportText.Validate(report, ["read_file"]);
        isSound.ShouldBeFalse();
        text.ShouldContain($"error: {bad}:1: Failed to parse subagent file: Invalid format");
        text.ShouldContain("there is no tool 'read_fil'\n");
        text.ShouldContain($"error: {file}:6: there is no tool");
        text.ShouldContain("The tools that exist: read_file\n");
        text.ShouldContain("'MINE' is hidden");
        text.ShouldEndWith("2 agents, 2 errors\n");
        AgentReportText.Validate(new AgentLoadReport([], [], [])).IsSound.ShouldBeTrue();
    }

    public void Dispose() => _files.Dispose();

    private string Agent(string path, string name, string more = "") =>
        _files.Write(path, $"---\nname: {name}\ndescription: Does things\n{more}---\n\nYou do things.\n");
}
