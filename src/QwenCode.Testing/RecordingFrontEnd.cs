using QwenCode.Sessions;

namespace QwenCode.Testing;

/// <summary>Keeps every event of a session in order, and lets a test wait for one. Safe to use from any thread.</summary>
/// <param name="onEvent">
/// Called with each event after it is kept, on the thread that raised it; must not throw or wait. The default does nothing.
/// </param>
public sealed class RecordingFrontEnd(Action<AgentEvent>? onEvent = null) : IFrontEnd
{
    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>Gets the events so far, in the order in which they were raised: a copy that does not change.</summary>
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

    /// <summary>Gets the events of one type so far, in order.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public IReadOnlyList<T> EventsOf<T>()
        where T : AgentEvent => [.. Events.OfType<T>()];

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        ArgumentNullException.ThrowIfNull(agentEvent);
        lock (_gate)
        {
            _events.Add(agentEvent);
            _waiters.RemoveAll(waiter => waiter.Matches(agentEvent) && waiter.Found.TrySetResult(agentEvent));
        }

        onEvent?.Invoke(agentEvent);
    }

    /// <summary>Waits for an event; returns at once if it was raised before.</summary>
    /// <typeparam name="T">The event's type.</typeparam>
    /// <param name="predicate">What the event must look like. The default accepts every event of the type.</param>
    /// <param name="timeout">How long to wait. The default is one minute: a test that fails should not hang.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>The first such event.</returns>
    /// <exception cref="TimeoutException">It was not raised in time; the message lists the events that were.</exception>
    public async Task<T> WaitForAsync<T>(
        Func<T, bool>? predicate = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where T : AgentEvent
    {
        var waiter = new Waiter(
            agentEvent => agentEvent is T typed && (predicate?.Invoke(typed) ?? true),
            new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_events.Find(agentEvent => waiter.Matches(agentEvent)) is { } there)
            {
                return (T)there;
            }

            _waiters.Add(waiter);
        }

        try
        {
            return (T)await waiter.Found.Task.WaitAsync(timeout ?? TimeSpan.FromMinutes(1), cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            var seen = string.Join(", ", Events.Select(static agentEvent => agentEvent.GetType().Name));
            throw new TimeoutException(
                $"No matching {typeof(T).Name} was raised. Events so far: {(seen.Length == 0 ? "none" : seen)}.", exception);
        }
    }

    private sealed record Waiter(Func<AgentEvent, bool> Matches, TaskCompletionSource<AgentEvent> Found);
}
