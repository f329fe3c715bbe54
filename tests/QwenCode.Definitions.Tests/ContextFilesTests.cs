using QwenCode.Definitions.Context;

namespace QwenCode.Definitions.Tests;

public sealed class ContextFilesTests : IDisposable
{
    private readonly TempFolder _files = new();

    private ContextFileOptions Options => new() { WorkingDirectory = _files.Project, HomeDirectory = _files.Home };

    [Fact]
    public void Names_come_in_order_each_from_the_outermost_directory_inwards()
    {
        Directory.CreateDirectory(Path.Combine(_files.Root, "work", ".git"));
        _files.Write("QWEN.md", "one above the repository");
        _files.Write("work/QWEN.md", "repository");
        _files.Write("work/project/QWEN.md", "project\n");
        _files.Write("work/project/AGENTS.md", "agents");
        _files.Write("home/.qwen/QWEN.md", "mine");
        _files.Write("work/project/sub/QWEN.md", "below");
        _files.Write("work/AGENTS.md", "  \n");

        var set = ContextFiles.Load(Options);

        set.Text.ShouldBe("""
            --- Context from: ../../home/.qwen/QWEN.md ---
            mine
            --- End of Context from: ../../home/.qwen/QWEN.md ---

            --- Context from: ../../QWEN.md ---
            one above the repository
            --- End of Context from: ../../QWEN.md ---

            --- Context from: ../QWEN.md ---
            repository
            --- End of Context from: ../QWEN.md ---

            --- Context from: QWEN.md ---
            project
            --- End of Context from: QWEN.md ---

            --- Context from: AGENTS.md ---
            agents
            --- End of Context from: AGENTS.md ---
            """.ReplaceLineEndings("\n").Replace('/', Path.DirectorySeparatorChar));
        set.Files.Count.ShouldBe(5);
    }

    [Fact]
    public void A_link_that_leads_out_of_the_repository_is_not_read()
    {
        Directory.CreateDirectory(Path.Combine(_files.Project, ".git"));
        var outside = _files.Write("secret.txt", "secret");
        File.CreateSymbolicLink(Path.Combine(_files.Project, "QWEN.md"), outside);

        var set = ContextFiles.Load(Options);

        set.Text.ShouldBeEmpty();
        set.Issues.ShouldHaveSingleItem().Message.ShouldContain("leads out of");
    }

    [Fact]
    public void A_huge_file_is_cut_and_told_of()
    {
        _files.Write("work/project/QWEN.md", new string('x', 11_000_000));

        var set = ContextFiles.Load(Options);

        set.Text.Length.ShouldBeLessThan(270_000);
        set.Issues.ShouldHaveSingleItem().Message.ShouldContain("256 KiB");
    }

    [Fact]
    public void A_pipe_and_a_device_are_no_context_files_and_nothing_waits_for_them()
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/usr/bin/mkfifo"))
        {
            return; // No pipes in directories here, or nothing to make one with.
        }

        Directory.CreateDirectory(Path.Combine(_files.Project, ".git"));
        using (var making = System.Diagnostics.Process.Start("/usr/bin/mkfifo", [Path.Combine(_files.Project, "QWEN.md")]))
        {
            making.WaitForExit();
        }

        Directory.CreateDirectory(Path.Combine(_files.Home, ".qwen"));
        File.CreateSymbolicLink(Path.Combine(_files.Home, ".qwen", "QWEN.md"), "/dev/zero");

        var set = ContextFiles.Load(Options);

