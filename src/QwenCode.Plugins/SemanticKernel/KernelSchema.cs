using System.Text.Json;
using System.Text.Json.Nodes;
using QwenCode.Plugins.Binding;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>Makes of the schema a function gives itself one that says to a model what it means.</summary>
internal static class KernelSchema
{
    public static JsonElement Clean(JsonElement schema)
    {
        if (JsonNode.Parse(schema.GetRawText()) is not JsonObject root)
        {
            return schema.Clone();
        }

        // The function's description once more, under a word that means nothing in a schema.
        root.Remove("condition");
        root.TryAdd("type", "object");
        root.TryAdd("properties", new JsonObject());
        if (root["properties"] is JsonObject properties)
        {
            foreach (var (name, parameter) in properties)
            {
                // Each parameter was described by itself, and so its references count from there.
                SchemaReferences.Move(parameter, $"#/properties/{name}");
            }
        }

        using var document = JsonDocument.Parse(root.ToJsonString());
        return document.RootElement.Clone();
    }
}
