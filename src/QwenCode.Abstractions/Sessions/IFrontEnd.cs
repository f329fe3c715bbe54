namespace QwenCode.Sessions;

/// <summary>What renders a session.</summary>
public interface IFrontEnd
{
    /// <summary>Takes one event. Called in order and one at a time, on whatever thread raised it.</summary>
    /// <param name="agentEvent">The event.</param>
    /// <remarks>It must not throw and must not wait for the session. An event type it does not know it shows by name.</remarks>
    void OnEvent(AgentEvent agentEvent);
}

/// <summary>A conversation that a front end drives.</summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>Gets the session's id.</summary>
    SessionId Id { get; }

    /// <summary>Gets how the session stands now.</summary>
    SessionInfo Info { get; }

    /// <summary>Gets a task that ends when the session has: its inbox is closed and nothing of it runs.</summary>
    Task Completion { get; }

    /// <summary>Gets whether the last turn came to its end. While a turn runs, it has not.</summary>
    TurnInterruption Interruption { get; }

    /// <summary>Measures what every request of the session carries, before any message.</summary>
    ContextShares MeasureContext();

    /// <summary>Hands something to the session. Returns at once; after the session's end nothing happens.</summary>
    /// <param name="input">What to hand over.</param>
    void Send(SessionInput input);
}
