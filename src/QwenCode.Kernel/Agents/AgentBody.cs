using Microsoft.Extensions.AI;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Agents;

/// <summary>A background agent as the work of a task.</summary>
/// <param name="agent">The agent.</param>
/// <param name="run">Runs it to its end.</param>
internal sealed class AgentBody(Agent agent, Func<CancellationToken, Task<TaskResult>> run) : ITaskBody
{
    /// <summary>Gets the agent.</summary>
    public Agent Agent => agent;

    /// <inheritdoc/>
    public TaskStats Stats => agent.Stats;

    /// <summary>Gets the owner of the tasks that the agent starts; never <c>null</c> for an agent.</summary>
    public TaskOwner Children => agent.Tasks;

    TaskOwner? ITaskBody.Children => Children;

    /// <inheritdoc/>
    public Task<TaskResult> RunAsync(TaskEntry task, CancellationToken cancellationToken)
    {
        agent.Task = task;
        return run(cancellationToken);
    }

    /// <inheritdoc/>
    public bool TrySend(string message) => agent.Inbox.TryAdd(new PromptItem([new TextContent(message)]));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => agent.DisposeAsync();
}
