using Microsoft.Extensions.Time.Testing;
using QwenCode.Definitions.Prompts;

namespace QwenCode.Definitions.Tests;

public sealed class PromptTests : IDisposable
{
    private readonly TempFolder _files = new();

    private SystemPromptOptions Options => new() { WorkingDirectory = _files.Project, HomeDirectory = _files.Home };

    [Fact]
    public void Layers_are_divided_by_lines()
    {
        SystemPrompt.Compose(Options with { Override = "base\n", Memory = "memory", Append = "last" }).ShouldBe("base\n\n---\n\nmemory\n\n---\n\nlast");
        SystemPrompt.Compose(Options with { Override = "base", Append = " " }).ShouldBe("base");
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_variable_switches_the_projects_file_on(string? variable, bool isUsed)
    {
        _files.Write("work/project/.qwen/system.md", "own base\n");

        (SystemPrompt.Compose(Options with { SystemFileVariable = variable }) == "own base").ShouldBe(isUsed);
    }

    [Fact]
    public void The_variable_may_be_a_path()
    {
        _files.Write("home/p.md", "home base");
        _files.Write("work/project/q.md", "project base");

        SystemPrompt.Compose(Options with { SystemFileVariable = "~/p.md" }).ShouldBe("home base");
        SystemPrompt.Compose(Options with { SystemFileVariable = "q.md" }).ShouldBe("project base");
        Should.Throw<SystemPromptException>(() => SystemPrompt.Compose(Options with { SystemFileVariable = "r.md" })).Message.ShouldContain("Missing system prompt file");
    }

    [Fact]
    public void The_built_in_text_can_be_written()
    {
        SystemPrompt.WriteBase(null, Options).ShouldBeNull();

        var file = SystemPrompt.WriteBase("out/base.md", Options)!;

        file.ShouldBe(Path.Combine(_files.Project, "out", "base.md"));
        File.ReadAllText(file).ShouldBe(SystemPrompt.Compose(Options));
    }

    [Fact]
    public void Sections_depend_on_what_is_so()
    {
        var plain = SystemPrompt.Compose(Options);
        var other = SystemPrompt.Compose(Options with { IsGitRepository = true, Sandbox = SandboxState.Container, Tools = ["read_file"] });

        plain.ShouldContain("# No sandbox");
        plain.ShouldContain("todo_write");
        plain.ShouldNotContain("# Git");
        other.ShouldContain("# Git");
        other.ShouldContain("# Sandbox");
        other.ShouldNotContain("todo_write");
        other.ShouldNotContain("`agent`");
        SystemPrompt.Compose(Options with { Sandbox = SandboxState.Seatbelt }).ShouldContain("Seatbelt");
        plain.Split("\n\n").Count(static part => part.StartsWith("# ", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public void The_first_message_says_where_and_when()
    {
        _files.Write("work/project/b.txt", "");
        _files.Write("work/project/a/x.txt", "");
        _files.Write("work/project/node_modules/m/i.js", "");
        _files.Write("work/project/out/o.txt", "");

        var text = StartupContext.Build(new StartupContextOptions
        {
            Directories = [_files.Project],
            TimeProvider = new FakeTimeProvider(new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero)),
            IsIgnored = static (path, _) => Path.GetFileName(path) == "out",
        });

        text.ShouldContain("Today's date is Thursday, January 15, 2026.");
        text.ShouldContain($"The working directory is: {_files.Project}");
        text.ShouldEndWith($"{_files.Project}/\n├───b.txt\n├───a/\n│   └───x.txt\n├───node_modules/...\n└───out/...");
        StartupContext.Acknowledgement.ShouldBe("Got it. Thanks for the context!");
    }

    [Fact]
    public void The_tree_is_cut_in_depth_before_width()
    {
        for (var i = 10; i < 30; i++)
        {
            _files.Write($"work/project/d{i}/inner.txt", "");
        }

        var text = StartupContext.Build(new StartupContextOptions { Directories = [_files.Project] });

        text.ShouldContain("d29/...");
        text.ShouldNotContain("inner");
        StartupContext.Build(new StartupContextOptions { Directories = [_files.Project], MaxEntries = 2 }).ShouldEndWith("├───d10/...\n├───d11/...\n└───...");
    }

    [Fact]
    public void Several_directories_are_listed()
    {
        StartupContext.Build(new StartupContextOptions { Directories = [_files.Project, _files.Home] })
            .ShouldContain($"The working directories are:\n  - {_files.Project}\n  - {_files.Home}\n");
    }

    public void Dispose() => _files.Dispose();
}
