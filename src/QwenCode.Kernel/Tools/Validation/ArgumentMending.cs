using System.Text.Json;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>Turns words into truth values, and JSON in a string into what it holds, if a schema wants that.</summary>
internal static class ArgumentMending
{
    /// <summary>Mends arguments; <c>null</c> if there is nothing to mend.</summary>
    public static JsonElement? Mend(JsonElement schema, JsonElement arguments)
    {
        var isChanged = false;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, arguments, schema, isTop: true, ref isChanged);
        }

        if (!isChanged)
        {
            return null;
        }

        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return JsonElement.ParseValue(ref reader);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, JsonElement schema, bool isTop, ref bool isChanged)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (isTop && Unwrap(schema, member) is { } inner)
                    {
                        inner.WriteTo(writer);
                        isChanged = true;
                    }
                    else
                    {
                        Write(writer, member.Value, schema, isTop: false, ref isChanged);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item, schema, isTop: false, ref isChanged);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String when bool.TryParse(value.GetString(), out var truth) && value.GetString()!.Length is 4 or 5:
                writer.WriteBooleanValue(truth);
                isChanged = true;
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static JsonElement? Unwrap(JsonElement schema, JsonProperty member)
    {
        if (member.Value.ValueKind is not JsonValueKind.String
            || schema.ValueKind is not JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind is not JsonValueKind.Object
            || !properties.TryGetProperty(member.Name, out var property))
        {
            return null;
        }

        var text = member.Value.GetString()!.Trim();
        var types = new HashSet<string>(StringComparer.Ordinal);
        CollectTypes(property, types);
        if (types.Contains("string")
            || !((text is ['[', .., ']'] or ['{', .., '}']) && (types.Contains("array") || types.Contains("object"))))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;   // it only looked like JSON; the schema's own complaint is the better one
        }
    }

    private static void CollectTypes(JsonElement schema, HashSet<string> types)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("type", out var type))
        {
            foreach (var name in type.ValueKind is JsonValueKind.Array ? type.EnumerateArray() : Enumerable.Repeat(type, 1))
            {
                if (name.ValueKind is JsonValueKind.String)
                {
                    types.Add(name.GetString()!);
                }
            }
        }

        foreach (var keyword in (string[])["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var branches) && branches.ValueKind is JsonValueKind.Array)
            {
                foreach (var branch in branches.EnumerateArray())
                {
                    CollectTypes(branch, types);
                }
            }
        }
    }
}
