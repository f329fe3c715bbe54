using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.Tests;
using QwenCode.Tools;

namespace QwenCode.Plugins.McMaster.Tests;

/// <summary>
/// What plugins may expect of any loader. In what the loaders differ is stated by the abstract members, and by nothing else.
/// </summary>
public abstract class LoaderConformance : IAsyncLifetime
{
    // The system finds a native library that any plugin has loaded again by its name alone; so each test has one of its own.
    private readonly string _native = "fruit_" + Guid.NewGuid().ToString("N");
    private readonly PluginRoom _room = new() { Loaders = new PluginLoaders().AddMcMaster() };

    /// <summary>Gets the name that selects the loader.</summary>
    protected abstract string Loader { get; }

    /// <summary>Gets the full name of the type of its load contexts.</summary>
    protected abstract string ContextType { get; }

    /// <summary>Gets what <c>edition</c> returns without the plugin's copy of its library; <c>null</c> if the call fails.</summary>
    protected abstract string? EditionWithoutTheLibrary { get; }

    /// <summary>Gets whether a native library below <c>runtimes/</c> is found although <c>deps.json</c> does not list it.</summary>
    protected abstract bool FindsUnlistedNativeLibraries { get; }

    /// <summary>Gets whether a plugin runs from the output folder of a project whose packages are not copied into it.</summary>
    protected abstract bool RunsFromABuildOutput { get; }

