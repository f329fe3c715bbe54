using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using QwenCode.Plugins.Loading;

namespace QwenCode.Plugins.Binding;

/// <summary>
/// Describes the parameters of a method as a JSON schema. Types that are not primitive are left to the serializer's own exporter,
/// so that schema and binding cannot disagree.
/// </summary>
internal static class SchemaGenerator
{
    public static JsonElement Describe(IReadOnlyList<ToolParameter> parameters, JsonSerializerOptions json)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in parameters)
        {
            if (parameter.Source is not ToolParameterSource.Model)
            {
                continue;
            }

            properties[parameter.Name] = Describe(parameter, json);
            if (!parameter.IsOptional)
            {
                required.Add(parameter.Name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        schema["additionalProperties"] = false;
        using var document = JsonDocument.Parse(schema.ToJsonString());
        return document.RootElement.Clone();
    }

    private static JsonObject Describe(ToolParameter parameter, JsonSerializerOptions json)
    {
        var schema = JsonPrimitives.TypeWord(parameter.Core) is { } word ? new JsonObject { ["type"] = word } : Export(parameter, json);
        if (parameter.IsNullable)
        {
            AllowNull(schema);
        }

        if (parameter.Info.GetCustomAttribute<DescriptionAttribute>() is { Description: { Length: > 0 } text })
        {
            schema["description"] = text;
        }

        if (parameter.IsOptional && parameter.Default() is { } value)
        {
            schema["default"] = JsonSerializer.SerializeToNode(value, parameter.Core, json);
        }

        return schema;
    }

    private static JsonObject Export(ToolParameter parameter, JsonSerializerOptions json)
    {
        using var caches = SerializerCaches.Hold();
        var exported = JsonSchemaExporter.GetJsonSchemaAsNode(json, parameter.Core, new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Annotate(context, node),
        });

        // "true" is how the exporter says "anything"; the parameter's description needs an object to stand in.
        var schema = exported as JsonObject ?? [];
        SchemaReferences.Move(schema, $"#/properties/{parameter.Name}");
        return schema;
    }

    private static JsonNode Annotate(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
        {
            return node;
        }

        if (schema.ContainsKey("enum") && !schema.ContainsKey("type"))
        {
            schema["type"] = schema["enum"]!.AsArray().Contains(null) ? new JsonArray("string", "null") : "string";
        }

        var described = context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type;
        var text = described.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true).OfType<DescriptionAttribute>()
            .FirstOrDefault()
            ?? context.PropertyInfo?.AssociatedParameter?.AttributeProvider?.GetCustomAttributes(
            typeof(DescriptionAttribute), inherit: true).OfType<DescriptionAttribute>().FirstOrDefault();
        if (text is { Description.Length: > 0 })
        {
            schema["description"] = text.Description;
        }

        return schema;
    }

    private static void AllowNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type && type.TryGetValue(out string? word))
        {
            schema["type"] = new JsonArray(word, "null");
        }

        if (schema["enum"] is JsonArray values && !values.Contains(null))
        {
            values.Add((JsonNode?)null);
        }
    }
}
