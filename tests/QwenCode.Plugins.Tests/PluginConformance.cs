using System.Runtime.CompilerServices;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests;

/// <summary>What every plugin must stand: it lists, loads, survives a cancelled call, and unloads. Derive from it and name the folder.</summary>
public abstract class PluginConformance : IAsyncLifetime
{
    private readonly PluginRoom _room = new();

    /// <summary>Gets the plugin's folder, as it would be copied to a user's machine.</summary>
    protected abstract string Folder { get; }

    public Task InitializeAsync()
    {
        PluginRoom.CopyFolder(Folder, Plugin);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _room.CloseAsync();

    private string Plugin => Path.Combine(_room.User, "plugin");

    [Fact]
    public void It_lists_at_least_one_tool_without_a_fault()
    {
        var report = _room.Host().Report();

        report.AllFaults.ShouldBeEmpty();
        report.Plugins.ShouldHaveSingleItem().Tools.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task It_loads_without_a_fault()
    {
        var report = await _room.Host().VerifyAsync();

        report.AllFaults.ShouldBeEmpty();
        report.Plugins.ShouldHaveSingleItem().State.ShouldBe(PluginState.Loaded);
    }

    [Fact]
    public async Task It_survives_calls_that_are_cancelled_before_they_begin()
    {
        var host = _room.Host();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        foreach (var tool in host.Snapshot())
        {
            try
            {
                await tool.Prepare(ToolArguments.None, ToolContext.Detached).ExecuteAsync(cancelled.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ToolArgumentException)
            {
                // The two ways in which a call may end here.
            }
        }

        (await host.VerifyAsync()).AllFaults.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_unloads()
    {
        var host = _room.Host();
        var context = await LoadAsync(host);

        Directory.Delete(Plugin, recursive: true);
        host.Snapshot().ShouldBeEmpty();

        await context.ShouldBeCollectedAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> LoadAsync(PluginHost host)
    {
        await host.VerifyAsync();
        return host.Plugins.ShouldHaveSingleItem().Generation!.Context.ShouldNotBeNull();
    }
}
