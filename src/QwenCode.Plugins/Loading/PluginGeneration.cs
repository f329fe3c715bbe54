using System.Diagnostics.CodeAnalysis;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// One state of a plugin's files. It loads at the first call, serves calls under leases, and when it is retired unloads as soon
/// as the last lease is back.
/// </summary>
/// <param name="source">What it is made from.</param>
/// <param name="faults">Takes what is found wrong while loading.</param>
internal sealed class PluginGeneration(PluginSource source, FaultList faults)
{
    private readonly Lock _gate = new();
    private readonly Lock _loading = new();
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoadedPlugin? _loaded;
    private CopyLease? _copy;
    private bool _isSuperseded;
    private PluginFault? _failure;
    private int _leases;
    private bool _retired;

    public PluginSource Source => source;

    /// <summary>Gets how long loading took; <c>null</c> before it.</summary>
    public TimeSpan? LoadTime { get; private set; }

    /// <summary>Gets the load context once there was one, without holding it.</summary>
    public WeakReference? Context { get; private set; }

    /// <summary>Gets whether everything is over: the last call ended and the load context, if there was one, was told to unload.</summary>
    public bool IsUnloaded => _unloaded.Task.IsCompleted;

    /// <summary>Gets how many full collections there had been when it was unloaded; <c>null</c> before that.</summary>
    public int? CollectionsAtUnload { get; private set; }

    /// <summary>Gets the state for the report.</summary>
    public PluginState State => _failure is not null ? PluginState.Broken : LoadTime is null ? PluginState.Listed : PluginState.Loaded;

    /// <summary>Keeps the generation from unloading until the lease is given back.</summary>
    /// <returns><c>false</c> once it is retired.</returns>
    public bool TryEnter([NotNullWhen(true)] out PluginLease? lease)
    {
        lock (_gate)
        {
            lease = _retired ? null : new PluginLease(this);
            _leases += lease is null ? 0 : 1;
            return lease is not null;
        }
    }

    /// <summary>Gives a tool, loading the plugin if need be. Call it under a lease.</summary>
    /// <exception cref="PluginFaultException">The plugin, or this tool of it, cannot be used.</exception>
    public Tool GetTool(PluginToolEntry entry)
    {
        lock (_loading)
        {
            if (_failure is not null)
            {
                throw new PluginFaultException(_failure);
            }

            try
            {
                _loaded ??= Load();
            }
            catch (Exception exception)
            {
                // Loading runs module initialisers: a plugin's code, which may throw anything.
                var fault = LoadFaults.Describe(exception, source.AssemblyPath);
                faults.Add(fault);
                // Files that were being copied are whole a moment later; everything else stays as it is until they change.
                _failure = fault.Reason is PluginFaultReason.Changing ? null : fault;
                throw new PluginFaultException(fault, exception);
            }

            return _loaded.GetTool(entry);
        }
    }

    /// <summary>Lets no new call in, and unloads when the last one is out.</summary>
    /// <param name="reason">Why; the files of a superseded generation are deleted with it.</param>
    /// <returns>Ends when the load context was told to unload.</returns>
    public Task RetireAsync(Retirement reason)
    {
        bool idle;
        lock (_gate)
        {
            idle = !_retired && _leases == 0;
            _isSuperseded |= reason is Retirement.Superseded;
            _retired = true;
        }

        if (idle)
        {
            _ = UnloadAsync();
        }

        return _unloaded.Task;
    }

    internal void Leave()
    {
        bool last;
        lock (_gate)
        {
            last = --_leases == 0 && _retired;
        }

        if (last)
        {
            _ = UnloadAsync();
        }
    }

    private LoadedPlugin Load()
    {
        var started = source.Options.TimeProvider.GetTimestamp();
        var copy = source.IsReloadable
            ? ShadowCopy.Make(source.Folder, source.Stamp, source.Options.CacheDirectory, source.Options.TimeProvider)
            : null;
        try
        {
            var request = PluginLoadRequest.Create(
                source.Manifest.Name, Path.Combine(copy?.Folder ?? source.Folder, source.Manifest.Assembly), source.IsReloadable);
            var scope = source.Loader.Load(request);
            Context = new WeakReference(scope.Context);
            if (source.Manifest.Stamp is { } stamp && scope.MainAssembly.ManifestModule.ModuleVersionId != stamp.Mvid)
            {
                faults.Add(new(PluginFaultReason.StaleManifest, Path.Combine(source.Folder, PluginManifest.FileName),
                    "It describes another build of the assembly than the one beside it.",
                    "Build the plugin again, or delete the file: the host then makes its own."));
            }

            var options = source.Options;
            var instances = new PluginInstances(source.AssemblyPath, options.Services, options.LoggerFactory, options.TimeProvider);
            var binding = new BindingContext(source.Manifest.Name, source.AssemblyPath, instances, faults);
            var loaded = new LoadedPlugin(scope, binding, source.Dialects);
            LoadTime = options.TimeProvider.GetElapsedTime(started);
            (_copy, copy) = (copy, null);
            return loaded;
        }
        finally
        {
            copy?.Discard();
        }
    }

    // Its end is what RetireAsync gives; nothing in it can throw past the completion.
    private async Task UnloadAsync()
    {
        await Task.Yield();
        var loaded = _loaded;
        _loaded = null;
        if (loaded is not null)
        {
            await loaded.UnloadAsync().ConfigureAwait(false);
            CollectionsAtUnload = GC.CollectionCount(GC.MaxGeneration);
        }

        if (_isSuperseded)
        {
            _copy?.Discard();
        }
        else
        {
            _copy?.Dispose();
        }

        _unloaded.TrySetResult();
    }
}
