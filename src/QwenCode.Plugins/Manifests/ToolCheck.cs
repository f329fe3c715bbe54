using System.Text.Json;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Manifests;

/// <summary>
/// Keeps a tool from the model that would make every request fail: providers refuse a request for one bad name or schema.
/// </summary>
internal static class ToolCheck
{
    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    /// <summary>Returns what is wrong with a tool's name or parameters, or <c>null</c>.</summary>
    public static PluginFault? FindFault(string name, JsonElement? parameters, string file)
    {
        if (!Names.IsTool(name))
        {
            return new(PluginFaultReason.InvalidName, file, $"A tool is called \"{name}\".",
                "Use snake_case: letters, digits and '_', at most 64 characters.") { Tool = name };
        }

        var wrong = parameters is not { ValueKind: JsonValueKind.Object } schema
            ? "'parameters' is missing or no object."
            : schema.TryGetProperty("type", out var type) && !(type.ValueKind is JsonValueKind.String && type.ValueEquals("object"))
                ? "'parameters.type' must be \"object\"."
                : FindSchemaFault(schema, "parameters", 0);
        return wrong is null
            ? null : new(PluginFaultReason.InvalidSchema, file, wrong, "Mend the schema; until then the tool is left out.") { Tool = name };
    }

    private static string? FindSchemaFault(JsonElement schema, string at, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return null;
        }

        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return $"'{at}' is no schema.";
        }

        if (depth > 64)
        {
            return $"'{at}' is nested deeper than 64 levels.";
        }

        foreach (var member in schema.EnumerateObject())
        {
            var path = $"{at}.{member.Name}";
            var fault = member.Name switch
            {
                "type" => IsType(member.Value) ? null : $"'{path}' is {member.Value.GetRawText()}, which is no JSON type.",
                "properties" or "$defs" or "definitions" or "patternProperties" => FindFaultInMembers(member.Value, path, depth),
                "required" => IsStrings(member.Value) ? null : $"'{path}' must be an array of strings.",
                "enum" => member.Value is { ValueKind: JsonValueKind.Array } && member.Value.GetArrayLength() > 0
                    ? null : $"'{path}' must be an array that is not empty.",
                "items" or "additionalProperties" or "not" => FindSchemaFault(member.Value, path, depth + 1),
                "anyOf" or "oneOf" or "allOf" => FindFaultInList(member.Value, path, depth),
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    // Loops and not queries here: a query over these structures is compiled anew at every start, and every start reads manifests.
    private static string? FindFaultInMembers(JsonElement members, string at, int depth)
    {
        if (members.ValueKind is not JsonValueKind.Object)
        {
            return $"'{at}' must be an object.";
        }

        foreach (var member in members.EnumerateObject())
        {
            if (FindSchemaFault(member.Value, $"{at}.{member.Name}", depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? FindFaultInList(JsonElement list, string at, int depth)
    {
        if (list.ValueKind is not JsonValueKind.Array)
        {
            return $"'{at}' must be an array.";
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (FindSchemaFault(item, $"{at}[{index++}]", depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static bool IsType(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => Types.Contains(type.GetString()),
        JsonValueKind.Array => type.GetArrayLength() > 0
            && type.EnumerateArray().All(static item => item.ValueKind is JsonValueKind.String && Types.Contains(item.GetString())),
        _ => false,
    };

    private static bool IsStrings(JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
        {
            return false;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String)
            {
                return false;
            }
        }

        return true;
    }
}
