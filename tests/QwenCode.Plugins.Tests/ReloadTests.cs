using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests;

public sealed class ReloadTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task Listing_tools_loads_no_plugin()
    {
        _room.Install("Fixtures.Good");
        // The first host makes the manifest, which takes a look inside; the second finds it made.
        _room.Host().Snapshot().ShouldNotBeEmpty();
        var host = _room.Host();

        host.Snapshot().ShouldNotBeEmpty();

        host.Plugins.ShouldHaveSingleItem().Generation!.Context.ShouldBeNull();
        host.Report().Plugins.ShouldHaveSingleItem().State.ShouldBe(PluginState.Listed);
        (await host.TextAsync("echo", """{"text":"a"}""")).ShouldBe("a");
        host.Report().Plugins.ShouldHaveSingleItem().State.ShouldBe(PluginState.Loaded);
    }

    [Fact]
    public void An_unchanged_folder_gives_the_same_list()
    {
        _room.Install("Fixtures.Good");
        var host = _room.Host();

        host.Snapshot().ShouldBeSameAs(host.Snapshot());
    }

    [Fact]
    public void A_new_folder_adds_its_tools_and_a_removed_one_takes_them_away()
    {
        var host = _room.Host();
        host.Snapshot().ShouldBeEmpty();

        var folder = _room.Install("SmallestPlugin");
        host.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("count_lines");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_changed_assembly_is_a_new_generation_and_the_old_one_is_collected()
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
    public async Task A_generation_that_read_and_wrote_json_is_collected_too()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        var old = await host.UseAsync("describe_all", "Red none  0 1//0 False -", """{"colour":"Red","count":null,"names":[],"sizes":{},"place":{"latitude":1,"label":null}}""");
        await host.UseAsync("locate", """{"latitude":52.5,"label":"Zürich <here>","near":null}""");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();

        await old.ShouldBeCollectedAsync();
    }

    [Fact]
    public async Task A_running_call_ends_in_its_own_generation_before_that_unloads()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        using var stop = new CancellationTokenSource();
        var running = host.CallAsync("wait_for_cancel", cancellationToken: stop.Token);
        var generation = host.Plugins.Single().Generation!;

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();
        generation.Retire(Loading.Retirement.Superseded);
        var unloaded = generation.Unloaded;

        unloaded.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await unloaded;
    }

    [Fact]
    public async Task A_tool_of_a_replaced_generation_passes_its_calls_on()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        var old = host.Tool("edition");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "Fixtures.Good.pdb"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        host.Tool("edition").ShouldNotBeSameAs(old);

        (await old.Prepare(ToolArguments.None, ToolContext.Detached).ExecuteAsync(default)).Content.ToText().ShouldBe("edition One of 1");
    }

    [Fact]
    public void A_tool_of_a_removed_plugin_says_so()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        var old = host.Tool("edition");
        Directory.Delete(folder, recursive: true);
        host.Snapshot();

        Should.Throw<ToolArgumentException>(() => old.Prepare(ToolArguments.None, ToolContext.Detached)).ErrorType.ShouldBe(ToolError.NotRegistered);
    }

    [Fact]
    public async Task A_half_copied_assembly_leaves_the_old_generation_in_use_until_it_is_whole()
    {
        var folder = _room.Install("Fixtures.Good", "tool");
        var host = _room.Host();
        await host.UseAsync("edition", "edition One of 1");
        var assembly = Path.Combine(folder, "Fixtures.Good.dll");
        var whole = await File.ReadAllBytesAsync(assembly);

        await File.WriteAllBytesAsync(assembly, whole[..(whole.Length / 2)]);

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        host.Fault(PluginFaultReason.NotAnAssembly).File.ShouldBe(assembly);

        await File.WriteAllBytesAsync(assembly, whole);

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_plugins_use_two_versions_of_one_library()
    {
        _room.Install("Fixtures.Good");
        _room.Install("Fixtures.Broken");
        var host = _room.Host();

        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        (await host.TextAsync("works")).ShouldBe("edition Two of 2");
    }

    [Fact]
    public async Task The_smallest_plugin_works_just_as_it_was_built()
    {
        _room.Install("SmallestPlugin", "net10.0");
        var file = Path.Combine(_room.Root, "lines.txt");
        await File.WriteAllTextAsync(file, "a\nb\nc\n");

        (await _room.Host().TextAsync("count_lines", $$"""{"path":{{System.Text.Json.JsonSerializer.Serialize(file)}}}""")).ShouldBe("3");
    }

    [Fact]
    public async Task Without_reload_a_plugin_stays_as_it_was_found()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host(reload: false);
        var found = host.Snapshot();

        File.Delete(Path.Combine(folder, "Fixtures.Good.pdb"));

        host.Snapshot().ShouldBeSameAs(found);
        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        host.Plugins.Single().Generation!.Context!.Target.ShouldBeOfType<Loading.PluginLoadContext>().IsCollectible.ShouldBeFalse();
    }
}
