using System.Text.Json.Nodes;

namespace QwenCode.Plugins.Binding;

/// <summary>
/// The schema exporter points to a type it has met by its place below the root, and in a tool's parameters the root is one level
/// further up.
/// </summary>
internal static class SchemaReferences
{
    /// <summary>Lets the references in a schema count from another place.</summary>
    /// <param name="node">The schema.</param>
    /// <param name="root">Where it now lies.</param>
    public static void Move(JsonNode? node, string root)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && reference.TryGetValue(out string? path) && path.StartsWith('#'))
                {
                    members["$ref"] = root + path[1..];
                }

                foreach (var (_, value) in members)
                {
                    Move(value, root);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Move(item, root);
                }

                break;
        }
    }
}
