namespace QwenCode.Plugin.Shell.Tests;

/// <summary>The system's clock, but for one time limit, which is over when the test says so.</summary>
/// <param name="limit">The limit by which its timer is known.</param>
public sealed class TriggeredClock(TimeSpan limit) : TimeProvider
{
    private readonly TaskCompletionSource<Action> _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != limit)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        _armed.SetResult(() => callback(state));
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
    }

    /// <summary>Lets the limit be over.</summary>
    public async Task ExpireAsync() => (await _armed.Task)();
}
