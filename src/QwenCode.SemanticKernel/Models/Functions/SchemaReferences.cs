using System.Text.Json;

namespace QwenCode.SemanticKernel.Models.Functions;

/// <summary>
/// Writes schemas with their references put in place: the library keeps each parameter's schema and drops the definitions beside
/// them. A schema that refers to itself is written to a bounded depth, and is open below it.
/// </summary>
/// <param name="root">The schema that references point into.</param>
internal sealed class SchemaReferences(JsonElement root)
{
    // How often a definition is written inside itself. Models rarely nest deeper, and every level multiplies the size.
    private const int MaxRecursion = 2;

    // Definitions that refer to each other several times grow with the power of the depth.
    private const int MaxReferences = 200;

    private readonly List<string> _open = [];
    private int _references;

    /// <summary>Follows the reference that stands for a whole schema.</summary>
    /// <returns>The schema that is meant; the given one if it is no reference or leads nowhere.</returns>
    public JsonElement Follow(JsonElement schema)
    {
        for (var i = 0; i < MaxReferences && Target(schema) is { } target; i++)
        {
            schema = target;
        }

        return schema;
    }

    /// <summary>Writes a schema.</summary>
    public void Write(Utf8JsonWriter writer, JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            schema.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        WriteMembers(writer, schema, []);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members of a schema but for those that are written already, which win.</summary>
    public void WriteMembers(Utf8JsonWriter writer, JsonElement schema, HashSet<string> written)
    {
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name is not ("$ref" or "$defs" or "definitions") && written.Add(member.Name))
            {
                WriteMember(writer, member);
            }
        }

        if (Reference(schema) is not { } reference || Find(reference) is not { ValueKind: JsonValueKind.Object } target)
        {
            return;
        }

        if (_references >= MaxReferences || _open.FindAll(other => other == reference).Count >= MaxRecursion)
        {
            return;
        }

        _references++;
        _open.Add(reference);
        WriteMembers(writer, target, written);
        _open.RemoveAt(_open.Count - 1);
    }

    private void WriteMember(Utf8JsonWriter writer, JsonProperty member)
    {
        switch (member.Name, member.Value.ValueKind)
        {
            case ("properties" or "patternProperties" or "dependentSchemas", JsonValueKind.Object):
                writer.WriteStartObject(member.Name);
                foreach (var entry in member.Value.EnumerateObject())
                {
                    writer.WritePropertyName(entry.Name);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case ("properties", JsonValueKind.Null):
                break;
            case ("allOf" or "anyOf" or "oneOf" or "prefixItems" or "items", JsonValueKind.Array):
                writer.WriteStartArray(member.Name);
                foreach (var entry in member.Value.EnumerateArray())
                {
                    Write(writer, entry);
                }

                writer.WriteEndArray();
                break;
            case ("items" or "additionalItems" or "additionalProperties" or "unevaluatedItems" or "unevaluatedProperties" or "contains"
                or "propertyNames"
                or "not" or "if" or "then" or "else", JsonValueKind.Object):
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value);
                break;
            default:
                // What is no schema, such as the values of an enumeration, may look like one.
                member.WriteTo(writer);
                break;
        }
    }

    private JsonElement? Target(JsonElement schema) => Reference(schema) is { } reference ? Find(reference) : null;

    private static string? Reference(JsonElement schema) =>
        schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty("$ref", out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString() : null;

    private JsonElement? Find(string reference)
    {
        if (reference.Length == 0 || reference[0] != '#')
        {
            return null;
        }

        var found = root;
        foreach (var part in reference.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (found.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < found.GetArrayLength())
            {
                found = found[index];
            }
            else if (found.ValueKind is not JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return reference.Length == 1 || reference[1] == '/' ? found : null;
    }
}
