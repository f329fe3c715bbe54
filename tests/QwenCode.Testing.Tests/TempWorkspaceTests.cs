namespace QwenCode.Testing.Tests;

public sealed class TempWorkspaceTests
{
    [Fact]
    public void Each_has_directories_of_its_own_and_leaves_nothing_behind()
    {
        var one = new TempWorkspace();
        using var other = new TempWorkspace();
        one.Project.ShouldNotBe(other.Project);
        Directory.EnumerateFileSystemEntries(one.Project).ShouldBeEmpty();
        one.Write("deep/er/a.txt", "a");

        one.Dispose();
        one.Dispose();

        Directory.Exists(one.Project).ShouldBeFalse();
        Directory.Exists(one.Home).ShouldBeFalse();
        Directory.Exists(other.Project).ShouldBeTrue();
    }

    [Fact]
    public void Files_are_written_with_their_directories_and_read_back()
    {
        using var workspace = new TempWorkspace();

        var path = workspace.Write("deep/er/a.txt", "grüße");
        var settings = workspace.WriteHome(".qwen/settings.json", "{}");

        path.ShouldBe(Path.Combine(workspace.Project, "deep", "er", "a.txt"));
        settings.ShouldBe(Path.Combine(workspace.Home, ".qwen", "settings.json"));
        workspace.Read("deep/er/a.txt").ShouldBe("grüße");
        File.ReadAllBytes(path)[0].ShouldBe((byte)'g');
    }

    [Fact]
    public void The_environment_leads_home_and_to_no_settings_of_the_system()
    {
        using var workspace = new TempWorkspace();

        workspace.Environment["HOME"].ShouldBe(workspace.Home);
        File.Exists(workspace.Environment["QWEN_CODE_SYSTEM_SETTINGS_PATH"]).ShouldBeFalse();
        workspace.Environment.ShouldNotContainKey("OPENAI_API_KEY");
    }
}
