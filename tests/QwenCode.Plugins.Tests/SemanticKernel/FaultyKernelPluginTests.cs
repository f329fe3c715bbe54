using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>What can be wrong with a plugin for Semantic Kernel: it is said where, and what to do, and the rest works.</summary>
public sealed class FaultyKernelPluginTests : IAsyncLifetime
{
    private const string Plugin = "Fixtures.SemanticKernel.Plugin";
    private const string Faulty = "Fixtures.SemanticKernel.Faulty";

    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task Each_fault_costs_its_own_class_only()
    {
        _room.Install(Faulty);
        var host = _room.Host();

        var report = await host.VerifyAsync();

        Fault(report, PluginFaultReason.ConstructorFailed, "Unmakeable").Message.ShouldContain("InvalidOperationException: no such luck");
        Fault(report, PluginFaultReason.ConstructorFailed, "Needy").Message.ShouldContain("IFormatProvider");
        Fault(report, PluginFaultReason.ConstructorFailed, "Circular").Message.ShouldContain("needs, by way of others, the class itself");
        Fault(report, PluginFaultReason.InvalidTool, "Refused").Message.ShouldContain("Open generic methods are not supported");
        Fault(report, PluginFaultReason.InvalidTool, "Static").Advice.ShouldBe("Make it a class that can be created.");
        Fault(report, PluginFaultReason.InvalidTool, "Badly").Message.ShouldContain("'bad name!' is not a valid name");
        report.AllFaults.ShouldAllBe(fault => fault.File.EndsWith(".dll", StringComparison.Ordinal) && fault.Advice.Length > 0);
        (await host.TextAsync("Fine_Work")).ShouldBe("works");
        (await host.TextAsync("Filled_Fill")).ShouldBe("filled by Filled");
        (await Should.ThrowAsync<ToolArgumentException>(host.CallAsync("Unmakeable_Never"))).Message.ShouldContain("no such luck");
    }

    [Theory]
    [InlineData("Microsoft.SemanticKernel.Abstractions.dll")]
    [InlineData("Microsoft.SemanticKernel.Core.dll")]
    public void A_missing_library_is_named_with_what_to_do(string file)
    {
        var folder = _room.Install(Plugin);
        File.Delete(Path.Combine(folder, file));

        var host = _room.Host();

        host.Snapshot().ShouldBeEmpty();
        var fault = host.Report().AllFaults.First();
        fault.Reason.ShouldBe(PluginFaultReason.MissingDependency);
        fault.File.ShouldBe(Path.Combine(folder, Plugin + ".dll"));
        fault.Message.ShouldContain(Path.GetFileNameWithoutExtension(file));
        fault.Advice.ShouldContain("EnableDynamicLoading");
    }

