using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Transcripts;

/// <summary>Opens the transcripts of a project and finds earlier ones.</summary>
public interface ITranscriptStore
{
    /// <summary>Opens the transcript of a session's main agent, to go on with it if it exists.</summary>
    /// <param name="session">The session.</param>
    ITranscript Open(SessionId session);

    /// <summary>Opens the transcript of an agent below the main one, with its side-car.</summary>
    /// <param name="session">The session.</param>
    /// <param name="agent">What the side-car says of the agent.</param>
    ITranscript OpenAgent(SessionId session, AgentTranscriptInfo agent);

    /// <summary>Reads an earlier conversation back.</summary>
    /// <param name="session">The session.</param>
    /// <returns>The messages and how each was recorded, or <c>null</c> if there is no such session.</returns>
    StoredConversation? Load(SessionId session);

    /// <summary>Reads an agent's conversation back.</summary>
    /// <param name="session">The session.</param>
    /// <param name="agent">The agent.</param>
    StoredConversation? LoadAgent(SessionId session, AgentId agent);

    /// <summary>Notes in the side-car of an agent how it ended. Does not throw.</summary>
    /// <param name="session">The session.</param>
    /// <param name="agent">What the side-car says of the agent.</param>
    /// <param name="state">How it ended.</param>
    void EndAgent(SessionId session, AgentTranscriptInfo agent, TaskState state)
    {
    }

    /// <summary>Returns the agents of a session that side-cars do not call ended: those of a process that was killed.</summary>
    /// <param name="session">The session.</param>
    IReadOnlyList<AgentSideCar> UnendedAgents(SessionId session) => [];

    /// <summary>
    /// Keeps a session for this process, before anything is done in its name: two processes would mix their answers in one history.
    /// Closing the transcript of its main agent gives it back; <see cref="Release"/> does if that was never opened.
    /// </summary>
    /// <param name="session">The session, recorded or new. This process may claim it again.</param>
    /// <exception cref="QwenCodeException">Another process has it; the message says which, and what to do.</exception>
    void Claim(SessionId session)
    {
    }

    /// <summary>Gives back one claim; does nothing if there is none.</summary>
    /// <param name="session">The session.</param>
    void Release(SessionId session)
    {
    }

    /// <summary>Finds the latest session of the project, or <c>null</c>.</summary>
    SessionId? Latest();
}

/// <summary>What is kept of an agent beside its transcript.</summary>
/// <param name="Id">The agent.</param>
/// <param name="Type">Its definition's name.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Parent">The agent that launched it; <c>null</c> if that is the main one.</param>
/// <param name="Color">Its colour, if it has one.</param>
public sealed record AgentTranscriptInfo(AgentId Id, string Type, string Description, AgentId? Parent, string? Color = null)
{
    /// <summary>Gets the call that launched it; <c>null</c> if none did.</summary>
    public string? ToolUseId { get; init; }

    /// <summary>Gets whether nobody waits for it.</summary>
    public bool IsBackgrounded { get; init; }

    /// <summary>Gets how many agents are above it.</summary>
    public int Depth { get; init; }
}

/// <summary>An agent as a side-car of this or another version describes it.</summary>
/// <param name="Agent">What it says of the agent.</param>
/// <param name="IsBackgrounded">Whether nobody waited for it; <c>null</c> if the version does not say.</param>
/// <param name="CreatedAt">When it was launched.</param>
/// <param name="Transcript">The file of its transcript.</param>
public sealed record AgentSideCar(AgentTranscriptInfo Agent, bool? IsBackgrounded, DateTimeOffset CreatedAt, string Transcript);

/// <summary>An earlier conversation.</summary>
/// <param name="Messages">The messages, ready to be sent again: every call has its result.</param>
/// <param name="Entries">The records in order, for replay.</param>
public sealed record StoredConversation(IReadOnlyList<HistoryMessage> Messages, IReadOnlyList<StoredEntry> Entries);

/// <summary>A record as it was stored.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Entry">What was written.</param>
public sealed record StoredEntry(DateTimeOffset At, TranscriptEntry Entry);
