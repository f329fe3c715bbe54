using System.ComponentModel;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.Hosting;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel;

/// <summary>Agents as the functions of a plugin.</summary>
internal static class AgentPlugin
{
    public static KernelPlugin Create(IAgentCatalog agents, SessionFactory sessions, SessionRequest request, IFrontEnd? frontEnd)
    {
        var functions = new Dictionary<string, KernelFunction>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in agents.List())
        {
            // A function's name takes less than an agent's; of two agents that then have one name the first counts, as everywhere.
            var name = string.Concat(definition.Name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            var run = new AgentFunction(definition.Name, sessions, request, frontEnd ?? new Nobody());
            functions.TryAdd(name, KernelFunctionFactory.CreateFromMethod(run.RunAsync, name, definition.Description));
        }

        return KernelPluginFactory.CreateFromFunctions(QwenCodeKernelBuilder.AgentPluginName, "Agents that work on a task of their own and report.", functions.Values);
    }

    private sealed class AgentFunction(string agent, SessionFactory sessions, SessionRequest request, IFrontEnd frontEnd)
    {
        public async Task<string> RunAsync(
            [Description("The task, complete in itself: the agent knows nothing else.")] string prompt, CancellationToken cancellationToken)
        {
            // On the pool from the start: a kernel's caller may stand on a thread of its user interface.
            var result = await Task.Run(() => sessions.RunAgentAsync(request, agent, prompt, frontEnd, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            return result.Error is { } error ? throw new KernelException($"The agent '{agent}' did not come to its end: {error.Message}") : result.Content.ToText();
        }
    }

    private sealed class Nobody : IFrontEnd
    {
        public void OnEvent(AgentEvent agentEvent)
        {
        }
    }
}
