namespace QwenCode.Kernel.Sessions;

/// <summary>Cancels the turn that runs, and nothing if none does.</summary>
internal sealed class TurnInterrupt
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _turn;

    /// <summary>Cancels the turn that runs.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _turn?.Cancel();
        }
    }

    /// <summary>Begins a turn; dispose of the result at its end.</summary>
    /// <param name="cancellationToken">Cancels the turn, too.</param>
    public TurnScope Begin(CancellationToken cancellationToken)
    {
        var turn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            _turn = turn;
        }

        return new TurnScope(this, turn);
    }

    /// <summary>A turn that can be interrupted.</summary>
    internal readonly struct TurnScope(TurnInterrupt owner, CancellationTokenSource turn) : IDisposable
    {
        public CancellationToken Token => turn.Token;

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._turn = null;
            }

            turn.Dispose();
        }
    }
}
