using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

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
                json.Append(element.ValueKind is JsonValueKind.String ? Mend(element.GetRawText()) : element.GetRawText());
                break;
            default:
                json.Append(node.ToJsonString());
                break;
        }
    }

    private static string Mend(string json)
    {
        var mended = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] is not '\\' || i + 1 == json.Length)
            {
                mended.Append(json[i]);
                continue;
            }

            if (Unit(json, i) is not { } unit || !char.IsSurrogate(unit))
            {
                mended.Append(json, i, 2);
                i++;
                continue;
            }

            var isPair = char.IsHighSurrogate(unit) && Unit(json, i + 6) is { } next && char.IsLowSurrogate(next);
            mended.Append(isPair ? json.AsSpan(i, 12) : "\\ufffd");
            i += isPair ? 11 : 5;
        }

        return mended.ToString();
    }

    private static char? Unit(string json, int at) => at + 6 <= json.Length && json[at] is '\\' && json[at + 1] is 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit : null;
}
