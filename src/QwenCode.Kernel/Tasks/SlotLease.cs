namespace QwenCode.Kernel.Tasks;

/// <summary>
/// A slot that is held. A background agent and the foreground agents below it work in one slot; it is lent to others only while
/// all of them wait.
/// </summary>
internal sealed class SlotLease(SlotGate gate) : IDisposable
{
    private readonly Lock _gate = new();
    private int _workers = 1;
    private int _waiting;
    private bool _isHeld = true;
    private bool _isOver;
    private TaskCompletionSource? _again;

    /// <summary>Returns the slot to others while something is awaited, and takes one again before going on.</summary>
    public async ValueTask<T> LendWhileAsync<T>(Func<ValueTask<T>> wait, CancellationToken cancellationToken)
    {
        Change(workers: 0, waiting: 1);
        try
        {
            return await wait().ConfigureAwait(false);
        }
        finally
        {
            Change(workers: 0, waiting: -1);
            await RegainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that one more agent works in this slot.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        Change(workers: 1, waiting: 0);
        return RegainAsync(cancellationToken);
    }

    /// <summary>Ends what <see cref="EnterAsync"/> began: one worker less in the slot.</summary>
    public void Leave() => Change(workers: -1, waiting: 0);

    /// <summary>Returns the slot. Later calls do nothing.</summary>
    public void Dispose()
    {
        bool isHeld;
        lock (_gate)
        {
            _isOver = true;
            (isHeld, _isHeld) = (_isHeld, false);
        }

        if (isHeld)
        {
            gate.Return();
        }
    }

    private void Change(int workers, int waiting)
    {
        bool isIdle;
        lock (_gate)
        {
            _workers += workers;
            _waiting += waiting;
            isIdle = _isHeld && _waiting >= _workers;
            _isHeld &= !isIdle;
        }

        if (isIdle)
        {
            gate.Return();
        }
    }

    private async ValueTask RegainAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource again;
        bool isFirst;
        lock (_gate)
        {
            // Also after a cancelled wait: what follows (ending the task) is short and must not itself be lost to a wait.
            if (_isHeld || _isOver || cancellationToken.IsCancellationRequested)
            {
                return;
            }

            isFirst = _again is null;
            again = _again ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (isFirst)
        {
            gate.RequestAgain(Hold);
        }

        await again.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // This lease goes on as the holder; the granted one is only its token.
    private bool Hold(SlotLease granted)
    {
        TaskCompletionSource? again;
        bool isWanted;
        lock (_gate)
        {
            (again, _again) = (_again, null);
            isWanted = !_isOver && !_isHeld && _waiting < _workers;
            _isHeld |= isWanted;
        }

        again?.TrySetResult();
        return isWanted;
    }
}
