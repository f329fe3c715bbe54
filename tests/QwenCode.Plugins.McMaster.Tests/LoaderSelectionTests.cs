using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.Tests;

namespace QwenCode.Plugins.McMaster.Tests;

/// <summary>Who chooses the loader of a plugin, and what happens if there is none of that name.</summary>
public sealed class LoaderSelectionTests : IAsyncLifetime
{
    private const string McMaster = "ManagedLoadContext";
    private const string Own = "PluginLoadContext";

    private readonly PluginRoom _room = new() { Loaders = new PluginLoaders().AddMcMaster() };
    private readonly PluginRoom _without = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _room.CloseAsync();
        await _without.CloseAsync();
    }

    [Theory]
    [InlineData(null, PluginLoaders.Own, Own)]
    [InlineData(null, McMasterLoaders.Name, McMaster)]
    [InlineData("mcmaster", PluginLoaders.Own, McMaster)]
    [InlineData("McMaster", PluginLoaders.Own, McMaster)]
    [InlineData("qwen", McMasterLoaders.Name, Own)]
    public async Task The_plugin_chooses_and_otherwise_the_host(string? chosen, string hosts, string context)
    {
        Choose(_room.Install("Fixtures.Good"), chosen);
        _room.Loader = hosts;
        var host = _room.Host();

        (await host.UseAsync("edition", "edition One of 1")).Target.ShouldNotBeNull().GetType().Name.ShouldBe(context);
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_loader_is_a_fault_that_names_file_key_and_what_there_is()
    {
        var folder = _room.Install("Fixtures.Good");
        Choose(folder, "mc-master");

        var fault = _room.Host().Report().AllFaults.ShouldHaveSingleItem();

        fault.Reason.ShouldBe(PluginFaultReason.UnknownLoader);
        fault.File.ShouldBe(Path.Combine(folder, "plugin.json"));
        fault.Message.ShouldBe("'loader' is \"mc-master\", and this host has no plugin loader of that name.");
        fault.Advice.ShouldStartWith("Available are \"mcmaster\", \"qwen\".");
    }

    [Fact]
    public void A_loader_that_is_no_text_is_a_fault_of_the_file()
    {
        var folder = _room.Install("Fixtures.Good");
        File.WriteAllText(Path.Combine(folder, "plugin.json"), """{"loader":7}""");

        _room.Host().Report().AllFaults.ShouldHaveSingleItem().Message.ShouldContain("'loader' must be a string");
    }

    [Fact]
    public void A_host_option_that_names_no_registered_loader_is_a_fault_of_every_plugin_that_needs_it()
    {
        var first = _without.Install("Fixtures.Good");
        Choose(_without.Install("Fixtures.Broken"), PluginLoaders.Own);
        _without.Loader = McMasterLoaders.Name;
        var host = _without.Host();

        var fault = host.Fault(PluginFaultReason.UnknownLoader);

        fault.File.ShouldBe(first);
        fault.Message.ShouldBe("The host's options select the plugin loader \"mcmaster\", which is not registered.");
        fault.Advice.ShouldStartWith("Available is \"qwen\".");
        host.Snapshot().ShouldContain(static tool => tool.Name == "works");
        host.Snapshot().ShouldNotContain(static tool => tool.Name == "edition");
    }

    [Fact]
    public async Task A_loader_that_cannot_be_made_costs_its_plugins_only()
    {
        _without.Loaders.Add("lame", static () => throw new BadImageFormatException("no such luck"));
        Choose(_without.Install("Fixtures.Good"), "lame");
        _without.Install("Fixtures.Broken");
        var host = _without.Host();

        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
        host.Fault(PluginFaultReason.UnknownLoader).Message.ShouldContain("no such luck");
    }

    [Fact]
    public async Task A_loader_is_made_when_the_first_plugin_needs_it_and_only_once()
    {
        var made = 0;
        _without.Loaders.Add("counted", () =>
        {
            made++;
            return new McMasterPluginLoader();
        });
        _without.Install("Fixtures.Broken");
        await _without.Host().TextAsync("works");
        made.ShouldBe(0);

        Choose(_without.Install("Fixtures.Good"), "counted");
        Choose(_without.Install("Fixtures.Fruit"), "counted");
        var host = _without.Host();
        await host.TextAsync("edition");
        await host.TextAsync("origins");

        made.ShouldBe(1);
    }

    [Fact]
    public void A_name_can_be_taken_once()
    {
        Should.Throw<ArgumentException>(() => _room.Loaders.AddMcMaster()).Message.ShouldContain("'mcmaster'");
        Should.Throw<ArgumentException>(() => _room.Loaders.Add("Qwen", static () => new McMasterPluginLoader()));
    }

    [Fact]
    public async Task A_manifest_that_is_made_anew_because_it_is_stale_keeps_the_choice()
    {
        var folder = _room.Install("Fixtures.Good");
        const string manifest =
            """
            {
              "name": "good", "assembly": "Fixtures.Good.dll", "loader": "mcmaster", "tools": [],
              "build": { "length": 1, "sha256": "ab", "mvid": "86ec11d3-5c6a-454d-8881-1ef3403b81c1" }
            }
            """;
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), manifest);
        var host = _room.Host();

        (await host.UseAsync("edition", "edition One of 1")).Target!.GetType().Name.ShouldBe(McMaster);
        host.Fault(PluginFaultReason.StaleManifest).File.ShouldEndWith("plugin.json");
    }

    [Fact]
    public void A_manifest_that_was_made_with_one_loader_is_made_anew_for_another()
    {
        var folder = PluginRoom.Fixture("Fixtures.Frugal");
        PluginRoom.CopyFolder(folder, Path.Combine(_room.User, "frugal"));
        _room.Host().Snapshot();
        var cached = Directory.GetFiles(Path.Combine(_room.Cache, "manifests")).ShouldHaveSingleItem();
        File.ReadAllText(cached).ShouldContain("\"loader\": \"qwen\"");

        Choose(Path.Combine(_room.User, "frugal"), McMasterLoaders.Name);
        _room.Host().Snapshot();

        File.ReadAllText(cached).ShouldContain("\"loader\": \"mcmaster\"");
    }

    [Fact]
    public void The_report_names_a_loader_that_is_not_the_hosts()
    {
        Choose(_room.Install("Fixtures.Good"), McMasterLoaders.Name);
        _room.Install("Fixtures.Broken");
        var report = _room.Host().Report();

        PluginReportText.Inspect(report, "Fixtures.Good").ShouldNotBeNull().ShouldContain("  loader: mcmaster\n");
        PluginReportText.Inspect(report, "Fixtures.Broken").ShouldNotBeNull().ShouldNotContain("loader:");
    }

    private static void Choose(string folder, string? loader)
    {
        if (loader is not null)
        {
            File.WriteAllText(Path.Combine(folder, "plugin.json"), $$"""{"loader":"{{loader}}"}""");
        }
    }
}
