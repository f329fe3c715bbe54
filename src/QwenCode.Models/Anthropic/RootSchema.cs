using System.Text.Json;
using QwenCode.Models.OpenAI;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// Writes the schema of a tool's parameters without alternatives at its root, with which every request would be refused: what they name is
/// put into the root. Calls are checked against the schema as it was.
/// </summary>
internal static class RootSchema
{
    private static readonly string[] Alternatives = ["anyOf", "oneOf", "allOf"];

    /// <summary>Writes a schema.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="schema">The schema.</param>
    public static void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object || !Alternatives.Any(name => schema.TryGetProperty(name, out _)))
        {
            ParameterSchema.Write(writer, schema);
            return;
        }

        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var required = new List<string>();
        Fold(schema, properties, required);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "object"u8);
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name is not ("type" or "properties" or "required") && Array.IndexOf(Alternatives, member.Name) < 0)
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteStartObject("properties"u8);
        foreach (var (name, value) in properties)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
        if (required.Count > 0)
        {
            writer.WriteStartArray("required"u8);
            required.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Gathers what a schema and its alternatives name; only what all alternatives require is required.</summary>
    private static void Fold(JsonElement schema, Dictionary<string, JsonElement> properties, List<string> required)
    {
        if (schema.TryGetProperty("properties", out var own) && own.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in own.EnumerateObject())
            {
                properties.TryAdd(property.Name, property.Value);
            }
        }

        Require(required, RequiredBy(schema));
        foreach (var name in Alternatives)
        {
            if (!schema.TryGetProperty(name, out var list) || list.ValueKind is not JsonValueKind.Array)
            {
                continue;
            }

            List<string>? common = null;
            foreach (var alternative in list.EnumerateArray())
            {
                if (alternative.ValueKind is not JsonValueKind.Object)
                {
                    continue;
                }

                var wanted = new List<string>();
                Fold(alternative, properties, wanted);
                common = common is null ? wanted : name is "allOf" ? [.. common.Union(wanted)] : [.. common.Intersect(wanted)];
            }

            Require(required, common ?? []);
        }
    }

    private static void Require(List<string> required, IEnumerable<string> names) =>
        required.AddRange(names.Where(name => !required.Contains(name)).ToList());

    private static IEnumerable<string> RequiredBy(JsonElement schema) =>
        schema.TryGetProperty("required", out var names) && names.ValueKind is JsonValueKind.Array
            ? names.EnumerateArray().Where(static name => name.ValueKind is JsonValueKind.String).Select(static name => name.GetString()!)
            : [];
}
