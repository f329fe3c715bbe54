using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;

namespace QwenCode.Tools.Invocation;

/// <summary>An agent, as what invokes its calls sees it.</summary>
public abstract class ToolCaller
{
    /// <summary>Gets the agent's id.</summary>
    public abstract AgentId Agent { get; }

    /// <summary>Gets the tools of the session. The agent may be allowed to call only some of them.</summary>
    public abstract ToolSet SessionTools { get; }

    /// <summary>Gets the agent's model. What is asked of it counts as the agent's usage.</summary>
    public abstract IChatClient Model { get; }

    /// <summary>
    /// Calls a tool on behalf of code that runs inside a call of the agent. It is validated, judged by the permission rules and hooks, and
    /// asked about like a call of the model, but leaves no trace in the conversation.
    /// </summary>
    /// <param name="name">The tool's name as the model knows it.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The result; a refusal or failure has its <see cref="ToolResult.Error"/> set.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public abstract ValueTask<ToolResult> CallAsync(string name, ToolArguments arguments, CancellationToken cancellationToken);
}
