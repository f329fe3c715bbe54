using QwenCode.Sessions;

namespace QwenCode.Testing;

/// <summary>One prompt that was worked on to its end.</summary>
/// <param name="Outcome">How it ended, and with which text.</param>
/// <param name="Events">What happened, in order.</param>
/// <param name="Session">The session it ran in.</param>
public sealed record TestRun(RunOutcome Outcome, IReadOnlyList<AgentEvent> Events, SessionInfo Session)
{
    /// <summary>Gets the last answer of the model; the error if the run failed.</summary>
    public string Text => Outcome.Text;

    /// <summary>Gets the tool calls that ended, of all agents, in order.</summary>
    public IReadOnlyList<ToolCallCompleted> Calls => EventsOf<ToolCallCompleted>();

    /// <summary>Gets the notices: what the framework reports beside the conversation, such as a plugin that cannot be used.</summary>
    public IReadOnlyList<string> Notices => [.. EventsOf<NoticeRaised>().Select(static notice => notice.Text)];

    /// <summary>Gets the events of one type, in order.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public IReadOnlyList<T> EventsOf<T>()
        where T : AgentEvent => [.. Events.OfType<T>()];
}
