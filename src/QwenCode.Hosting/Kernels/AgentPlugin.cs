using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.Sessions;

namespace QwenCode.Hosting.Kernels;

/// <summary>Agents as the functions of a plugin.</summary>
internal static class AgentPlugin
{
    /// <summary>Creates the plugin. Of two agents whose names become one function name, the first counts.</summary>
    public static KernelPlugin Create(IAgentCatalog agents, SessionFactory sessions, SessionRequest request, IFrontEnd? frontEnd) =>
        new FunctionPlugin(
        QwenCodeKernelBuilder.AgentPluginName,
        "Agents that work on a task of their own and report.",
        agents.List().Select(definition => new AgentFunction(definition, sessions, request, frontEnd ?? NoFrontEnd.Instance)));

    private sealed class NoFrontEnd : IFrontEnd
    {
        public static NoFrontEnd Instance { get; } = new();

        public void OnEvent(AgentEvent agentEvent)
        {
        }
    }
}