    [Fact]
    public void A_library_that_was_missing_is_found_once_it_is_there()
    {
        var folder = _room.Install(Plugin);
        var library = Path.Combine(folder, "Microsoft.SemanticKernel.Core.dll");
        var bytes = File.ReadAllBytes(library);
        File.Delete(library);
        var host = _room.Host();
        host.Snapshot().ShouldBeEmpty();

        File.WriteAllBytes(library, bytes);

        host.Snapshot().ShouldNotBeEmpty();
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public void A_library_that_is_too_old_is_refused_with_its_version()
    {
        var folder = _room.Install(Plugin);
        PluginRoom.CopyFolder(PluginRoom.Fixture("Microsoft.SemanticKernel.Abstractions"), folder);

        var faults = _room.Host().Report().AllFaults.ToList();

        faults.ShouldContain(fault => fault.Message.Contains("Semantic Kernel 1.20.0 cannot be used") && fault.Advice.Contains("1.80 or newer"));
    }

    [Fact]
    public void Prompts_without_a_library_are_reported()
    {
        var folder = Path.Combine(_room.User, "lonely");
        PluginRoom.CopyFolder(Path.Combine(PluginRoom.Fixture(Plugin), "Prompts"), Path.Combine(folder, "Prompts"));

        var fault = _room.Host().Fault(PluginFaultReason.MissingDependency);

        fault.File.ShouldBe(folder);
        fault.Message.ShouldContain("Microsoft.SemanticKernel.Core.dll");
    }

    [Fact]
    public async Task A_filter_that_cannot_be_made_stops_the_plugin_because_it_may_forbid_things()
    {
        _room.Install("Fixtures.SemanticKernel.Guarded");
        var host = _room.Host();

        var refused = await Should.ThrowAsync<ToolArgumentException>(host.CallAsync("Vault_Open"));

        refused.Message.ShouldContain("Guard");
        refused.Message.ShouldContain("the keys are lost");
        await Should.ThrowAsync<ToolArgumentException>(host.CallAsync("Vault_Open"));
        host.Fault(PluginFaultReason.ConstructorFailed).File.ShouldEndWith("Guarded.dll");
    }

    [Fact]
    public void A_shared_assembly_that_is_wanted_newer_than_the_host_has_it_is_not_asked_to_be_copied()
    {
        const string wanted = "Microsoft.Extensions.AI.Abstractions, Version=99.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60";

        var fault = Binding.LoadFaults.FindMissingAssembly(new FileNotFoundException("not found", wanted), "a.dll").ShouldNotBeNull();

        fault.Reason.ShouldBe(PluginFaultReason.MissingDependency);
        fault.Message.ShouldContain($"which the host brings in version {typeof(Microsoft.Extensions.AI.AIFunction).Assembly.GetName().Version}");
        fault.Advice.ShouldStartWith("Build it against that version");
    }

    [Fact]
    public void The_library_alone_is_no_plugin()
    {
        foreach (var file in Directory.GetFiles(_room.Install(Plugin, "alone"), "Fixtures.*"))
        {
            File.Delete(file);
        }

        Directory.Delete(Path.Combine(_room.User, "alone", "Prompts"), recursive: true);
        var host = _room.Host();

        host.Snapshot().ShouldBeEmpty();
        host.Fault(PluginFaultReason.NoTools).File.ShouldEndWith("alone");
    }

    [Fact]
    public void A_prompt_that_cannot_be_read_is_named_and_the_others_stay()
    {
        var folder = _room.Install(Plugin);
        var broken = Path.Combine(folder, "Prompts", "Shorten", "config.json");
        File.WriteAllText(broken, "{ broken");
        var host = _room.Host();

        host.Snapshot().ShouldContain(tool => tool.Name == "Prompts_Greet");
        host.Snapshot().ShouldNotContain(tool => tool.Name == "Prompts_Shorten");
        var fault = host.Fault(PluginFaultReason.InvalidTool);
        fault.File.ShouldBe(Path.Combine(folder, "Prompts", "Shorten", "skprompt.txt"));
        fault.Advice.ShouldContain("config.json");
    }

    [Fact]
    public void A_prompt_in_yaml_needs_the_library_that_reads_it()
    {
        var folder = _room.Install(Plugin);
        File.WriteAllText(Path.Combine(folder, "Prompts", "poem.yaml"), "name: Poem\ntemplate: Write a poem.\n");
        File.WriteAllText(Path.Combine(folder, "Prompts", "other.yaml"), "name: no prompt\n");

        var fault = _room.Host().Report().AllFaults.ShouldHaveSingleItem();

        fault.File.ShouldBe(Path.Combine(folder, "Prompts", "poem.yaml"));
        fault.Message.ShouldContain("Microsoft.SemanticKernel.Yaml");
    }

    [Theory]
    [InlineData("""{"toolSettings":[]}""", "'toolSettings' must be an object")]
    [InlineData("""{"toolSettings":{"OrdersPlugin_Edition":"Read"}}""", "'toolSettings.OrdersPlugin_Edition' is no object")]
    [InlineData("""{"toolSettings":{"OrdersPlugin_Edition":{"kind":"Magic"}}}""", "'kind' is \"Magic\"")]
    [InlineData("""{"toolSettings":{"OrdersPlugin_Edition":{"allow":true}}}""", "'toolSettings.OrdersPlugin_Edition.allow' is unknown; 'kind' and 'traits' can be set.")]
    [InlineData("""{"toolSettings":{"OrdersPlugin_Nothing":{"kind":"Read"}}}""", "there is no such tool")]
    public void A_setting_that_cannot_be_used_is_named(string json, string expected)
    {
        var folder = _room.Install(Plugin);
        File.WriteAllText(Path.Combine(folder, "plugin.json"), json);

        var fault = _room.Host().Report().AllFaults.ShouldHaveSingleItem();

        fault.File.ShouldBe(Path.Combine(folder, "plugin.json"));
        fault.Message.ShouldContain(expected);
    }

    private static PluginFault Fault(PluginLoadReport report, PluginFaultReason reason, string about) =>
        report.AllFaults.Where(fault => fault.Reason == reason && (fault.Message.Contains(about) || fault.Tool == about)).DistinctBy(fault => fault.Message).ShouldHaveSingleItem(string.Join("\n", report.AllFaults));
}
