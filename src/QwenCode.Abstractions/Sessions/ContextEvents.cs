using System.Globalization;
using QwenCode.Agents;

namespace QwenCode.Sessions;

/// <summary>The user asked what fills the window.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Report">What does.</param>
/// <param name="Text">The same for a reader.</param>
public sealed record ContextDescribed(AgentId Agent, ContextReport Report, string Text) : AgentEvent(Agent);

/// <summary>A conversation is about to be compacted. If it is then not, because nothing can be gained, no other event says so.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="IsAutomatic">Whether the program does it because the window is full, and not the user.</param>
public sealed record CompactionStarted(AgentId Agent, bool IsAutomatic) : AgentEvent(Agent);

/// <summary>A conversation was compacted: the model gets less of it from here on, and the transcript keeps all.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="IsAutomatic">Whether the program did it because the window was full, and not the user.</param>
/// <param name="TokensBefore">How many tokens a request took, partly estimated.</param>
/// <param name="TokensAfter">How many it takes now, estimated.</param>
/// <param name="HasNotes">Whether it holds a model's notes, and not those of the program alone.</param>
public sealed record ConversationCompacted(
    AgentId Agent, bool IsAutomatic, long TokensBefore, long TokensAfter, bool HasNotes) : AgentEvent(Agent)
{
    /// <summary>Gets what the user is told.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"Context compressed ({TokensBefore} -> {TokensAfter}).");
}
