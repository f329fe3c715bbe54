using System.Text.Json;

namespace QwenCode.Models.OpenAI;

/// <summary>Writes the schema of a tool's parameters so that strict servers take it: an object that names its properties.</summary>
internal static class ParameterSchema
{
    /// <summary>Writes a schema; only what is missing at its root is added.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="schema">The schema.</param>
    public static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        var isObject = schema.ValueKind is JsonValueKind.Object;
        if (isObject && schema.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String && type.ValueEquals("object")
            && schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        var hasProperties = false;
        foreach (var member in isObject ? schema.EnumerateObject() : default)
        {
            if (member.NameEquals("type"u8) || (member.NameEquals("properties"u8) && member.Value.ValueKind is not JsonValueKind.Object))
            {
                continue;
            }

            hasProperties |= member.NameEquals("properties"u8);
            member.WriteTo(writer);
        }

        if (!hasProperties)
        {
            writer.WriteStartObject("properties"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
