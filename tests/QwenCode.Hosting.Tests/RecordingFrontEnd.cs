using QwenCode.Sessions;

namespace QwenCode.Hosting.Tests;

/// <summary>Keeps what happened.</summary>
internal sealed class RecordingFrontEnd : IFrontEnd
{
    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];
    private readonly List<(Func<AgentEvent, bool> Fits, TaskCompletionSource Waiter)> _waiters = [];

    public IReadOnlyList<AgentEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public void OnEvent(AgentEvent agentEvent)
    {
        lock (_gate)
        {
            _events.Add(agentEvent);
            _waiters.RemoveAll(waiting => waiting.Fits(agentEvent) && waiting.Waiter.TrySetResult());
        }
    }

    /// <summary>Waits for an event that is or was there.</summary>
    public Task WaitForAsync(Func<AgentEvent, bool> fits)
    {
        lock (_gate)
        {
            if (_events.Exists(agentEvent => fits(agentEvent)))
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((fits, waiter));
            return waiter.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
