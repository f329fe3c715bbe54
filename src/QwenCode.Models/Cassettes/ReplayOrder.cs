namespace QwenCode.Models.Cassettes;

/// <summary>
/// Keeps the order of the recording among agents that work side by side: an answer is given when what was asked and answered before it in
/// the recording has been asked and answered now. So a replay takes the same course each time, however fast each agent is.
/// </summary>
internal sealed class ReplayOrder
{
    // If nothing is asked or answered for so long, the run takes another course and waits for what does not come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<RecordedExchange> _exchanges;
    private readonly HashSet<RecordedExchange> _started = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<RecordedExchange> _ended = new(ReferenceEqualityComparer.Instance);
    private TaskCompletionSource _changed = NewSignal();
    private bool _isOpen;

    /// <summary>Creates the order of a recording.</summary>
    /// <param name="exchanges">What was recorded.</param>
    public ReplayOrder(IReadOnlyList<RecordedExchange> exchanges) => _exchanges = exchanges;

    /// <summary>Notes that something was asked.</summary>
    /// <param name="exchange">What answers it.</param>
    public void Start(RecordedExchange exchange)
    {
        lock (_gate)
        {
            _started.Add(exchange);
            Signal();
        }
    }

    /// <summary>Lets everything pass from now on.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            Signal();
        }
    }

    /// <summary>Waits until it is the turn of an answer.</summary>
    /// <param name="exchange">The answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask WaitAsync(RecordedExchange exchange, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_isOpen || _exchanges.All(other => HasPassed(other, exchange)))
                {
                    _ended.Add(exchange);
                    Signal();
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                // The system's clock: what is waited for are tools, which really run.
                await changed.WaitAsync(Patience, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                GiveUp(exchange, changed);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool HasPassed(RecordedExchange other, RecordedExchange exchange) =>
        ReferenceEquals(other, exchange) || other.Run != exchange.Run
        || ((other.Started > exchange.Ended || _started.Contains(other)) && (other.Ended > exchange.Ended || _ended.Contains(other)));

    private void GiveUp(RecordedExchange exchange, Task changed)
    {
        lock (_gate)
        {
            if (changed.IsCompleted)
            {
                return;
            }

            foreach (var other in _exchanges.Where(other => !HasPassed(other, exchange)))
            {
                _started.Add(other);
                _ended.Add(other);
            }

            Signal();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}
