using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Models.Functions;

/// <summary>
/// A tool as a chat service sees it. The library has no function that cannot be invoked, so invoking this one ends the request:
/// the call is handed to the scheduler instead, which decides whether it runs.
/// </summary>
/// <param name="name">The name, in the library's spelling.</param>
/// <param name="description">What the model is told about the tool.</param>
/// <param name="schema">The schema of the parameters, in a form that the library accepts.</param>
/// <param name="refuse">Called for each invocation, before it fails.</param>
internal sealed class OfferedFunction(string name, string description, JsonElement schema, Action<string, AIFunctionArguments> refuse)
    : AIFunction
{
    public override string Name => name;

    public override string Description => description;

    public override JsonElement JsonSchema => schema;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        refuse(name, arguments);
        throw new InvalidOperationException(
            $"'{name}' is only declared here. Its calls run in the session, under the session's permission rules.");
    }
}
