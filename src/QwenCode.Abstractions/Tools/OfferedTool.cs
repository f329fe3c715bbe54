using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Tools;

/// <summary>
/// A tool as a model client sees it: name, description and schema. Nothing of it leads back to the tool, so a client that invokes
/// functions itself cannot run a tool past permission, hooks and scheduling; it hands the call back, and we run it.
/// </summary>
/// <param name="declaration">What is known of the tool; plain data.</param>
internal sealed class OfferedTool(ToolDeclaration declaration) : AIFunctionDeclaration
{
    /// <inheritdoc/>
    public override string Name => declaration.Name;

    /// <inheritdoc/>
    public override string Description => declaration.Description;

    /// <inheritdoc/>
    public override JsonElement JsonSchema => declaration.Parameters;
}
