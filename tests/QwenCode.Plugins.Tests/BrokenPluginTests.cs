using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests;

public sealed class BrokenPluginTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task A_file_that_is_no_assembly_is_reported_and_the_rest_works()
    {
        _room.Install("Fixtures.Good");
        Write("junk/junk.dll", "this is text");
        var host = _room.Host();

        (await host.TextAsync("echo", """{"text":"a"}""")).ShouldBe("a");
        host.Fault(PluginFaultReason.NotAnAssembly).File.ShouldEndWith("junk.dll");
    }

    [Fact]
    public void Half_an_assembly_is_no_assembly()
    {
        var bytes = File.ReadAllBytes(Path.Combine(PluginRoom.Fixture("SmallestPlugin"), "SmallestPlugin.dll"));
        Directory.CreateDirectory(Path.Combine(_room.User, "half"));
        File.WriteAllBytes(Path.Combine(_room.User, "half", "half.dll"), bytes[..(bytes.Length - 700)]);

        _room.Host().Fault(PluginFaultReason.NotAnAssembly).Message.ShouldContain("only the beginning");
    }

    [Fact]
    public void A_folder_without_tools_is_reported()
    {
        Directory.CreateDirectory(Path.Combine(_room.User, "empty"));

        _room.Host().Fault(PluginFaultReason.NoTools).File.ShouldEndWith("empty");
    }

    [Fact]
    public async Task A_missing_dependency_is_named_with_advice_and_costs_only_the_tools_that_need_it()
    {
        var folder = _room.Install("Fixtures.Good");
        File.Delete(Path.Combine(folder, "Fixtures.Library.dll"));
        var host = _room.Host();

        var result = await host.CallAsync("edition");

        result.Error.ShouldNotBeNull().Message.ShouldContain("Fixtures.Library");
        result.Error!.Message.ShouldContain("Fixtures.Good");
        host.Fault(PluginFaultReason.MissingDependency).Advice.ShouldContain("EnableDynamicLoading");
        (await host.TextAsync("echo", """{"text":"a"}""")).ShouldBe("a");
    }

    [Theory]
    [InlineData(2, 0, "Use a newer version")]
    [InlineData(1, 9, "Use a newer version")]
    [InlineData(0, 9, "Build the plugin against")]
    public void An_assembly_of_another_contract_is_refused_without_loading(int major, int minor, string advice)
    {
        Directory.CreateDirectory(Path.Combine(_room.User, "other"));
        ForeignAssembly.Write(Path.Combine(_room.User, "other", "other.dll"), new Version(major, minor, 0, 0));

        var fault = _room.Host().Fault(PluginFaultReason.ContractVersion);

        fault.Message.ShouldContain($"contract {major}.{minor}");
        fault.Advice.ShouldContain(advice);
    }

    [Fact]
    public void A_plugin_that_wants_a_newer_platform_than_the_host_has_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_room.User, "other"));
        var contract = Version.Parse(PluginContract.Version);
        ForeignAssembly.Write(Path.Combine(_room.User, "other", "other.dll"), contract, platform: new Version(contract.Major, contract.Minor + 1, 0, 0));

        _room.Host().Fault(PluginFaultReason.ContractVersion).Message.ShouldContain($"contract {contract.Major}.{contract.Minor + 1}");
    }

    [Fact]
    public void The_host_brings_the_platform_in_the_version_of_the_contract()
    {
        HostAssemblies.Owns("QwenCode.Platform").ShouldBeTrue();
        HostAssemblies.FindVersion("QwenCode.Platform").ShouldBe(typeof(PluginContract).Assembly.GetName().Version);
    }

    [Fact]
    public void The_contract_assembly_has_the_version_the_contract_names()
    {
        typeof(PluginContract).Assembly.GetName().Version!.ToString(2).ShouldBe(PluginContract.Version);
    }

    [Fact]
    public async Task A_constructor_that_throws_costs_its_own_tools_only()
    {
        _room.Install("Fixtures.Broken");
        var host = _room.Host();

        var error = Should.Throw<ToolArgumentException>(() => host.Tool("never_made").Prepare(ToolArguments.None, ToolContext.Detached));

        error.Message.ShouldContain("Fixtures.Broken");
        error.Message.ShouldContain("no such luck");
        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
        host.Fault(PluginFaultReason.ConstructorFailed).Tool.ShouldBe("never_made");
    }

    [Fact]
    public async Task A_tool_that_throws_gives_a_failed_result()
    {
        _room.Install("Fixtures.Broken");

        var result = await _room.Host().CallAsync("throws");

        result.Error.ShouldBe(new ToolError(ToolError.UnhandledException, "The tool 'throws' of plugin 'Fixtures.Broken' failed: InvalidOperationException: the tool is out of order"));
    }

    [Fact]
    public async Task A_tool_that_hangs_is_abandoned_after_its_time_and_the_host_lives()
    {
        _room.Install("Fixtures.Broken");
        var host = _room.Host(timeout: TimeSpan.FromMilliseconds(50));

        var result = await host.CallAsync("hangs");

        result.Error.ShouldNotBeNull().Message.ShouldContain("abandoned");
        host.Fault(PluginFaultReason.Hung).Tool.ShouldBe("hangs");
        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
    }

    [Fact]
    public async Task A_tool_that_hangs_lets_a_cancelled_caller_go()
    {
        _room.Install("Fixtures.Broken");
        var host = _room.Host();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        await Should.ThrowAsync<OperationCanceledException>(() => host.CallAsync("hangs", cancellationToken: stop.Token));
    }

    [Fact]
    public async Task A_tool_that_listens_is_stopped_when_its_time_is_over()
    {
        _room.Install("Fixtures.Good");
        var host = _room.Host(timeout: TimeSpan.FromMilliseconds(20));

        var result = await host.CallAsync("wait_for_cancel");

        result.Error.ShouldNotBeNull().Message.ShouldContain("took longer than");
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_as_a_result_is_a_success()
    {
        _room.Install("Fixtures.Broken");

        (await _room.Host().TextAsync("gives_null")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_huge_text_is_cut_with_a_notice()
    {
        _room.Install("Fixtures.Broken");

        var text = await _room.Host().TextAsync("gives_50_mb");

        text.Length.ShouldBeLessThan(101_000);
        text.ShouldContain("49900000 more characters were left out");
    }

    [Fact]
    public async Task Huge_parts_are_cut_with_a_notice()
    {
        _room.Install("Fixtures.Broken");

        var result = await _room.Host().CallAsync("gives_50_mb_in_parts");

        result.Content.ToText().Length.ShouldBeLessThan(101_000);
        result.Content.ToText().ShouldContain("left out");
        result.Content.Parts.ShouldAllBe(part => part is Microsoft.Extensions.AI.TextContent);
    }

    [Fact]
    public async Task Content_of_a_plugins_own_type_becomes_text()
    {
        _room.Install("Fixtures.Broken");

        var result = await _room.Host().CallAsync("gives_own_content");

        result.Content.Parts.ShouldHaveSingleItem().ShouldBeOfType<Microsoft.Extensions.AI.TextContent>().Text.ShouldBe("my own kind of content");
    }

    [Theory]
    [InlineData(PluginFaultReason.InvalidName, "bad name!")]
    [InlineData(PluginFaultReason.InvalidSchema, "bad_schema")]
    [InlineData(PluginFaultReason.DuplicateTool, "twice")]
    public void A_tool_that_cannot_be_offered_is_reported_and_left_out(PluginFaultReason reason, string tool)
    {
        _room.Install("Fixtures.Broken");
        var host = _room.Host();

        host.Fault(reason).Tool.ShouldBe(tool);
        host.Snapshot().Count(found => found.Name == tool).ShouldBe(tool == "twice" ? 1 : 0);
    }

    [Theory]
    [InlineData("TakesAReference", "passed by reference")]
    [InlineData("NoTool", "neither a Tool nor an AIFunction")]
    public void What_cannot_be_a_tool_is_reported(string what, string why)
    {
        _room.Install("Fixtures.Broken");

        _room.Host().Report().AllFaults.ShouldContain(fault => fault.Reason == PluginFaultReason.InvalidTool && fault.Message.Contains(what) && fault.Message.Contains(why));
    }

    [Fact]
    public async Task Of_two_tools_of_one_name_the_stronger_origin_wins_and_the_other_is_reported()
    {
        var project = Path.Combine(_room.Root, "project");
        _room.Install("Fixtures.Good");
        _room.Install("Fixtures.Broken", into: project);
        var host = _room.Host(folders: [new PluginFolder(_room.User, PluginOrigin.User), new PluginFolder(project, PluginOrigin.Project)]);

        (await host.TextAsync("echo")).ShouldBe("not the echo you know");
        host.Report().Plugins.Single(plugin => plugin.Name == "Fixtures.Good").Faults.ShouldHaveSingleItem().Tool.ShouldBe("echo");
    }

    [Fact]
    public void Of_two_plugins_of_one_name_the_stronger_origin_wins_and_the_other_is_reported()
    {
        var named = Path.Combine(_room.Root, "named");
        _room.Install("Fixtures.Good");
        _room.Install("Fixtures.Good", into: named);
        var host = _room.Host(folders: [new PluginFolder(named, PluginOrigin.Explicit), new PluginFolder(_room.User, PluginOrigin.User)]);

        var report = host.Report();

        report.Plugins.Select(plugin => (plugin.Origin, plugin.State)).ShouldBe([(PluginOrigin.User, PluginState.Overridden), (PluginOrigin.Explicit, PluginState.Listed)]);
        host.Fault(PluginFaultReason.DuplicatePlugin).File.ShouldStartWith(_room.User);
    }

    [Fact]
    public void An_assembly_beside_the_plugin_folders_is_not_ignored_in_silence()
    {
        Write("stray.dll", "x");

        _room.Host().Report().Faults.ShouldHaveSingleItem().File.ShouldEndWith("stray.dll");
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_room.User, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
