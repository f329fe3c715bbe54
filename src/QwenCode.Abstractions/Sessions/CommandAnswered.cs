using QwenCode.Agents;

namespace QwenCode.Sessions;

/// <summary>The program itself has answered a command of the user, without a model.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Text">The answer, in lines.</param>
public sealed record CommandAnswered(AgentId Agent, string Text) : AgentEvent(Agent);
