namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>Keeps the one timer until it is told that the time has come.</summary>
public sealed class TriggeredClock : TimeProvider, ITimer
{
    private readonly TaskCompletionSource<TimeSpan> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _fire;

    /// <summary>Gets how long the timer is to run, once somebody asked for one.</summary>
    public Task<TimeSpan> Asked => _asked.Task;

    public void Fire() => _fire!();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _fire = () => callback(state);
        _asked.SetResult(dueTime);
        return this;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
