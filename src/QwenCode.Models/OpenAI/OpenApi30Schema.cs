using System.Text.Json;

namespace QwenCode.Models.OpenAI;

/// <summary>Rewrites JSON schemas for servers that know only what OpenAPI 3.0 knows.</summary>
internal static class OpenApi30Schema
{
    /// <summary>Writes a schema, rewritten.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="schema">The schema.</param>
    public static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            WriteMember(writer, schema, member);
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, JsonElement schema, JsonProperty member)
    {
        switch (member.Name)
        {
            case "$schema" or "$id" or "default" or "dependencies" or "patternProperties":
                break;
            case "type" when member.Value.ValueKind is JsonValueKind.Array:
                WriteTypes(writer, member.Value);
                break;
            case "const":
                writer.WriteStartArray("enum"u8);
                WriteAsString(writer, member.Value);
                writer.WriteEndArray();
                break;
            case "enum" when member.Value.ValueKind is JsonValueKind.Array:
                writer.WriteStartArray("enum"u8);
                foreach (var value in member.Value.EnumerateArray())
                {
                    WriteAsString(writer, value);
                }

                writer.WriteEndArray();
                break;
            case "exclusiveMinimum" when member.Value.ValueKind is JsonValueKind.Number:
                WriteBound(writer, "minimum", member);
                break;
            case "exclusiveMaximum" when member.Value.ValueKind is JsonValueKind.Number:
                WriteBound(writer, "maximum", member);
                break;
            case "minimum" when IsNumber(schema, "exclusiveMinimum"):
            case "maximum" when IsNumber(schema, "exclusiveMaximum"):
                break;
            case "items" when member.Value.ValueKind is JsonValueKind.Array:
                writer.WritePropertyName("items"u8);
                Write(writer, member.Value.GetArrayLength() > 0 ? member.Value[0] : JsonElement.Parse("{}"));
                break;
            case "properties" or "definitions" or "$defs" when member.Value.ValueKind is JsonValueKind.Object:
                writer.WriteStartObject(member.Name);
                foreach (var inner in member.Value.EnumerateObject())
                {
                    writer.WritePropertyName(inner.Name);
                    Write(writer, inner.Value);
                }

                writer.WriteEndObject();
                break;
            case "anyOf" or "oneOf" or "allOf" when member.Value.ValueKind is JsonValueKind.Array:
                writer.WriteStartArray(member.Name);
                foreach (var inner in member.Value.EnumerateArray())
                {
                    Write(writer, inner);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value);
                break;
        }
    }

    private static void WriteTypes(Utf8JsonWriter writer, JsonElement types)
    {
        string? first = null;
        var isNullable = false;
        foreach (var type in types.EnumerateArray())
        {
            var word = type.GetString();
            isNullable |= word is "null";
            first ??= word is "null" ? null : word;
        }

        if (first is not null)
        {
            writer.WriteString("type"u8, first);
        }

        if (isNullable)
        {
            writer.WriteBoolean("nullable"u8, true);
        }
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, JsonProperty bound)
    {
        writer.WritePropertyName(name);
        bound.Value.WriteTo(writer);
        writer.WriteBoolean(bound.Name, true);
    }

    private static void WriteAsString(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteStringValue(value.ValueKind is JsonValueKind.String ? value.GetString() : value.GetRawText());

    private static bool IsNumber(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number;
}