    public Task InitializeAsync()
    {
        _room.Loader = Loader;
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task A_plugin_lives_in_a_context_of_this_loader()
    {
        _room.Install("Fixtures.Fruit");

        var context = await _room.Host().UseAsync("flavour", "Plantain", """{"culture":""}""");

        context.Target.ShouldNotBeNull().GetType().FullName.ShouldBe(ContextType);
    }

    [Fact]
    public async Task Two_plugins_use_two_versions_of_one_library_and_neither_gets_the_hosts()
    {
        Fixtures.Library.Edition.Name.ShouldBe("edition Two of 2", "the host has a copy of its own");
        _room.Install("Fixtures.Good");
        _room.Install("Fixtures.Broken");
        var host = _room.Host();

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
        host.Plugins.Select(static plugin => plugin.Generation!.Context!.Target).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task The_contract_what_it_refers_to_and_the_framework_are_the_hosts_even_if_the_folder_holds_copies()
    {
        var folder = _room.Install("Fixtures.Fruit");
        foreach (var type in new[] { typeof(Tool), typeof(AIFunction), typeof(ILogger), typeof(JsonSerializer) })
        {
            File.Copy(type.Assembly.Location, Path.Combine(folder, Path.GetFileName(type.Assembly.Location)));
        }

        var origins = await _room.Host().TextAsync("origins");

        origins.ShouldBe("Tool:host AIFunction:host ILogger:host JsonSerializer:host ISeed:own Fruit:own");
    }

    [Theory]
    [InlineData("", "Plantain")]
    [InlineData("de", "Plantain")]
    [InlineData("es", "Plátano")]
    [InlineData("es-MX", "Plantain")] // Without ICU a culture has no parent: a plugin names the one it has.
    public async Task A_plugin_chooses_its_satellite_assembly_by_culture(string culture, string expected)
    {
        _room.Install("Fixtures.Fruit");

        (await _room.Host().TextAsync("flavour", $$"""{"culture":"{{culture}}"}""")).ShouldBe(expected);
    }

    [Fact]
    public async Task A_plugin_loads_plugins_of_its_own_and_is_collected_with_them()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var host = _room.Host();
        var context = await host.UseAsync("sprouts", "a sprout");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();

        await context.ShouldBeCollectedAsync();
    }

    [Fact]
    public async Task A_native_library_beside_the_assembly_is_found()
    {
        AddNativeLibrary(_room.Install("Fixtures.Fruit"));

        (await _room.Host().TextAsync("checksum", ChecksumArguments)).ShouldBe("cbf43926");
    }

    [Fact]
    public async Task A_native_library_for_this_platform_that_deps_json_lists_is_found()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var file = AddNativeLibrary(folder, NativeFolder);
        var path = Path.Combine(folder, "Fixtures.Fruit.deps.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        var target = json["targets"]![(string)json["runtimeTarget"]!["name"]!]!.AsObject();
        target.Single(static library => library.Key.StartsWith("Fixtures.Fruit/", StringComparison.Ordinal)).Value!["runtimeTargets"] =
            new JsonObject { [$"{NativeFolder}/{file}"] = new JsonObject { ["rid"] = Platform, ["assetType"] = "native" } };
        await File.WriteAllTextAsync(path, json.ToJsonString());

        (await _room.Host().TextAsync("checksum", ChecksumArguments)).ShouldBe("cbf43926");
    }

    [Fact]
    public async Task A_native_library_for_this_platform_that_deps_json_does_not_list()
    {
        AddNativeLibrary(_room.Install("Fixtures.Fruit"), NativeFolder);
        var host = _room.Host();

        var result = await host.CallAsync("checksum", ChecksumArguments);

        if (FindsUnlistedNativeLibraries)
        {
            result.Error.ShouldBeNull();
            result.Content.ToText().ShouldBe("cbf43926");
        }
        else
        {
            result.Error.ShouldNotBeNull().Message.ShouldContain(_native);
            host.Fault(PluginFaultReason.MissingDependency).Message.ShouldStartWith("A native library is missing");
        }
    }

    [Fact]
    public async Task A_private_dependency_that_is_missing()
    {
        File.Delete(Path.Combine(_room.Install("Fixtures.Good"), "Fixtures.Library.dll"));
        var host = _room.Host();

        var result = await host.CallAsync("edition");

        if (EditionWithoutTheLibrary is { } edition)
        {
            result.Error.ShouldBeNull();
            result.Content.ToText().ShouldBe(edition);
            host.Report().AllFaults.ShouldBeEmpty("the loader says nothing");
        }
        else
        {
            result.Error.ShouldNotBeNull().Message.ShouldContain("Fixtures.Library");
        }

        // The doctor compares references with the folder, whatever the loader makes of them.
        var report = await host.VerifyAsync();
        var message = report.AllFaults.Where(static fault => fault.Reason == PluginFaultReason.MissingDependency)
            .Select(static fault => fault.Message).Distinct().ShouldHaveSingleItem();
        message.ShouldStartWith("It needs the assembly 'Fixtures.Library, Version=1.0.0.0");
        message.ShouldEndWith("which is not in its folder.");
    }

    [Fact]
    public async Task A_framework_the_host_lacks_is_named_and_nobody_is_told_to_copy_assemblies_of_it()
    {
        var folder = _room.Install("Fixtures.Web");
        var host = _room.Host();

        var result = await host.CallAsync("is_get", """{"method":"GET"}""");

        result.Error.ShouldNotBeNull().Message.ShouldContain("Microsoft.AspNetCore");
        var report = await host.VerifyAsync();
        var fault = report.AllFaults.Select(static fault => fault with { Tool = null }).Distinct().ShouldHaveSingleItem();
        fault.Reason.ShouldBe(PluginFaultReason.MissingFramework);
        fault.File.ShouldBe(Path.Combine(folder, "Fixtures.Web.runtimeconfig.json"));
        fault.Message.ShouldContain("'Microsoft.AspNetCore.App' 10.0");
        fault.Message.ShouldContain("this host does not have it");
        fault.Advice.ShouldContain("does not help");
    }

    [Fact]
    public async Task An_output_folder_whose_packages_are_in_the_nuget_cache()
    {
        var folder = PluginRoom.Fixture("Fixtures.Frugal");
        File.Exists(Path.Combine(folder, "DiffPlex.dll")).ShouldBeFalse("the fixture is built without copies of its packages");
        var host = _room.Host(folders: [new PluginFolder(folder, PluginOrigin.Explicit)]);

        var result = await host.CallAsync("differences", """{"one":"a\nb\n","other":"a\nc\n"}""");
        var report = await host.VerifyAsync();

        if (RunsFromABuildOutput)
        {
            result.Error.ShouldBeNull();
            result.Content.ToText().ShouldBe("1");
            report.AllFaults.ShouldBeEmpty();
        }
        else
        {
            result.Error.ShouldNotBeNull().Message.ShouldContain("DiffPlex");
            report.AllFaults.ShouldAllBe(static fault => fault.Reason == PluginFaultReason.MissingDependency);
            report.AllFaults.ShouldContain(static fault => fault.Message.Contains("DiffPlex, Version="));
        }
    }

    [Fact]
    public async Task A_folder_that_is_replaced_is_a_new_generation_and_the_old_one_is_collected()
    {
        var folder = _room.Install("Fixtures.Good", "tool");
        var host = _room.Host();
        var old = await host.UseAsync("edition", "edition One of 1");

        Directory.Delete(folder, recursive: true);
        _room.Install("Fixtures.Broken", "tool");

        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
        await old.ShouldBeCollectedAsync();
    }

    [Fact]
    public async Task A_library_that_is_replaced_on_disk_is_used_by_the_next_generation_and_not_by_the_running_one()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        await host.UseAsync("echo", "a", """{"text":"a"}""");
        var running = host.Tool("edition").Prepare(ToolArguments.None, ToolContext.Detached);

        // The running generation has not loaded its library yet when the file becomes another version.
        var other = Path.Combine(PluginRoom.Fixture("Fixtures.Broken"), "Fixtures.Library.dll");
        File.Copy(other, Path.Combine(folder, "Fixtures.Library.dll"), overwrite: true);
        host.Snapshot();

        (await running.ExecuteAsync(default)).Content.ToText().ShouldBe("edition One of 1");
        (await host.TextAsync("edition")).ShouldBe("edition Two of 2");
    }

