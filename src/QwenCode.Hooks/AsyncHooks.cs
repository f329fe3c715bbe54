namespace QwenCode.Hooks;

/// <summary>The commands that run in the background. Their output decides nothing, but the user sees their messages.</summary>
internal sealed class AsyncHooks(TimeProvider time) : IAsyncDisposable
{
    private const int MaxRunning = 10;
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Starts a hook, unless too many are running.</summary>
    public bool TryStart(Func<CancellationToken, Task> run)
    {
        lock (_gate)
        {
            if (_running.Count >= MaxRunning || _closing.IsCancellationRequested)
            {
                return false;
            }

            // The token is taken here: the source may be disposed before the work begins.
            var token = _closing.Token;
            var task = Task.Run(() => run(token), CancellationToken.None);
            _running.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return true;
        }
    }

    /// <summary>Waits briefly for running hooks, then stops them.</summary>
    public async ValueTask DisposeAsync()
    {
        Task left;
        lock (_gate)
        {
            left = Task.WhenAll(_running);
        }

        await Task.WhenAny(left, Task.Delay(CloseGrace, time)).ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await left.ConfigureAwait(false);
        _closing.Dispose();
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
