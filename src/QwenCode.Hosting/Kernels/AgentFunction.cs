using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Hosting.Kernels;

/// <summary>An agent as a function: a prompt in, its report out. Each call runs in a session of its own.</summary>
internal sealed class AgentFunction(AgentDefinition definition, SessionFactory sessions, SessionRequest request, IFrontEnd frontEnd)
    : AIFunction
{
    private static readonly JsonElement Schema = ToolDeclaration.Schema(
        """
        {"type":"object","properties":{"prompt":{"type":"string",
        "description":"The complete task; the agent knows nothing else."}},"required":["prompt"]}
        """u8);

    public override string Name { get; } = FunctionNames.Clean(definition.Name);

    public override string Description => definition.Description;

    public override JsonElement JsonSchema => Schema;

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var prompt = ToolArguments.From(arguments).String("prompt");
        if (string.IsNullOrWhiteSpace(prompt))
        {
            throw new KernelException($"The agent '{definition.Name}' needs the argument 'prompt', a non-empty text.");
        }

        // On the thread pool from the start: a kernel's caller may be on the thread of its user interface.
        var result = await Task.Run(
            () => sessions.RunAgentAsync(request, definition.Name, prompt, frontEnd, cancellationToken).AsTask(), cancellationToken)
            .ConfigureAwait(false);
        return result.Error is { } error
            ? throw new KernelException($"The agent '{definition.Name}' did not finish: {error.Message}") : result.Content.ToText();
    }
}
