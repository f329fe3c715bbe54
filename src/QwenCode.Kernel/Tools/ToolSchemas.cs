using System.Text.Json;
using QwenCode.Kernel.Tools.Validation;

namespace QwenCode.Kernel.Tools;

/// <summary>What the kernel can check arguments against.</summary>
public static class ToolSchemas
{
    /// <summary>Returns whether arguments can be checked against a schema. If not, whatever the model sends is taken.</summary>
    /// <param name="schema">The JSON schema.</param>
    public static bool IsUsable(JsonElement schema) => schema.ValueKind is JsonValueKind.Object && SchemaCompilation.IsUsable(schema);
}
