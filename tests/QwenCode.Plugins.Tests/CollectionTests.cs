using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Tests;

/// <summary>A generation that stays in memory after it was replaced is reported.</summary>
public sealed class CollectionTests : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _room.CloseAsync();

    [Fact]
    public async Task A_generation_that_something_holds_is_reported_once_with_advice()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var host = _room.Host();
        await host.TextAsync("cling");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();
        await host.RetiredAsync(default);
        (await host.PrepareAsync(default)).ShouldBeEmpty("the collector has had no time yet");
        Collect();

        var notice = (await host.PrepareAsync(default)).ShouldHaveSingleItem();
        notice.ShouldContain("A replaced generation of the plugin 'Fixtures.Fruit' cannot be removed from memory");
        notice.ShouldContain("AppDomain.ProcessExit");
        (await host.PrepareAsync(default)).ShouldBeEmpty();
        var fault = host.Fault(PluginFaultReason.NotCollected);
        fault.File.ShouldBe(Path.Combine(folder, "Fixtures.Fruit.dll"));
        host.Report().IsHealthy.ShouldBeFalse();
    }

    [Fact]
    public async Task Each_further_reload_is_counted_and_not_told_anew()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var host = _room.Host();
        for (var day = 1; day <= 3; day++)
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, "Fixtures.Fruit.pdb"), new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));
            await host.TextAsync("cling");
            await host.RetiredAsync(default);
            Collect();
            (await host.PrepareAsync(default)).Count.ShouldBe(day == 2 ? 1 : 0);
        }

        host.Fault(PluginFaultReason.NotCollected).Message.ShouldStartWith("2 replaced generations of the plugin 'Fixtures.Fruit'");
    }

    [Fact]
    public async Task A_generation_that_is_collected_is_not_reported()
    {
        var folder = _room.Install("Fixtures.Fruit");
        var host = _room.Host();
        var context = await host.UseAsync("flavour", "Plátano", """{"culture":"es"}""");

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();
        await context.ShouldBeCollectedAsync();
        Collect();

        (await host.PrepareAsync(default)).ShouldBeEmpty();
        host.Report().AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_generation_with_a_running_call_is_no_leak()
    {
        var folder = _room.Install("Fixtures.Good");
        var host = _room.Host();
        using var stop = new CancellationTokenSource();
        var running = host.CallAsync("wait_for_cancel", cancellationToken: stop.Token);

        Directory.Delete(folder, recursive: true);
        host.Snapshot().ShouldBeEmpty();
        Collect();

        host.Report().AllFaults.ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }

    private static void Collect()
    {
        for (var i = 0; i < UnloadWatch.Patience + 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
