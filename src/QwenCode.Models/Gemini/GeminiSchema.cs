using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Gemini;

/// <summary>
/// Rewrites JSON schemas into the part of OpenAPI 3.0 that the older form of declarations knows: references are put in where they are used,
/// and words it does not know are left out. Calls are checked against the schema as it was.
/// </summary>
/// <param name="root">The whole schema, in which references are looked up.</param>
internal sealed class GeminiSchema(JsonElement root)
{
    private const int MaxDepth = 24;

    private static readonly string[] Kept =
    [
        "format", "title", "description", "nullable", "maxItems", "minItems", "minProperties", "maxProperties", "minLength", "maxLength",
        "pattern", "example", "default", "minimum", "maximum", "propertyOrdering",
    ];

    /// <summary>Writes the schema.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(Utf8JsonWriter writer) => Write(writer, root, 0);

    /// <summary>Returns whether there is something to declare: an object without properties is refused.</summary>
    public bool HasProperties => root.Object("properties"u8) is { } properties && properties.EnumerateObject().Any();

    private void Write(Utf8JsonWriter writer, JsonElement schema, int depth)
    {
        schema = Resolve(schema);
        writer.WriteStartObject();
        if (schema.ValueKind is JsonValueKind.Object && depth < MaxDepth)
        {
            WriteType(writer, schema);
            foreach (var member in schema.EnumerateObject())
            {
                WriteMember(writer, member, schema, depth + 1);
            }
        }
        else
        {
            writer.WriteString("type"u8, "object"u8);
        }

        writer.WriteEndObject();
    }

    private void WriteMember(Utf8JsonWriter writer, JsonProperty member, JsonElement schema, int depth)
    {
        switch (member.Name)
        {
            case "properties" when member.Value.ValueKind is JsonValueKind.Object:
                writer.WriteStartObject("properties"u8);
                foreach (var property in member.Value.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, depth);
                }

                writer.WriteEndObject();
                break;
            case "required" when member.Value.ValueKind is JsonValueKind.Array:
                member.WriteTo(writer);
                break;
            case "items":
                writer.WritePropertyName("items"u8);
                Write(writer, member.Value is { ValueKind: JsonValueKind.Array } tuple
                    ? tuple.EnumerateArray().FirstOrDefault() : member.Value, depth);
                break;
            case "anyOf" or "oneOf" when member.Value.ValueKind is JsonValueKind.Array:
                WriteAlternatives(writer, member.Value, depth);
                break;
            case "allOf" when member.Value.ValueKind is JsonValueKind.Array && !schema.TryGetProperty("properties", out _):
                // Only the first says enough to go by.
                var first = Resolve(member.Value.EnumerateArray().FirstOrDefault());
                foreach (var part in first.ValueKind is JsonValueKind.Object ? first.EnumerateObject() : default)
                {
                    WriteMember(writer, part, first, depth);
                }

                break;
            case "enum" when member.Value.ValueKind is JsonValueKind.Array:
                WriteEnum(writer, member.Value);
                break;
            case "const" when member.Value.ValueKind is JsonValueKind.String:
                writer.WriteStartArray("enum"u8);
                member.Value.WriteTo(writer);
                writer.WriteEndArray();
                break;
            default:
                if (Array.IndexOf(Kept, member.Name) >= 0)
                {
                    member.WriteTo(writer);
                }

                break;
        }
    }

    private static void WriteType(Utf8JsonWriter writer, JsonElement schema)
    {
        string? type = null;
        var isNullable = false;
        var types = schema.Member("type"u8);
        foreach (var one in types.ValueKind is JsonValueKind.Array ? types.EnumerateArray() : default)
        {
            isNullable |= one.ValueEquals("null");
            type ??= one.ValueKind is JsonValueKind.String && !one.ValueEquals("null") ? one.GetString() : null;
        }

        type ??= schema.Text("type"u8)
            ?? (schema.TryMember("properties", out _) ? "object" : schema.TryMember("items", out _) ? "array"
                : schema.Array("enum"u8) is { } values && values.EnumerateArray().Any() ? TypeOf(values[0])
                : schema.TryMember("const", out var value) ? TypeOf(value) : null);
        if (type is not null)
        {
            writer.WriteString("type"u8, type);
        }

        if (isNullable && !schema.TryMember("nullable", out _))
        {
            writer.WriteBoolean("nullable"u8, true);
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "string",
    };

    private void WriteAlternatives(Utf8JsonWriter writer, JsonElement alternatives, int depth)
    {
        writer.WriteStartArray("anyOf"u8);
        foreach (var alternative in alternatives.EnumerateArray())
        {
            Write(writer, alternative, depth);
        }

        writer.WriteEndArray();
    }

    // Values that are no strings are refused; without them the description has to do.
    private static void WriteEnum(Utf8JsonWriter writer, JsonElement values)
    {
        if (!values.EnumerateArray().All(static value => value.ValueKind is JsonValueKind.String && value.Text().Length > 0))
        {
            return;
        }

        writer.WritePropertyName("enum"u8);
        values.WriteTo(writer);
    }

    private JsonElement Resolve(JsonElement schema)
    {
        for (var steps = 0; steps < MaxDepth && schema.Text("$ref"u8) is { } reference; steps++)
        {
            var target = root;
            foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal);
                target = target.Member(name.Replace("~0", "~", StringComparison.Ordinal));
            }

            schema = target;
        }

        return schema;
    }
}
