using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Tools;

/// <summary>Strings of a server's JSON, also those that hold half a character, which the framework refuses.</summary>
internal static class SoundText
{
    /// <summary>Returns a node as an element whose strings can all be read.</summary>
    /// <param name="node">The node.</param>
    public static JsonElement Element(JsonNode? node)
    {
        var json = new StringBuilder();
        Append(json, node);
        return JsonElement.Parse(json.ToString());
    }

    private static void Append(StringBuilder json, JsonNode? node)
    {
        switch (node)
        {
            case null:
                json.Append("null");
                break;
            case JsonObject members:
                var separator = '{';
                foreach (var (name, value) in members)
                {
                    json.Append(separator).Append('"').Append(JsonEncodedText.Encode(name)).Append("\":");
                    Append(json, value);
                    separator = ',';
                }

                json.Append(separator == '{' ? "{}" : "}");
                break;
            case JsonArray items:
                json.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    json.Append(i > 0 ? "," : string.Empty);
                    Append(json, items[i]);
                }

                json.Append(']');
                break;
            case JsonValue value when value.TryGetValue<JsonElement>(out var element):
                json.Append(Surrogates.Mend(element.GetRawText()));
                break;
            default:
                json.Append(node.ToJsonString());
                break;
        }
    }
}
