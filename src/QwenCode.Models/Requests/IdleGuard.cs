namespace QwenCode.Models.Requests;

/// <summary>
/// Ends a wait that takes too long. Cancelled by the caller's token or by time; who it was is read from <see cref="HasTimedOut"/>.
/// </summary>
internal sealed class IdleGuard : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public IdleGuard(TimeProvider timeProvider, CancellationToken caller)
    {
        _caller = caller;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    public bool HasTimedOut => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Arm(TimeSpan limit) => _source.CancelAfter(limit);

    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
