using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Calls;
using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Loading;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugins;

/// <summary>
/// Brings the tools of DLLs in folders. Tools are listed from manifests; an assembly is loaded at the first call of one of its
/// tools. A plugin that is broken is reported and the others go on; nothing a plugin throws ends the host.
/// </summary>
public sealed partial class PluginHost : IToolSource, IAsyncDisposable
{
    private readonly PluginHostOptions _options;
    private readonly ILogger _log;
    private readonly ManifestStore _manifests;
    private readonly Lock _gate = new();
    private readonly List<Task> _retiring = [];
    private readonly LoaderChoice _loaders;
    private readonly UnloadWatch _watch = new();
    private volatile PluginCatalog _current = PluginCatalog.Empty;
    private IReadOnlyList<FoundFolder> _seen = [];
    private IReadOnlyList<FoundFolder>? _shipped;
    private readonly FaultList _shippedFaults = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private Workspace? _workspace;
    private bool _isScanned;
    private bool _disposed;

    /// <summary>Creates a host. Nothing is read before the first <see cref="Snapshot"/>.</summary>
    /// <param name="options">What it works with.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    public PluginHost(PluginHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _log = options.LoggerFactory.CreateLogger<PluginHost>();
        _loaders = new LoaderChoice(options);
        _manifests = new ManifestStore(options, PluginDialects.All, _loaders, _log);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Looks for changed folders, and swaps in new generations of the plugins in them. A folder whose new state cannot be used (a
    /// copy under way, a broken build) keeps its previous one, and is looked at again as soon as it changes further.
    /// </remarks>
    public IReadOnlyList<Tool> Snapshot()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Refresh();
            return _current.Tools;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// If experimental features are switched on, their tools are asked whether they are to be offered; only those plugins are
    /// loaded. Reports, once for each plugin, that a replaced generation of it stays in memory.
    /// </remarks>
    public ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken) =>
        _options.Features.Count == 0
            ? ValueTask.FromResult<IReadOnlyList<string>>(FindNotices())
            : AskConditionalAsync(cancellationToken);

    /// <summary>Returns how the plugins stand, without loading any.</summary>
    public PluginLoadReport Report()
    {
        Snapshot();
        return Complete(_current.Report());
    }

    /// <summary>
    /// Loads every plugin, makes every tool, and compares what its assemblies reference with its folder and the host, so that the
    /// report shows what would otherwise be found at a call.
    /// </summary>
    /// <param name="cancellationToken">Ends the check early.</param>
    public async Task<PluginLoadReport> VerifyAsync(CancellationToken cancellationToken = default)
    {
        Snapshot();
        var catalog = _current;
        // A constructor of a plugin may hang; it then hangs a thread of the pool, and the caller can still give up.
        await Task.Run(() => catalog.Verify(cancellationToken), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Complete(catalog.Report());
    }

    /// <summary>Lets running calls end, within the grace period, and unloads what can be unloaded.</summary>
    public async ValueTask DisposeAsync()
    {
        Task all;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var plugin in _current.Plugins)
            {
                Retire(plugin, Retirement.HostEnds);
            }

            _current = PluginCatalog.Empty;
            all = Task.WhenAll(_retiring);
        }

        try
        {
            await all.WaitAsync(_options.CancelGrace, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _log.StillRunning();
        }
    }

