using Microsoft.Extensions.Time.Testing;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>A clock that a test moves, once it knows that something waits for it.</summary>
internal sealed class ManualTime : FakeTimeProvider
{
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that ends when the first timer has been created.</summary>
    public Task TimerCreated => _created.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _created.TrySetResult();
        return timer;
    }
}
