namespace QwenCode.Kernel.Sessions;

/// <summary>
/// Interrupts what the session works on: the run that goes on, or the prompt that was sent and has not begun. Between two prompts there
/// is nothing to interrupt.
/// </summary>
internal sealed class TurnInterrupt
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _run;
    private int _waiting;
    private bool _isPending;

    /// <summary>Notes that a prompt was sent, whose run will begin.</summary>
    public void Expect()
    {
        lock (_gate)
        {
            _waiting++;
        }
    }

    /// <summary>Cancels the run that goes on; if none does, the next prompt that was sent before.</summary>
    /// <param name="includesWaiting">Whether that prompt is cancelled in any case.</param>
    public void Cancel(bool includesWaiting)
    {
        lock (_gate)
        {
            // First: what runs may end at once, and the prompt would begin.
            _isPending |= _waiting > 0 && (includesWaiting || _run is null);
            _run?.Cancel();
        }
    }

    /// <summary>Begins a run; dispose of the result at its end.</summary>
    /// <param name="wasExpected">Whether it is that of a prompt.</param>
    /// <param name="cancellationToken">Cancels the run, too.</param>
    public RunScope Begin(bool wasExpected, CancellationToken cancellationToken)
    {
        var run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _run = run;
            _waiting -= wasExpected ? 1 : 0;
            if (wasExpected && _isPending)
            {
                _isPending = false;
                run.Cancel();
            }
        }

        return new RunScope(this, run);
    }

    /// <summary>A run that can be interrupted.</summary>
    internal readonly struct RunScope(TurnInterrupt owner, CancellationTokenSource run) : IDisposable
    {
        public CancellationToken Token => run.Token;

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._run = null;
            }

            run.Dispose();
        }
    }
}
