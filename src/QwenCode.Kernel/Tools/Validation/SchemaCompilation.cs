using System.Text.Json;
using System.Text.RegularExpressions;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>Distinguishes usable schemas from broken ones; a tool is not lost because its schema is broken.</summary>
internal static class SchemaCompilation
{
    private const int MaxDepth = 64;

    private static readonly string[] Types = ["string", "number", "integer", "boolean", "array", "object", "null"];

    /// <summary>Returns whether every part of a schema makes sense.</summary>
    public static bool IsUsable(JsonElement schema) => Check(schema, schema, 0);

    /// <summary>Finds what a reference within a schema names.</summary>
    public static JsonElement? Resolve(JsonElement root, string reference)
    {
        if (reference is "#")
        {
            return root;
        }

        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        var at = root;
        foreach (var part in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    /// <summary>Compiles a pattern; <c>null</c> if it is none.</summary>
    public static Regex? Pattern(string pattern)
    {
        try
        {
            // Schemas come from plugins and servers; a pattern must not be able to hold the host.
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(200));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Check(JsonElement root, JsonElement schema, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return true;
        }

        if (schema.ValueKind is not JsonValueKind.Object || depth > MaxDepth)
        {
            return false;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (!CheckKeyword(root, keyword, depth))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CheckKeyword(JsonElement root, JsonProperty keyword, int depth)
    {
        var value = keyword.Value;
        return keyword.Name switch
        {
            "type" => value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().All(IsType) : IsType(value),
            "required" =>
                value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(static name => name.ValueKind is JsonValueKind.String),
            "enum" => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() > 0,
            "properties" or "patternProperties" or "definitions" or "$defs" =>
                value.ValueKind is JsonValueKind.Object && value.EnumerateObject().All(member =>
                    Check(root, member.Value, depth + 1) && (keyword.Name is not "patternProperties" || Pattern(member.Name) is not null)),
            "anyOf" or "oneOf" or "allOf" => value.ValueKind is JsonValueKind.Array && value.GetArrayLength() > 0
                && value.EnumerateArray().All(branch => Check(root, branch, depth + 1)),
            "prefixItems" => value.ValueKind is JsonValueKind.Array && value.EnumerateArray().All(item => Check(root, item, depth + 1)),
            "items" => value.ValueKind is JsonValueKind.Array
                ? value.EnumerateArray().All(item => Check(root, item, depth + 1))
                : Check(root, value, depth + 1),
            "additionalProperties" or "additionalItems" or "not" or "if" or "then" or "else" or "propertyNames" or "contains" =>
                Check(root, value, depth + 1),
            "$ref" => value.ValueKind is JsonValueKind.String && Resolve(root, value.GetString()!) is not null,
            "pattern" => value.ValueKind is JsonValueKind.String && Pattern(value.GetString()!) is not null,
            "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties" =>
                value.ValueKind is JsonValueKind.Number && value.GetDouble() >= 0,
            "minimum" or "maximum" or "multipleOf" => value.ValueKind is JsonValueKind.Number,
            "exclusiveMinimum" or "exclusiveMaximum" => value.ValueKind is JsonValueKind.Number,
            _ => true,
        };
    }

    private static bool IsType(JsonElement type) => type.ValueKind is JsonValueKind.String && Array.IndexOf(Types, type.GetString()) >= 0;
}
