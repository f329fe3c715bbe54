using System.Runtime.Loader;
using System.Text.Json;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Tests;

/// <summary>What the doctor finds of missing references, without a call that needs them.</summary>
public sealed class DependencyCheckTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Theory]
    [InlineData("Fixtures.Good")]
    [InlineData("Fixtures.Fruit")]
    [InlineData("SmallestPlugin")]
    public async Task A_plugin_that_has_all_it_needs_is_healthy(string fixture)
    {
        _room.Install(fixture);

        var report = await _room.Host().VerifyAsync();

        report.AllFaults.ShouldNotContain(static fault => fault.Reason == PluginFaultReason.MissingDependency);
    }

    [Fact]
    public async Task A_library_that_only_the_body_of_a_method_needs_is_missed_by_the_doctor_already()
    {
        var folder = _room.Install("Fixtures.Fruit");
        File.Delete(Path.Combine(folder, "Fixtures.Seeds.dll"));
        var host = _room.Host();
        host.Report().AllFaults.ShouldBeEmpty("listing the tools does not need it");

        var fault = (await host.VerifyAsync()).AllFaults.ShouldHaveSingleItem();

        fault.Reason.ShouldBe(PluginFaultReason.MissingDependency);
        fault.File.ShouldBe(Path.Combine(folder, "Fixtures.Fruit.dll"));
        fault.Message.ShouldBe(
            "It needs the assembly 'Fixtures.Seeds, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null', which is not in its folder.");
    }

    [Fact]
    public async Task What_a_library_of_the_plugin_needs_is_looked_for_too()
    {
        var folder = _room.Install("Fixtures.Fruit");
        Write(folder, "Fixtures.Seeds.dll", new Version(0, 1, 0, 0), "Fixtures.Deep", new Version(3, 0, 0, 0));

        var fault = (await _room.Host().VerifyAsync()).AllFaults.ShouldHaveSingleItem();

        fault.Message.ShouldStartWith("Fixtures.Seeds.dll needs the assembly 'Fixtures.Deep, Version=3.0.0.0");
    }

    [Fact]
    public async Task An_assembly_that_lies_in_the_folder_and_that_nothing_refers_to_is_not_looked_at()
    {
        var folder = _room.Install("SmallestPlugin");
        Write(folder, "Bystander.dll", new Version(1, 0, 0, 0), "Fixtures.Deep", new Version(3, 0, 0, 0));

        (await _room.Host().VerifyAsync()).AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_library_older_than_the_one_that_was_built_against_is_reported_with_both_versions()
    {
        var folder = _room.Install("Fixtures.Broken");
        var library = Path.Combine(folder, "Fixtures.Library.dll");
        File.Copy(Path.Combine(PluginRoom.Fixture("Fixtures.Good"), "Fixtures.Library.dll"), library, overwrite: true);

        var report = await _room.Host().VerifyAsync();

        var fault = report.AllFaults.Where(static fault => fault.Reason == PluginFaultReason.MissingDependency).ShouldHaveSingleItem();
        fault.Message.ShouldContain("'Fixtures.Library, Version=2.0.0.0");
        fault.Message.ShouldEndWith("Fixtures.Library.dll is version 1.0.0.0.");
    }

    [Fact]
    public async Task An_assembly_that_the_host_brings_in_an_older_version_is_reported_with_both_versions()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var newer = new Version(99, 0, 0, 0);
        Write(folder, "Fixtures.Seeds.dll", new Version(0, 1, 0, 0), "System.Text.Json", newer);
        Write(folder, "System.Text.Json.dll", newer, "System.Runtime", new Version(10, 0, 0, 0));

        var faults = (await _room.Host().VerifyAsync()).AllFaults.Select(static fault => fault.Message).ToList();

        // The plugin's own reference is to the framework's version; the newer one of its library is what cannot be served.
        var version = typeof(JsonSerializer).Assembly.GetName().Version;
        faults.ShouldHaveSingleItem().ShouldContain($"the host brings it in version {version}");
    }

    [Fact]
    public async Task Nothing_is_loaded_by_looking_at_references()
    {
        var folder = _room.Install("Fixtures.Fruit");
        Write(folder, "Fixtures.Seeds.dll", new Version(0, 1, 0, 0), "Fixtures.Deep", new Version(3, 0, 0, 0));
        var host = _room.Host();

        await host.VerifyAsync();

        var context = (AssemblyLoadContext)host.Plugins.Single().Generation!.Context!.Target!;
        context.Assemblies.Select(static assembly => assembly.GetName().Name).ShouldBe(["Fixtures.Fruit"]);
    }

    private static void Write(string folder, string file, Version version, string referenced, Version referencedVersion) =>
        ForeignAssembly.Write(Path.Combine(folder, file), version, referenced, referencedVersion);
}
