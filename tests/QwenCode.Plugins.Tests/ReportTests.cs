using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Tests;

public sealed class ReportTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public void The_list_is_a_table()
    {
        _room.Install("SmallestPlugin");

        PluginReportText.List(_room.Host().Report()).ShouldBe(
            "NAME            VERSION  ORIGIN  STATE   TOOLS  FAULTS\nSmallestPlugin  0.1.0.0  user    listed  1      0\n");
    }

    [Fact]
    public void No_plugins_are_said_to_be_none()
    {
        PluginReportText.List(_room.Host().Report()).ShouldBe("No plugins were found.\n");
    }

    [Fact]
    public void Inspecting_shows_where_a_plugin_is_and_the_schema_of_its_tools()
    {
        var folder = _room.Install("SmallestPlugin");
        var report = _room.Host().Report();

        var text = PluginReportText.Inspect(report, "smallestplugin").ShouldNotBeNull();

        text.ShouldContain(folder);
        text.ShouldContain("count_lines (read; ReadOnly, Parallel)");
        text.ShouldContain("\"description\": \"Absolute path of the file.\"");
        PluginReportText.Inspect(report, "nobody").ShouldBeNull();
    }

    [Fact]
    public async Task The_doctor_finds_what_only_loading_shows_and_gives_advice()
    {
        _room.Install("Fixtures.Broken");
        _room.Install("SmallestPlugin");
        var host = _room.Host();
        host.Report().AllFaults.ShouldNotContain(fault => fault.Reason == PluginFaultReason.ConstructorFailed);

        var report = await host.VerifyAsync();

        report.IsHealthy.ShouldBeFalse();
        var text = PluginReportText.Doctor(report);
        text.ShouldContain("no such luck");
        text.ShouldContain("Mend the constructor");
        text.ShouldContain("SmallestPlugin (user, ");
        text.ShouldContain(": ok, 1 tool, loaded in ");
    }

    [Fact]
    public async Task The_doctor_says_when_nothing_is_wrong()
    {
        _room.Install("SmallestPlugin");

        PluginReportText.Doctor(await _room.Host().VerifyAsync()).ShouldEndWith("1 plugin, no faults.\n");
    }

    [Fact]
    public void A_named_folder_that_does_not_exist_is_reported()
    {
        var host = _room.Host(folders: [new PluginFolder(Path.Combine(_room.Root, "nowhere"), PluginOrigin.Explicit)]);

        host.Report().Faults.ShouldHaveSingleItem().Advice.ShouldContain("--plugin-dir");
    }

    [Fact]
    public void A_named_folder_may_be_one_plugin_or_hold_several()
    {
        var folder = _room.Install("SmallestPlugin");

        _room.Host(folders: [new PluginFolder(folder, PluginOrigin.Explicit)]).Snapshot().ShouldHaveSingleItem();
        _room.Host(folders: [new PluginFolder(_room.User, PluginOrigin.Explicit)]).Snapshot().ShouldHaveSingleItem();
    }

    [Fact]
    public void A_project_that_is_not_trusted_brings_no_plugins()
    {
        var folders = PluginFolder.Standard("/app", new Workspaces.Workspace(_room.Root, isTrusted: false), ["mine"]);

        folders.Select(folder => folder.Origin).ShouldBe([PluginOrigin.Shipped, PluginOrigin.User, PluginOrigin.Explicit]);
        folders[^1].Path.ShouldBe(Path.Combine(Workspaces.Workspace.RealPath(_room.Root), "mine"));
    }
}
