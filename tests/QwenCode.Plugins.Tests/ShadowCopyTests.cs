using System.Diagnostics;
using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.Tests;

/// <summary>Which copies of plugin folders there are, and when they go.</summary>
public sealed class ShadowCopyTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new() { Grace = TimeSpan.FromMinutes(1) };

    private string Home => Path.Combine(_room.Cache, "copies");

    private string[] Copies => Directory.Exists(Home) ? Directory.GetDirectories(Home) : [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task Rebuilding_leaves_one_copy_and_not_one_for_each_build()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        for (var day = 1; day <= 4; day++)
        {
            Touch(folder, day);
            (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        }

        await UnloadedAsync(host);

        Copies.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_copy_of_a_replaced_generation_goes_when_its_last_call_has_ended_and_not_before()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        using var stop = new CancellationTokenSource();
        var running = host.CallAsync("wait_for_cancel", cancellationToken: stop.Token);
        var old = host.Plugins.Single().Generation!;
        var copy = Copies.ShouldHaveSingleItem();

        Touch(folder, 1);
        (await host.TextAsync("edition")).ShouldBe("edition One of 1");
        Directory.Exists(copy).ShouldBeTrue("a call still runs in it");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
        old.Retire(Retirement.Superseded);
        await old.Unloaded;

        Directory.Exists(copy).ShouldBeFalse();
        File.Exists(copy + ".lock").ShouldBeFalse();
        Copies.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_copy_of_a_removed_plugin_goes_with_it()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        await host.TextAsync("edition");

        Directory.Delete(folder, recursive: true);
        await UnloadedAsync(host);

        Directory.GetFileSystemEntries(Home).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_end_of_a_host_keeps_the_copy_and_the_next_one_uses_it()
    {
        _room.Install("Fixtures.Good");
        var first = _room.Host();
        await first.TextAsync("edition");
        await first.DisposeAsync();
        var copy = Copies.ShouldHaveSingleItem();
        var mark = Path.Combine(copy, "mark");
        await File.WriteAllTextAsync(mark, string.Empty);

        await _room.Host().TextAsync("edition");

        File.Exists(mark).ShouldBeTrue();
        Copies.ShouldBe([copy]);
    }

    [Fact]
    public async Task What_a_process_that_died_left_behind_goes_at_the_next_start()
    {
        var folder = _room.Install("Fixtures.Good");
        var first = _room.Host();
        await first.TextAsync("edition");
        await first.DisposeAsync();
        var left = Copies.ShouldHaveSingleItem();
        Directory.CreateDirectory(left + ".0123.old");

        Touch(folder, 1);
        await _room.Host().TextAsync("edition");

        Copies.ShouldHaveSingleItem().ShouldNotBe(left);
    }

    [Fact]
    public async Task A_copy_that_another_host_uses_survives_until_that_one_is_done_with_it()
    {
        var folder = _room.Install("Fixtures.Good");
        var (one, other) = (_room.Host(), _room.Host());
        await one.TextAsync("edition");
        var old = Copies.ShouldHaveSingleItem();

        Touch(folder, 1);
        await other.TextAsync("edition");
        Copies.Length.ShouldBe(2, "the first host has not looked at the folder since");
        await UnloadedAsync(one);

        Directory.Exists(old).ShouldBeFalse();
        Copies.ShouldHaveSingleItem();
        (await one.TextAsync("edition")).ShouldBe("edition One of 1");
    }

    [LinuxFact]
    public async Task A_copy_that_another_process_uses_survives_until_that_one_ends()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        await host.TextAsync("edition");
        var copy = Copies.ShouldHaveSingleItem();
        // Another process with a shared lock on the same file, as every .NET process takes it.
        using var process = Process.Start(new ProcessStartInfo("flock", ["--shared", copy + ".lock", "sh", "-c", "echo locked; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        (await process.StandardOutput.ReadLineAsync()).ShouldBe("locked");

        Touch(folder, 1);
        await UnloadedAsync(host);
        Directory.Exists(copy).ShouldBeTrue("the other process loads from it");

        await process.StandardInput.WriteLineAsync();
        await process.WaitForExitAsync();
        await _room.Host().TextAsync("edition");

        Directory.Exists(copy).ShouldBeFalse();
    }

    [Fact]
    public void A_copy_under_a_lease_cannot_be_deleted_and_one_without_can()
    {
        var copy = Path.Combine(_room.Root, "copy");
        Directory.CreateDirectory(copy);
        using (CopyLease.TryTake(copy).ShouldNotBeNull())
        {
            using var second = CopyLease.TryTake(copy).ShouldNotBeNull("any number may use it");

            CopyLease.TryDelete(copy).ShouldBeFalse();
            Directory.Exists(copy).ShouldBeTrue();
        }

        CopyLease.TryDelete(copy).ShouldBeTrue();
        Directory.Exists(copy).ShouldBeFalse();
        Directory.GetFiles(_room.Root).ShouldBeEmpty();
    }

    private static void Touch(string folder, int day) =>
        File.SetLastWriteTimeUtc(Path.Combine(folder, "Fixtures.Good.pdb"), new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));

    private static async Task UnloadedAsync(PluginHost host)
    {
        host.Snapshot();
        await host.RetiredAsync(default);
    }
}
