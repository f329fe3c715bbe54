namespace QwenCode.Plugins.Loading;

/// <summary>
/// Keeps a generation loaded. A prepared call that is never run, because the user refused it, is simply dropped by its owner; the
/// finalizer gives its lease back then.
/// </summary>
internal sealed class PluginLease(PluginGeneration generation) : IDisposable
{
    private PluginGeneration? _generation = generation;

    ~PluginLease() => Release();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release() => Interlocked.Exchange(ref _generation, null)?.Leave();
}