    /// <summary>Gets whether code of a plugin has been loaded, now or earlier.</summary>
    public bool HasLoaded
    {
        get
        {
            lock (_gate)
            {
                if (_retiring.Count > 0)
                {
                    return true;
                }
            }

            foreach (var plugin in _current.Plugins)
            {
                if (plugin.Generation?.LoadTime is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Gets the plugins as they are now; for tests.</summary>
    internal IReadOnlyList<InstalledPlugin> Plugins => _current.Plugins;

    /// <summary>Ends when all generations that were replaced so far are unloaded; for tests.</summary>
    internal Task RetiredAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.WhenAll(_retiring).WaitAsync(cancellationToken);
        }
    }

    private async ValueTask<IReadOnlyList<string>> AskConditionalAsync(CancellationToken cancellationToken)
    {
        Snapshot();
        var catalog = _current;
        var workspace = _workspace ??= _options.Workspace ?? new Workspace(Environment.CurrentDirectory);
        var ready = new List<PluginTool>();
        var notices = new List<string>([.. LookAtUnloaded(), .. FindUnloadable()]);
        foreach (var tool in catalog.Conditional)
        {
            if (!_options.Features.Contains(tool.Declaration.Feature!))
            {
                continue;
            }

            var readiness = await tool.CheckAsync(workspace, cancellationToken).ConfigureAwait(false);
            notices.AddRange(readiness.Notices);
            if (readiness.IsReady)
            {
                ready.Add(tool);
            }
        }

        lock (_gate)
        {
            catalog.Offer(ready);
            notices.RemoveAll(notice => !_told.Add(notice));
        }

        return notices;
    }

    private PluginLoadReport Complete(PluginLoadReport report)
    {
        lock (_gate)
        {
            return _watch.IsEmpty ? report : report with { Faults = [.. report.Faults, .. _watch.Look()] };
        }
    }

    private void Refresh()
    {
        if (_isScanned && !_options.EnableReload)
        {
            return;
        }

        var faults = new FaultList();
        var found = Scan(faults);
        _isScanned = true;
        if (found.SequenceEqual(_seen) && faults.ToList().SequenceEqual(_current.Faults))
        {
            return;
        }

        var old = new Dictionary<string, InstalledPlugin>(StringComparer.Ordinal);
        foreach (var plugin in _current.Plugins)
        {
            old.Add(Key(plugin.Folder, plugin.Origin), plugin);
        }

        var known = _seen.ToHashSet();
        var plugins = new List<InstalledPlugin>(found.Count);
        var next = new List<FoundFolder>(found.Count);
        foreach (var folder in found)
        {
            old.Remove(Key(folder.Path, folder.Origin), out var previous);
            if (previous is not null && known.Contains(folder))
            {
                plugins.Add(previous);
                next.Add(folder);
                continue;
            }

            var plugin = Examine(folder);
            if (plugin.Generation is null && previous is { Generation: not null })
            {
                // Better an older plugin than none; what is wrong with the new state is reported all the same.
                previous.Pending = plugin.Faults.ToList();
                plugins.Add(previous);
            }
            else
            {
                plugins.Add(plugin);
                Retire(previous, Retirement.Superseded);
            }

            next.Add(folder);
        }

        foreach (var (_, removed) in old)
        {
            Retire(removed, Retirement.Superseded);
        }

        _seen = next;
        _current = PluginCatalog.Create(plugins, faults.ToList());
        _retiring.RemoveAll(static task => task.IsCompleted);
        Diagnostics.StartupProfile.Mark("plugins listed");
    }

    private List<FoundFolder> Scan(FaultList faults)
    {
        var found = new List<FoundFolder>();
        if (_shipped is null)
        {
            var shipped = new List<FoundFolder>();
            foreach (var folder in _options.Folders.Where(static folder => folder.Origin is PluginOrigin.Shipped))
            {
                PluginScanner.Scan(folder, shipped, _shippedFaults);
            }

            _shipped = shipped;
        }

        found.AddRange(_shipped);
        foreach (var fault in _shippedFaults.ToList())
        {
            faults.Add(fault);
        }

        foreach (var folder in _options.Folders)
        {
            if (folder.Origin is not PluginOrigin.Shipped)
            {
                PluginScanner.Scan(folder, found, faults);
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        found.RemoveAll(folder => !seen.Add(Key(folder.Path, folder.Origin)));
        return found;
    }

    // A string and not a pair: collections of pairs of our own are compiled anew at every start.
    private static string Key(string folder, PluginOrigin origin) => $"{(int)origin}:{folder}";

    private InstalledPlugin Examine(FoundFolder folder)
    {
        var faults = new FaultList();
        try
        {
            if (!RuntimeFeature.IsDynamicCodeSupported && folder.Origin is not PluginOrigin.Shipped)
            {
                throw new PluginFaultException(PluginFault.NeedsManagedProgram(folder.Path));
            }

            var manifest = _manifests.Get(folder);
            foreach (var fault in manifest.Faults)
            {
                faults.Add(fault);
            }

            var loader = _loaders.Get(manifest.Loader, folder.Path);
            var generation = new PluginGeneration(folder, manifest, loader, _options, faults);
            return new(folder, generation, _options, faults, _log, FindTool);
        }
        catch (PluginFaultException exception)
        {
            faults.Add(exception.Fault);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add(new(PluginFaultReason.Unreadable, folder.Path, $"It cannot be read: {exception.Message}", "Check who may read it."));
        }

        foreach (var fault in faults.ToList())
        {
            _log.Skipped(fault);
        }

        return new(folder.Path, folder.Origin, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path)), _options, faults, _log);
    }

    private PluginTool? FindTool(string name) => _current.Find(name);

    private void Retire(InstalledPlugin? plugin, Retirement reason)
    {
        if (plugin?.Generation is { } generation)
        {
            generation.Retire(reason);
            _retiring.Add(generation.Unloaded);
            if (reason is Retirement.Superseded)
            {
                _watch.Add(generation);
            }
        }
    }
}
