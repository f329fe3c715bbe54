using System.Text.Json;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>
/// Makes a schema that Semantic Kernel can read the parameters of. The library throws on parameters that differ by case alone, on
/// parameters whose schema is a boolean, and on <c>properties</c> that are not an object. The model never sees what is made here.
/// </summary>
internal static class FunctionSchema
{
    private static readonly JsonElement Empty = ToolDeclaration.Schema("{}"u8);

    /// <summary>Returns the schema as it is if the library can read it, else what it can read of it.</summary>
    public static JsonElement Accept(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return Empty;
        }

        if (!schema.TryGetProperty("properties"u8, out var properties))
        {
            return schema;
        }

        return properties.ValueKind is JsonValueKind.Object && IsReadable(properties) && IsReadableList(schema)
            ? schema : Rewrite(schema, properties);
    }

    /// <summary>
    /// Returns the schema of a kernel function as a model should see it. The library describes each parameter by itself, so
    /// references inside one count from there; and it repeats the function's description under a word that means nothing in a schema.
    /// </summary>
    public static JsonElement Describe(JsonElement schema)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            if (schema.TryGetProperty("properties"u8, out var properties) && properties.ValueKind is JsonValueKind.Object)
            {
                foreach (var property in properties.EnumerateObject())
                {
                    writer.WritePropertyName(property.Name);
                    WriteMoved(writer, property.Value, $"#/properties/{property.Name}");
                }
            }

            writer.WriteEndObject();
            if (schema.TryGetProperty("required"u8, out var required))
            {
                writer.WritePropertyName("required"u8);
                required.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return ToolDeclaration.Schema(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteMoved(Utf8JsonWriter writer, JsonElement value, string root)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (member.Name == "$ref" && member.Value.ValueKind is JsonValueKind.String
                        && member.Value.GetString() is ['#', .. var rest])
                    {
                        writer.WriteStringValue(root + rest);
                    }
                    else
                    {
                        WriteMoved(writer, member.Value, root);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteMoved(writer, item, root);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static bool IsReadable(JsonElement properties)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in properties.EnumerateObject())
        {
            if (!IsReadable(property) || !names.Add(property.Name))
            {
                return false;
            }
        }

        return true;
    }

    // A description that is no text, a name that is blank, and a member called "schema" that is no schema make the library throw, too.
    private static bool IsReadable(JsonProperty property) =>
        !string.IsNullOrWhiteSpace(property.Name)
        && property.Value.ValueKind is JsonValueKind.Object
        && (!property.Value.TryGetProperty("description"u8, out var description) || description.ValueKind is JsonValueKind.String)
        && !property.Value.TryGetProperty("schema"u8, out _);

    private static bool IsReadableList(JsonElement schema) =>
        !schema.TryGetProperty("required"u8, out var required)
        || required.ValueKind is not JsonValueKind.Array
        || required.EnumerateArray().All(static name => name.ValueKind is JsonValueKind.String);

    private static JsonElement Rewrite(JsonElement schema, JsonElement properties)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in properties.ValueKind is JsonValueKind.Object ? properties.EnumerateObject() : default)
            {
                if (string.IsNullOrWhiteSpace(property.Name) || !names.Add(property.Name))
                {
                    continue;
                }

                writer.WritePropertyName(property.Name);
                (IsReadable(property) ? property.Value : Empty).WriteTo(writer);
            }

            writer.WriteEndObject();
            if (IsReadableList(schema) && schema.TryGetProperty("required"u8, out var required))
            {
                writer.WritePropertyName("required"u8);
                required.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return ToolDeclaration.Schema(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
