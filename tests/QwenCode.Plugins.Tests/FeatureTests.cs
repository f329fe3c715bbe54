using QwenCode.Workspaces;

namespace QwenCode.Plugins.Tests;

/// <summary>Tools of experimental features: offered where they are switched on and say that they are of use.</summary>
public sealed class FeatureTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    private string Water => Path.Combine(_room.Root, "water");

    public Task InitializeAsync()
    {
        _room.Install("Fixtures.Good");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task Where_the_feature_is_off_its_tools_are_listed_but_neither_offered_nor_loaded()
    {
        var host = Host();

        (await host.PrepareAsync(default)).ShouldBeEmpty();

        Names(host).ShouldContain("echo");
        Names(host).ShouldNotContain("sonar");
        Names(host).ShouldNotContain("lead");
        host.HasLoaded.ShouldBeFalse();
        host.Report().Plugins.Single().Tools.Select(static tool => tool.Name).ShouldContain("sonar");
        Reports.PluginReportText.Inspect(host.Report(), "Fixtures.Good")!.ShouldContain("sonar (other; experimental: sounding)");
    }

    [Fact]
    public async Task Where_it_is_on_a_tool_is_offered_once_it_is_of_use_and_why_it_is_not_is_told_once()
    {
        var host = Host("sounding");
        Names(host).ShouldNotContain("lead", "nobody has asked it yet");

        var first = await host.PrepareAsync(default);
        var second = await host.PrepareAsync(default);
        var before = host.Snapshot();
        File.WriteAllText(Water, string.Empty);
        var third = await host.PrepareAsync(default);

        first.ShouldBe([$"There is no {Water}."]);
        second.ShouldBeEmpty();
        before.Select(static tool => tool.Name).ShouldContain("lead");
        before.Select(static tool => tool.Name).ShouldNotContain("sonar");
        third.ShouldBeEmpty();
        Names(host).ShouldContain("sonar");
        Names(host).ShouldNotContain("rod");
    }

    [Fact]
    public async Task The_list_stays_the_same_object_while_nothing_changes()
    {
        var host = Host("sounding");
        await host.PrepareAsync(default);
        var before = host.Snapshot();

        await host.PrepareAsync(default);

        host.Snapshot().ShouldBeSameAs(before);
    }

    [Fact]
    public async Task A_tool_that_throws_or_hangs_is_not_offered_and_the_run_goes_on()
    {
        // Long enough for the plugin to load: only the tool that hangs uses it up.
        var host = _room.Host(["dowsing"], new Workspace(_room.Root), TimeSpan.FromSeconds(2));

        var notices = await host.PrepareAsync(default);

        notices.Count.ShouldBe(2);
        notices[0].ShouldBe("The tool 'rod' of plugin 'Fixtures.Good' is not offered: InvalidOperationException: it bent");
        notices[1].ShouldStartWith("The tool 'well' of plugin 'Fixtures.Good' is not offered: it did not say within ");
        Names(host).ShouldNotContain("rod");
        Names(host).ShouldNotContain("well");
    }

    [Fact]
    public async Task The_manifest_keeps_the_feature()
    {
        var host = Host("sounding");
        await host.PrepareAsync(default);

        var again = Host("sounding");

        again.Report().Plugins.Single().Tools.Single(static tool => tool.Name == "sonar").Feature.ShouldBe("sounding");
        again.HasLoaded.ShouldBeFalse();
        again.Report().AllFaults.ShouldBeEmpty();
    }

    private static IEnumerable<string> Names(PluginHost host) => host.Snapshot().Select(static tool => tool.Name);

    private PluginHost Host(params string[] features) => _room.Host(features, new Workspace(_room.Root), TimeSpan.FromMinutes(1));
}
