namespace QwenCode.Kernel.Tasks;

/// <summary>
/// A fixed number of slots, given out in the order of asking. A holder that waits for others gives its slot back meanwhile, so
/// that agents which wait for their children never keep the children from starting.
/// </summary>
internal sealed class SlotGate(int slots)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private int _free = slots;

    /// <summary>Asks for a slot; <paramref name="granted"/> runs at once, or when one is free. It says whether the slot is still wanted.</summary>
    public void Request(Func<SlotLease, bool> granted) => Request(new Waiter(granted), first: false);

    internal void RequestAgain(Func<SlotLease, bool> granted) => Request(new Waiter(granted), first: true);

    internal void Return()
    {
        Waiter next;
        lock (_gate)
        {
            if (_waiters.First is not { } node)
            {
                _free++;
                return;
            }

            next = node.Value;
            _waiters.RemoveFirst();
        }

        Grant(next);
    }

    private void Request(Waiter waiter, bool first)
    {
        lock (_gate)
        {
            if (_free == 0)
            {
                _ = first ? _waiters.AddFirst(waiter) : _waiters.AddLast(waiter);
                return;
            }

            _free--;
        }

        Grant(waiter);
    }

    private void Grant(Waiter waiter)
    {
        if (!waiter.Granted(new SlotLease(this)))
        {
            Return();
        }
    }

    private sealed record Waiter(Func<SlotLease, bool> Granted);
}

/// <summary>A slot that is held.</summary>
internal sealed class SlotLease(SlotGate gate) : IDisposable
{
    private int _held = 1;

    /// <summary>Gives the slot to others while something is awaited, and takes one again before going on.</summary>
    public async ValueTask<T> LendWhileAsync<T>(Func<ValueTask<T>> wait, CancellationToken cancellationToken)
    {
        Dispose();
        try
        {
            return await wait().ConfigureAwait(false);
        }
        finally
        {
            // Also after a cancelled wait: what follows (ending the task) is short and must not itself be lost to a wait.
            if (!cancellationToken.IsCancellationRequested)
            {
                var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                gate.RequestAgain(lease =>
                {
                    if (cancellationToken.IsCancellationRequested)
                    {
                        return false;
                    }

                    // This lease goes on as the holder; the granted one is only its token.
                    Interlocked.Exchange(ref _held, 1);
                    Interlocked.Exchange(ref lease._held, 0);
                    again.TrySetResult();
                    return true;
                });
                await using var registration = cancellationToken.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), again).ConfigureAwait(false);
                await again.Task.ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _held, 0) == 1)
        {
            gate.Return();
        }
    }
}
