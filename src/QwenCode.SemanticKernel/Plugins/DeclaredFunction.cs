using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>
/// A tool as Semantic Kernel knows it: name, description, parameters. Its body is never the way to the tool: calls are run by the innermost
/// filter of the kernels that sessions make, under their rules, and nowhere else.
/// </summary>
internal sealed class DeclaredFunction(ToolDeclaration declaration) : AIFunction
{
    public override string Name { get; } = FunctionNames.Clean(declaration.Name);

    public override string Description => declaration.Description;

    public override JsonElement JsonSchema { get; } = FunctionSchema.Accept(declaration.Parameters);

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        throw new KernelException(
            $"The function '{Name}' runs through the Kernel of a QwenCode session only; invoke it with the kernel it was found in.");
}
