using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.Kernel.Agents;

/// <summary>An agent as its invoker sees it, and the agent's services as its tools see them: both made when first used.</summary>
internal sealed class AgentCaller(Agent agent) : ToolCaller, IServiceProvider
{
    public override AgentId Agent => agent.Id;

    public override ToolSet SessionTools => agent.Session.Main.OfferedTools();

    public override IChatClient Model => agent.ModelClient;

    /// <inheritdoc/>
    public object? GetService(Type serviceType) => agent.Invoker.Services.GetService(serviceType);

    public override ValueTask<ToolResult> CallAsync(string name, ToolArguments arguments, CancellationToken cancellationToken) =>
        agent.Session.Calls.CallNestedAsync(agent, name, arguments, cancellationToken);
}