        set.Issues.Select(static issue => issue.Message).ShouldContain(static message => message.Contains("is a pipe or a device"));
        set.Text.Length.ShouldBeLessThan(270_000);
    }

    [Fact]
    public void The_walk_ends_one_level_above_the_repository()
    {
        Directory.CreateDirectory(Path.Combine(_files.Project, ".git"));
        _files.Write("QWEN.md", "too far");
        _files.Write("work/QWEN.md", "one above");

        ContextFiles.Load(Options).Files.ShouldBe([Path.Combine(_files.Root, "work", "QWEN.md")]);
    }

    [Fact]
    public void In_the_home_directory_only_its_own_files_count()
    {
        _files.Write("QWEN.md", "above");
        _files.Write("home/QWEN.md", "home");
        _files.Write("home/.qwen/QWEN.md", "mine");

        ContextFiles.Load(Options with { WorkingDirectory = _files.Home }).Files
            .ShouldBe([Path.Combine(_files.Home, ".qwen", "QWEN.md"), Path.Combine(_files.Home, "QWEN.md")]);
    }

    [Fact]
    public void In_an_untrusted_folder_only_the_home_files_count()
    {
        _files.Write("work/project/QWEN.md", "project");
        _files.Write("work/project/.qwen/output-language.md", "project");
        _files.Write("home/.qwen/QWEN.md", "mine");
        _files.Write("home/.qwen/output-language.md", "language");

        ContextFiles.Load(Options with { IsTrusted = false }).Files
            .ShouldBe([Path.Combine(_files.Home, ".qwen", "QWEN.md"), Path.Combine(_files.Home, ".qwen", "output-language.md")]);
    }

    [Fact]
    public void Included_directories_come_first_extensions_and_language_last()
    {
        var included = _files.Write("included/RULES.md", "included");
        var project = _files.Write("work/project/RULES.md", "project");
        _files.Write("work/project/QWEN.md", "not asked for");
        var extension = _files.Write("extension/CONTEXT.md", "extension");
        _files.Write("home/.qwen/output-language.md", "home language");
        var language = _files.Write("work/project/.qwen/output-language.md", "project language");

        ContextFiles.Load(Options with { FileNames = ["RULES.md"], IncludeDirectories = [_files.In("included")], ExtensionFiles = [extension] }).Files
            .ShouldBe([included, project, extension, language]);
    }

    [Theory]
    [InlineData("see @a.md now", "see <!-- Imported from: a.md -->\nA\n<!-- End of import from: a.md --> now")]
    [InlineData("@./a.md", "<!-- Imported from: ./a.md -->\nA\n<!-- End of import from: ./a.md -->")]
    [InlineData("`@a.md` and me@a.md", "`@a.md` and me@a.md")]
    [InlineData("``@a.md ` x``", "``@a.md ` x``")]
    [InlineData("```\n@a.md\n```", "```\n@a.md\n```")]
    [InlineData("~~~\n```\n@a.md\n~~~", "~~~\n```\n@a.md\n~~~")]
    [InlineData("` @missing.md @1.md @https://h/a.md @sub", "` @missing.md @1.md @https://h/a.md @sub")]
    [InlineData("@a.md\n@a.md", "<!-- Imported from: a.md -->\nA\n<!-- End of import from: a.md -->\n<!-- File already processed: a.md -->")]
    [InlineData("@../../secret.md", "<!-- Import failed: ../../secret.md - Path traversal attempt -->")]
    [InlineData("@sub/b.md", "<!-- Imported from: sub/b.md -->\nB <!-- Imported from: ../a.md -->\nA\n<!-- End of import from: ../a.md -->\n<!-- End of import from: sub/b.md -->")]
    [InlineData("@QWEN.md", "<!-- File already processed: QWEN.md -->")]
    public void Imports_are_put_in_place(string content, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_files.Project, ".git"));
        _files.Write("secret.md", "SECRET");
        _files.Write("work/project/a.md", "A\n");
        _files.Write("work/project/sub/b.md", "B @../a.md");
        _files.Write("work/project/QWEN.md", content);

        ContextFiles.Load(Options).Text.ShouldBe($"--- Context from: QWEN.md ---\n{expected}\n--- End of Context from: QWEN.md ---");
    }

    [Fact]
    public void A_link_does_not_lead_out_of_the_project()
    {
        if (OperatingSystem.IsWindows())
        {
            return;   // links need a privilege there
        }

        var secret = _files.Write("secret.md", "SECRET");
        _files.Write("work/project/QWEN.md", "@link.md");
        File.CreateSymbolicLink(Path.Combine(_files.Project, "link.md"), secret);

        var set = ContextFiles.Load(Options);

        set.Text.ShouldNotContain("SECRET");
        set.Issues.ShouldHaveSingleItem().Line.ShouldBe(1);
    }

    [Fact]
    public void Imports_go_five_levels_deep_and_what_is_left_out_is_said()
    {
        for (var i = 0; i < 7; i++)
        {
            _files.Write($"work/project/f{i}.md", $"level{i} @f{i + 1}.md");
        }

        _files.Write("work/project/QWEN.md", "@f0.md");

        var set = ContextFiles.Load(Options);

        set.Text.ShouldContain("level4 @f5.md");
        set.Text.ShouldNotContain("level5");
        set.Issues.ShouldHaveSingleItem().Message.ShouldContain("@f5.md");
    }

    [Fact]
    public void Flat_imports_are_listed_behind_one_another()
    {
        var file = _files.Write("work/project/QWEN.md", "Q @b.md @a.md");
        var a = _files.Write("work/project/a.md", "A");
        var b = _files.Write("work/project/b.md", "B @a.md");

        var text = ContextFiles.Load(Options with { UseFlatImports = true }).Text;

        text.ShouldContain($"--- File: {file} ---\nQ @b.md <!-- File already processed: a.md -->\n--- End of File: {file} ---\n\n--- File: {b} ---\nB @a.md\n--- End of File: {b} ---\n\n--- File: {a} ---\nA\n--- End of File: {a} ---");
    }

    public void Dispose() => _files.Dispose();
}
