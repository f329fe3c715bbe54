using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>Compares a value with a schema and words the first thing that does not fit.</summary>
internal sealed class SchemaWalk
{
    private const int MaxDepth = 200;

    private readonly CompiledSchema _compiled;
    private int _depth;

    private SchemaWalk(CompiledSchema compiled) => _compiled = compiled;

    /// <summary>Finds the first error; <c>null</c> if there is none.</summary>
    public static string? FirstError(CompiledSchema schema, JsonElement value) =>
        new SchemaWalk(schema).Check(schema.Root, value, "params");

    private string? Check(JsonElement schema, JsonElement value, string at)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return schema.ValueKind is JsonValueKind.False ? $"{at} boolean schema is false" : null;
        }

        // A schema that refers to itself without going into the value would never end.
        if (++_depth > MaxDepth)
        {
            _depth--;
            return null;
        }

        var error = CheckType(schema, value, at)
            ?? CheckReference(schema, value, at)
            ?? (value.ValueKind is JsonValueKind.Number ? CheckNumber(schema, value, at) : null)
            ?? (value.ValueKind is JsonValueKind.String ? CheckString(schema, value.GetString()!, at) : null)
            ?? CheckAny(schema, value, at)
            ?? (value.ValueKind is JsonValueKind.Array ? CheckArray(schema, value, at) : null)
            ?? (value.ValueKind is JsonValueKind.Object ? CheckObject(schema, value, at) : null);
        _depth--;
        return error;
    }

    private static string? CheckType(JsonElement schema, JsonElement value, string at)
    {
        if (!schema.TryGetProperty("type", out var type)
            || (value.ValueKind is JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable)
                && nullable.ValueKind is JsonValueKind.True))
        {
            return null;
        }

        if (type.ValueKind is JsonValueKind.Array)
        {
            return type.EnumerateArray().Any(name => Is(value, name.GetString()!))
                ? null
                : $"{at} must be {string.Join(',', type.EnumerateArray().Select(static name => name.GetString()))}";
        }

        return Is(value, type.GetString()!) ? null : $"{at} must be {type.GetString()}";
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind is JsonValueKind.String,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "array" => value.ValueKind is JsonValueKind.Array,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => value.ValueKind is JsonValueKind.Null,
    };

    private string? CheckReference(JsonElement schema, JsonElement value, string at) =>
        schema.TryGetProperty("$ref", out var reference) && SchemaCompilation.Resolve(_compiled.Root, reference.GetString()!) is { } target
            ? Check(target, value, at)
            : null;

    private static double? Number(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) ? limit.GetDouble() : null;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? CheckNumber(JsonElement schema, JsonElement value, string at)
    {
        var number = value.GetDouble();
        return Number(schema, "maximum") is { } maximum && number > maximum ? $"{at} must be <= {Text(maximum)}"
            : Number(schema, "minimum") is { } minimum && number < minimum ? $"{at} must be >= {Text(minimum)}"
            : Number(schema, "exclusiveMaximum") is { } below && number >= below ? $"{at} must be < {Text(below)}"
            : Number(schema, "exclusiveMinimum") is { } above && number <= above ? $"{at} must be > {Text(above)}"
            : Number(schema, "multipleOf") is { } step && step > 0 && !double.IsInteger(number / step)
            ? $"{at} must be multiple of {Text(step)}"
            : null;
    }

    private string? CheckString(JsonElement schema, string value, string at)
    {
        // Lengths count characters, not the halves of a surrogate pair.
        var length = value.EnumerateRunes().Count();
        if (Number(schema, "maxLength") is { } maximum && length > maximum)
        {
            return $"{at} must NOT have more than {Text(maximum)} characters";
        }

        if (Number(schema, "minLength") is { } minimum && length < minimum)
        {
            return $"{at} must NOT have fewer than {Text(minimum)} characters";
        }

        return schema.TryGetProperty("pattern", out var pattern) && !Fits(pattern.GetString()!, value)
            ? $"{at} must match pattern \"{pattern.GetString()}\"" : null;
    }

    private bool Fits(string pattern, string value)
    {
        try
        {
            return _compiled.Pattern(pattern)?.IsMatch(value) is not false;
        }
        catch (RegexMatchTimeoutException)
        {
            return true;   // as with any schema that cannot be used, the tool has to look for itself
        }
    }

    private string? CheckAny(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
        {
            return $"{at} must be equal to constant";
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)))
        {
            return $"{at} must be equal to one of the allowed values";
        }

        if (schema.TryGetProperty("not", out var not) && Check(not, value, at) is null)
        {
            return $"{at} must NOT be valid";
        }

        return CheckBranches(schema, value, at) ?? CheckCondition(schema, value, at);
    }

    private string? CheckBranches(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("anyOf", out var any))
        {
            var errors = any.EnumerateArray().Select(branch => Check(branch, value, at)).ToArray();
            if (Array.TrueForAll(errors, static error => error is not null))
            {
                return errors[0];
            }
        }

        if (schema.TryGetProperty("oneOf", out var one))
        {
            var errors = one.EnumerateArray().Select(branch => Check(branch, value, at)).ToArray();
            var fitting = errors.Count(static error => error is null);
            if (fitting != 1)
            {
                return fitting == 0 ? errors[0] : $"{at} must match exactly one schema in oneOf";
            }
        }

        return schema.TryGetProperty("allOf", out var all)
            ? all.EnumerateArray().Select(branch => Check(branch, value, at)).FirstOrDefault(static error => error is not null)
            : null;
    }

    private string? CheckCondition(JsonElement schema, JsonElement value, string at)
    {
        if (!schema.TryGetProperty("if", out var condition))
        {
            return null;
        }

        return schema.TryGetProperty(Check(condition, value, at) is null ? "then" : "else", out var branch)
            ? Check(branch, value, at) : null;
    }

    private string? CheckArray(JsonElement schema, JsonElement value, string at)
    {
        var count = value.GetArrayLength();
        if (Number(schema, "maxItems") is { } maximum && count > maximum)
        {
            return $"{at} must NOT have more than {Text(maximum)} items";
        }

        if (Number(schema, "minItems") is { } minimum && count < minimum)
        {
            return $"{at} must NOT have fewer than {Text(minimum)} items";
        }

        return CheckItems(schema, value, at) ?? CheckContains(schema, value, at) ?? CheckUnique(schema, value, at);
    }

    private string? CheckItems(JsonElement schema, JsonElement value, string at)
    {
        JsonElement? first = schema.TryGetProperty("prefixItems", out var prefix) ? prefix
            : schema.TryGetProperty("items", out var list) && list.ValueKind is JsonValueKind.Array ? list : null;
        JsonElement? rest = first is not null && schema.TryGetProperty("additionalItems", out var more) ? more
            : schema.TryGetProperty("items", out var items) && items.ValueKind is not JsonValueKind.Array ? items : null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var itemSchema = first is { } named && index < named.GetArrayLength() ? named[index] : rest;
            if (itemSchema is { } known && Check(known, item, $"{at}/{index.ToString(CultureInfo.InvariantCulture)}") is { } error)
            {
                return error;
            }

            index++;
        }

        return null;
    }

    private string? CheckContains(JsonElement schema, JsonElement value, string at) =>
        schema.TryGetProperty("contains", out var wanted) && !value.EnumerateArray().Any(item => Check(wanted, item, at) is null)
            ? $"{at} must contain at least 1 valid item(s)"
            : null;

    private static string? CheckUnique(JsonElement schema, JsonElement value, string at)
    {
        if (!schema.TryGetProperty("uniqueItems", out var unique) || unique.ValueKind is not JsonValueKind.True)
        {
            return null;
        }

        var items = value.EnumerateArray().ToArray();
        for (var i = items.Length - 1; i > 0; i--)
        {
            for (var j = i - 1; j >= 0; j--)
            {
                if (JsonElement.DeepEquals(items[i], items[j]))
                {
                    return $"{at} must NOT have duplicate items (items ## {j} and {i} are identical)";
                }
            }
        }

        return null;
    }

    private string? CheckObject(JsonElement schema, JsonElement value, string at)
    {
        var count = value.EnumerateObject().Count();
        if (Number(schema, "maxProperties") is { } maximum && count > maximum)
        {
            return $"{at} must NOT have more than {Text(maximum)} properties";
        }

        if (Number(schema, "minProperties") is { } minimum && count < minimum)
        {
            return $"{at} must NOT have fewer than {Text(minimum)} properties";
        }

        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                {
                    return $"{at} must have required property '{name.GetString()}'";
                }
            }
        }

        if (schema.TryGetProperty("propertyNames", out var names)
            && value.EnumerateObject().Any(member => Check(names, AsJson(member.Name), at) is not null))
        {
            return $"{at} property name must be valid";
        }

        return CheckAdditional(schema, value, at) ?? CheckProperties(schema, value, at);
    }

    private string? CheckAdditional(JsonElement schema, JsonElement value, string at)
    {
        if (!schema.TryGetProperty("additionalProperties", out var additional))
        {
            return null;
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasPatterns = schema.TryGetProperty("patternProperties", out var patterns);
        foreach (var member in value.EnumerateObject())
        {
            if ((hasProperties && properties.TryGetProperty(member.Name, out _))
                || (hasPatterns && patterns.EnumerateObject().Any(pattern => Fits(pattern.Name, member.Name))))
            {
                continue;
            }

            if (additional.ValueKind is JsonValueKind.False)
            {
                return $"{at} must NOT have additional properties";
            }

            if (Check(additional, member.Value, Below(at, member.Name)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private string? CheckProperties(JsonElement schema, JsonElement value, string at)
    {
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                if (value.TryGetProperty(property.Name, out var given)
                    && Check(property.Value, given, Below(at, property.Name)) is { } error)
                {
                    return error;
                }
            }
        }

        if (!schema.TryGetProperty("patternProperties", out var patterns))
        {
            return null;
        }

        foreach (var pattern in patterns.EnumerateObject())
        {
            foreach (var member in value.EnumerateObject())
            {
                if (Fits(pattern.Name, member.Name) && Check(pattern.Value, member.Value, Below(at, member.Name)) is { } error)
                {
                    return error;
                }
            }
        }

        return null;
    }

    private static string Below(string at, string name) =>
        $"{at}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static JsonElement AsJson(string text)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStringValue(text);
        }

        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return JsonElement.ParseValue(ref reader);
    }
}
