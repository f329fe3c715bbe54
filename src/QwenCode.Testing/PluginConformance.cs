using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Testing;

/// <summary>
/// The rules for every plugin: it lists its tools, loads, survives cancelled calls, and unloads. Works on a copy of the plugin's
/// folder, in a host of its own, and needs no test framework.
/// </summary>
/// <example>
/// <code>
/// [Fact]
/// public Task It_is_a_good_plugin() => PluginConformance.VerifyAsync(PluginUnderTest.Folder("MyPlugin"));
/// </code>
/// </example>
public static class PluginConformance
{
    private static readonly TimeSpan CollectionPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Checks all rules.</summary>
    /// <param name="folder">The plugin's folder, as a user would install it.</param>
    /// <param name="services">What the plugin's constructors and methods ask the host for. The default has nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="PluginConformanceException">A rule is broken; the first one found is reported.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task VerifyAsync(
        string folder, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        await VerifyListingAsync(folder, services, cancellationToken).ConfigureAwait(false);
        await VerifyLoadingAsync(folder, services, cancellationToken).ConfigureAwait(false);
        await VerifyCancellationAsync(folder, services, cancellationToken).ConfigureAwait(false);
        await VerifyUnloadingAsync(folder, services, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Checks that the folder is one plugin with at least one tool, and that nothing is wrong with their declarations. Loads nothing.
    /// </summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <param name="services">What the plugin's constructors and methods ask the host for. The default has nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="PluginConformanceException">It is not.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task VerifyListingAsync(
        string folder, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        using var copy = new PluginCopy(folder);
        var host = copy.Host(services);
        await using (host.ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfBroken(host.Report(), "list its tools");
        }
    }

    /// <summary>Checks that the assembly loads and that every tool can be created.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <param name="services">What the plugin's constructors and methods ask the host for. The default has nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="PluginConformanceException">One cannot.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task VerifyLoadingAsync(
        string folder, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        using var copy = new PluginCopy(folder);
        var host = copy.Host(services);
        await using (host.ConfigureAwait(false))
        {
            ThrowIfBroken(await host.VerifyAsync(cancellationToken).ConfigureAwait(false), "load");
        }
    }

    /// <summary>
    /// Checks that each tool, called without arguments and with a cancelled token, ends with a result, a cancellation or a refusal of
    /// the arguments.
    /// </summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <param name="services">What the plugin's constructors and methods ask the host for. The default has nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="PluginConformanceException">A call ends in another way, or not within ten seconds.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task VerifyCancellationAsync(
        string folder, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        using var copy = new PluginCopy(folder);
        var host = copy.Host(services);
        await using (host.ConfigureAwait(false))
        {
            foreach (var tool in host.Snapshot())
            {
                await CallCancelledAsync(tool, cancellationToken).ConfigureAwait(false);
            }

            ThrowIfBroken(await host.VerifyAsync(cancellationToken).ConfigureAwait(false), "stay usable after cancelled calls");
        }
    }

    /// <summary>
    /// Checks that the plugin's load context is collected after its folder is deleted: nothing static, no thread and no timer of it stays
    /// behind.
    /// </summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <param name="services">What the plugin's constructors and methods ask the host for. The default has nothing.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="PluginConformanceException">Something still holds it.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static async Task VerifyUnloadingAsync(
        string folder, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        using var copy = new PluginCopy(folder);
        var host = copy.Host(services);
        await using (host.ConfigureAwait(false))
        {
            ThrowIfBroken(await host.VerifyAsync(cancellationToken).ConfigureAwait(false), "load");
            var contexts = FindContexts(copy.CacheDirectory);
            Directory.Delete(copy.Folder, recursive: true);
            host.Snapshot();
            await WaitForCollectionAsync(contexts, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CallCancelledAsync(Tool tool, CancellationToken cancellationToken)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await cancelled.CancelAsync().ConfigureAwait(false);
        try
        {
            var call = Task.Run(
                async () =>
                {
                    var invocation = tool.Prepare(ToolArguments.None, ToolContext.Detached);
                    await invocation.ExecuteAsync(cancelled.Token).ConfigureAwait(false);
                },
                cancellationToken);
            await call.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ToolArgumentException
            || exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The two ways besides a result in which a call may end here.
        }
        catch (TimeoutException exception)
        {
            throw new PluginConformanceException(
                $"The tool '{tool.Name}' does not end after its call is cancelled. Pass the token on to what it waits for.", exception);
        }
    }

    // Not inlined, so that no local of it keeps a context alive while the collection is awaited.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> FindContexts(string directory)
    {
        var contexts = new List<WeakReference>();
        foreach (var context in AssemblyLoadContext.All)
        {
            // Only files are loaded from there, and by this check alone, whatever other tests load meanwhile.
            if (context.IsCollectible
                && context.Assemblies.Any(assembly => assembly.Location.StartsWith(directory, StringComparison.Ordinal)))
            {
                contexts.Add(new WeakReference(context));
            }
        }

        return contexts;
    }

    private static async Task WaitForCollectionAsync(List<WeakReference> contexts, CancellationToken cancellationToken)
    {
        if (contexts.Count == 0)
        {
            throw new PluginConformanceException(
                "The plugin is loaded, but no load context of it was found: it was loaded from outside its folder.");
        }

        for (var i = 0; i < 400 && contexts.Exists(static context => context.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(CollectionPause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        if (contexts.Exists(static context => context.IsAlive))
        {
            throw new PluginConformanceException(
                "The plugin does not unload: something still holds its load context. Look for threads and timers it started, "
                + "events of the framework or of .NET it subscribed to, and static caches of libraries that hold its types.");
        }
    }

    private static void ThrowIfBroken(PluginLoadReport report, string rule)
    {
        if (report.AllFaults.FirstOrDefault() is { } fault)
        {
            throw new PluginConformanceException($"The plugin does not {rule}: {fault}");
        }

        if (report.Plugins is not [{ Tools.Count: > 0 }])
        {
            throw new PluginConformanceException(
                $"The plugin does not {rule}: the folder holds no [Tool] method and no [PluginTool] class.");
        }
    }
}
