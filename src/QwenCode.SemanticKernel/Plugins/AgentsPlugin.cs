using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>The agents of a session as functions: a prompt in, the report out. A call of one is a call of the tool <c>agent</c>.</summary>
internal sealed class AgentsPlugin(IAgentCatalog agents)
    : KernelPlugin(PluginNames.Agents, "Agents that work on a task of their own and report.")
{
    private static readonly ConditionalWeakTable<KernelFunction, AgentDefinition> Definitions = [];
    private static readonly ConditionalWeakTable<AgentDefinition, KernelFunction> Functions = [];
    private static readonly JsonElement Schema = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"prompt":{"type":"string",
        "description":"The complete task; the agent knows nothing else."}},"required":["prompt"]}
        """u8);

    public override int FunctionCount => agents.List().Count;

    /// <summary>Returns the agent that a function stands for; <c>null</c> if it stands for none.</summary>
    public static AgentDefinition? AgentOf(KernelFunction function) =>
        Definitions.TryGetValue(function, out var definition) ? definition : null;

    public override bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function)
    {
        var definition = agents.List()
            .FirstOrDefault(one => FunctionNames.Clean(one.Name).Equals(FunctionNames.Clean(name), StringComparison.OrdinalIgnoreCase));
        function = definition is null ? null : Functions.GetValue(definition, Create);
        return function is not null;
    }

    public override IEnumerator<KernelFunction> GetEnumerator() =>
        agents.List().Select(static definition => Functions.GetValue(definition, Create)).GetEnumerator();

    private static KernelFunction Create(AgentDefinition definition)
    {
        var declaration = new ToolDeclaration { Name = definition.Name, Description = definition.Description, Parameters = Schema };
        var function = new DeclaredFunction(declaration).AsKernelFunction().Clone(PluginNames.Agents);
        Definitions.AddOrUpdate(function, definition);
        return function;
    }
}
