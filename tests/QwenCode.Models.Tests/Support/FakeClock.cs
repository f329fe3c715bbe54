using Microsoft.Extensions.Time.Testing;

namespace QwenCode.Models.Tests.Support;

/// <summary>
/// A clock that stands still until it is moved. Delays (timers that are due when they are made) elapse at once and are noted;
/// timeouts (timers that are armed later) elapse only when the clock is moved.
/// </summary>
internal sealed class FakeClock() : FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _delays = [];

    /// <summary>Gets whether delays, too, elapse only when the clock is moved.</summary>
    public bool HoldsDelays { get; init; }

    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            lock (_lock)
            {
                return [.. _delays];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_lock)
        {
            _delays.Add(dueTime);
        }

        if (HoldsDelays)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        // The timer itself never fires: whoever made it may not have kept it yet when the clock moves.
        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Advance(dueTime);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return timer;
    }

    /// <summary>Moves the clock until a task has ended, whenever its timeout is armed.</summary>
    public async Task AdvanceUntilAsync(TimeSpan step, Task task)
    {
        while (!task.IsCompleted)
        {
            Advance(step);
            await Task.WhenAny(task, Task.Delay(5));
        }
    }
}
