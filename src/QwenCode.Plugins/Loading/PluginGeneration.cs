using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Discovery;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Reports;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins.Loading;

/// <summary>
/// One state of a plugin's files. It loads at the first call, serves calls under leases, and when it is retired unloads as soon
/// as the last lease is back.
/// </summary>
/// <param name="folder">The plugin's folder, and the state of its files.</param>
/// <param name="manifest">What the plugin says of itself.</param>
/// <param name="loader">Loads it.</param>
/// <param name="options">What the host works with.</param>
/// <param name="faults">Takes what is found wrong while loading.</param>
internal sealed partial class PluginGeneration(
    FoundFolder folder, PluginManifest manifest, IPluginLoader loader, PluginHostOptions options, FaultList faults)
{
    private readonly Lock _gate = new();
    private readonly Lock _loading = new();
    private readonly TaskCompletionSource _unloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPluginScope? _scope;
    private BindingContext? _binding;
    private PluginInstances? _linked;
    private CopyLease? _copy;
    private bool _isSuperseded;
    private PluginFault? _failure;
    private int _leases;
    private bool _retired;

    /// <summary>Gets what the plugin says of itself.</summary>
    public PluginManifest Manifest => manifest;

    /// <summary>Gets the name of what loads it.</summary>
    public string LoaderName => manifest.Loader ?? options.Loader;

    /// <summary>Gets the path of the main assembly in the plugin's folder; what is loaded may be a copy of it.</summary>
    public string AssemblyPath => Path.Combine(folder.Path, manifest.Assembly);

    /// <summary>Gets whether its files may change under a running host. Shipped plugins stay, and run their precompiled code.</summary>
    public bool IsReloadable => folder.Origin is not PluginOrigin.Shipped && options.EnableReload;

    /// <summary>Gets how long loading took; <c>null</c> before it.</summary>
    public TimeSpan? LoadTime { get; private set; }

    /// <summary>Gets the load context once there was one, without holding it.</summary>
    public WeakReference? Context { get; private set; }

    /// <summary>Gets what completes when the last call has ended and the load context, if there was one, has begun to unload.</summary>
    public Task Unloaded => _unloaded.Task;

    /// <summary>Gets how many full collections there had been when it was unloaded; <c>null</c> before that.</summary>
    public int? CollectionsAtUnload { get; private set; }

    /// <summary>Gets the state for the report.</summary>
    public PluginState State => _failure is not null ? PluginState.Broken : LoadTime is null ? PluginState.Listed : PluginState.Loaded;

    /// <summary>Returns what its assemblies need and nothing brings, without loading any of them.</summary>
    public IReadOnlyList<PluginFault> FindDependencyFaults() =>
        DependencyCheck.FindFaults(PluginLoadRequest.Create(manifest.Name, AssemblyPath, IsReloadable), loader);

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

    /// <summary>Returns a tool, loading the plugin if need be. Call it under a lease.</summary>
    /// <exception cref="PluginFaultException">The plugin, or this tool of it, cannot be used.</exception>
    public Tool GetTool(PluginToolEntry entry)
    {
        lock (_loading)
        {
            if (_failure is not null)
            {
                throw new PluginFaultException(_failure);
            }

            if (folder.Origin is PluginOrigin.Shipped && entry.Method is null
                && options.LinkedTools.TryGetValue(entry.Type, out var linked))
            {
                return GetLinked(linked);
            }

            // Here and not in Load: the native compiler then knows that nothing below is ever reached.
            if (!RuntimeFeature.IsDynamicCodeSupported)
            {
                throw new PluginFaultException(PluginFault.NeedsManagedProgram(folder.Path));
            }

            try
            {
                if (_scope is null)
                {
                    Load();
                }
            }
            catch (Exception exception)
            {
                // Loading runs module initialisers: a plugin's code, which may throw anything.
                var fault = LoadFaults.Describe(exception, AssemblyPath);
                faults.Add(fault);
                // Files that were being copied are whole a moment later; everything else stays as it is until they change.
                _failure = fault.Reason is PluginFaultReason.Changing ? null : fault;
                throw new PluginFaultException(fault, exception);
            }

            return Bind(entry, _scope!, _binding!);
        }
    }

    /// <summary>Lets no new call in, and unloads when the last one is out.</summary>
    /// <param name="reason">Why; the files of a superseded generation are deleted with it.</param>
    public void Retire(Retirement reason)
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

    // Compiled into the program together with the manifest, so there is nothing to load or to compare.
    private Tool GetLinked(LinkedTool linked)
    {
        LoadTime ??= TimeSpan.Zero;
        _linked ??= CreateInstances();
        return (Tool)_linked.Get(linked.Type, linked.Create);
    }

    private PluginInstances CreateInstances() => new(AssemblyPath, options.Services, options.LoggerFactory, options.TimeProvider);

    private void Load()
    {
        var started = options.TimeProvider.GetTimestamp();
        var copy = IsReloadable
            ? ShadowCopy.Make(folder.Path, folder.Stamp, options.CacheDirectory, options.TimeProvider)
            : null;
        try
        {
            var request = PluginLoadRequest.Create(
                manifest.Name, Path.Combine(copy?.Folder ?? folder.Path, manifest.Assembly), IsReloadable);
            var scope = loader.Load(request);
            Context = new WeakReference(scope.Context);
            if (manifest.Stamp is { } stamp && scope.MainAssembly.ManifestModule.ModuleVersionId != stamp.Mvid)
            {
                faults.Add(new(PluginFaultReason.StaleManifest, Path.Combine(folder.Path, PluginManifest.FileName),
                    "It describes another build of the assembly than the one beside it.",
                    "Build the plugin again, or delete the file: the host then makes its own."));
            }

            (_scope, _binding) = (scope, new BindingContext(manifest.Name, AssemblyPath, CreateInstances(), faults));
            LoadTime = options.TimeProvider.GetElapsedTime(started);
            (_copy, copy) = (copy, null);
        }
        finally
        {
            copy?.Discard();
        }
    }

    // Its end is Unloaded; nothing in it can throw past the completion.
    private async Task UnloadAsync()
    {
        await Task.Yield();
        if (_linked is { } linked)
        {
            _linked = null;
            await linked.DisposeAsync().ConfigureAwait(false);
        }

        if (RuntimeFeature.IsDynamicCodeSupported && _binding is { } binding)
        {
            _binding = null;
            await binding.DisposeAsync().ConfigureAwait(false);
            UnloadContext();
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

    // Apart from what awaits: nothing of the plugin stays in a state machine.
    private void UnloadContext()
    {
        _classes.Clear();
        _tools.Clear();
        if (Interlocked.Exchange(ref _scope, null) is { Context.IsCollectible: true } scope)
        {
            SerializerCaches.Clear();
            KernelCaches.Clear();
            scope.Unload();
        }
    }
}