    [Fact]
    public async Task A_half_copied_assembly_leaves_the_old_generation_in_use()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        await host.UseAsync("edition", "edition One of 1");
        var assembly = Path.Combine(folder, "Fixtures.Good.dll");
        var whole = await File.ReadAllBytesAsync(assembly);

        await File.WriteAllBytesAsync(assembly, whole[..(whole.Length / 2)]);

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        host.Fault(PluginFaultReason.NotAnAssembly).File.ShouldBe(assembly);
    }

    [Fact]
    public async Task Without_reload_the_plugin_is_not_collectible_and_runs_from_its_own_folder()
    {
        _room.Install("Fixtures.Fruit");

        var context = await _room.Host(reload: false).UseAsync("flavour", "Plátano", """{"culture":"es"}""");

        context.Target.ShouldBeAssignableTo<AssemblyLoadContext>().ShouldNotBeNull().IsCollectible.ShouldBeFalse();
        Directory.Exists(Path.Combine(_room.Cache, "copies")).ShouldBeTrue("the manifest was made over a copy");
        Directory.GetFileSystemEntries(Path.Combine(_room.Cache, "copies")).ShouldBeEmpty("it was needed for that only");
    }

    private string ChecksumArguments => $$"""{"library":"{{_native}}","text":"123456789"}""";

    private static string Family => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    private static string Platform => $"{Family}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static string NativeFolder => $"runtimes/{Platform}/native";

    // A native library that every .NET has, under another name: there is no compiler for native code to ask.
    private string AddNativeLibrary(string folder, string below = "")
    {
        var (prefix, suffix) = OperatingSystem.IsWindows() ? (string.Empty, ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        var from = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{prefix}System.IO.Compression.Native{suffix}");
        var name = $"{prefix}{_native}{suffix}";
        Directory.CreateDirectory(Path.Combine(folder, below));
        File.Copy(from, Path.Combine(folder, below, name));
        return name;
    }
}
