using QwenCode.Workspaces;

namespace QwenCode.Tests.Workspaces;

public sealed class WorkspaceTests : IDisposable
{
    private readonly string _root = Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-workspace-").FullName);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("a", true)]
    [InlineData("a/b/not-there", true)]
    [InlineData("", true)]
    [InlineData("../outside", false)]
    [InlineData("a/../../outside", false)]
    [InlineData("../project-sibling", false)]
    public void A_path_lies_in_the_workspace_or_not(string relative, bool expected)
    {
        var workspace = new Workspace(Make("project"));
        Make("project-sibling");

        workspace.Contains(Path.Combine(workspace.Root, relative)).ShouldBe(expected);
    }

    [Fact]
    public void A_link_out_of_the_workspace_leads_out_of_it()
    {
        var workspace = new Workspace(Make("project"));
        var outside = Make("outside");
        Directory.CreateSymbolicLink(Path.Combine(workspace.Root, "link"), outside);
        Directory.CreateSymbolicLink(Path.Combine(outside, "back"), workspace.Root);

        workspace.Contains(Path.Combine(workspace.Root, "link", "new.txt")).ShouldBeFalse();
        workspace.Contains(Path.Combine(workspace.Root, "link", "back", "a.txt")).ShouldBeTrue();
    }

    [Fact]
    public void A_root_behind_a_link_is_the_directory_it_leads_to()
    {
        var project = Make("project");
        var link = Path.Combine(_root, "link");
        Directory.CreateSymbolicLink(link, project);

        var workspace = new Workspace(link);

        workspace.Root.ShouldBe(project);
        workspace.Contains(Path.Combine(link, "a")).ShouldBeTrue();
    }

    [Fact]
    public void Further_directories_count_once_if_they_exist()
    {
        var (project, other) = (Make("project"), Make("other"));

        var workspace = new Workspace(project, [other, Path.Combine(_root, "missing"), other + "/", project]);

        workspace.Directories.ShouldBe([project, other]);
        workspace.Contains(Path.Combine(other, "a")).ShouldBeTrue();
    }

    [Fact]
    public void Links_that_go_round_in_a_circle_end()
    {
        var (one, two) = (Path.Combine(_root, "one"), Path.Combine(_root, "two"));
        File.CreateSymbolicLink(one, two);
        File.CreateSymbolicLink(two, one);

        Path.GetDirectoryName(Workspace.RealPath(Path.Combine(one, "a"))).ShouldBeOneOf(one, two);
    }

    [Fact]
    public void A_relative_link_is_followed_from_where_it_lies()
    {
        Make("deep/target");
        File.CreateSymbolicLink(Path.Combine(_root, "deep", "link"), "../deep/./target");

        Workspace.RealPath(Path.Combine(_root, "deep", "link", "x")).ShouldBe(Path.Combine(_root, "deep", "target", "x"));
    }

    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/", "/a", false)]
    [InlineData("/a", "/", true)]
    public void A_path_is_below_a_directory_only_at_a_slash(string path, string directory, bool expected) =>
        Workspace.IsWithin(path, directory).ShouldBe(expected);

    [Fact]
    public void Paths_are_shown_relative_to_the_root_and_whole_outside_it()
    {
        var workspace = new Workspace(Make("project"));

        workspace.Shorten(Path.Combine(workspace.Root, "src", "a.cs")).ShouldBe(Path.Combine("src", "a.cs"));
        workspace.Shorten(workspace.Root).ShouldBe(workspace.Root);
        workspace.Shorten("/elsewhere/a").ShouldBe("/elsewhere/a");
    }

    [Fact]
    public void Each_project_has_directories_of_its_own_below_the_runtime_directory()
    {
        var runtime = Make("runtime");
        var (one, other) = (new Workspace(Make("a.b"), runtimeDirectory: runtime), new Workspace(Make("a-c"), runtimeDirectory: runtime));

        one.ProjectKey.ShouldEndWith("-a-b");
        one.ProjectDirectory.ShouldBe(Path.Combine(runtime, "projects", one.ProjectKey));
        one.TempDirectory.ShouldStartWith(Path.Combine(runtime, "tmp") + Path.DirectorySeparatorChar);
        one.TempDirectory.ShouldNotBe(other.TempDirectory);
        new Workspace(one.Root, runtimeDirectory: runtime).TempDirectory.ShouldBe(one.TempDirectory);
    }

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
}
