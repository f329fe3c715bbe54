using System.Globalization;
using System.Text.Json;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// Makes what a model sent fit a schema: names are matched without regard to case at every level, and what Semantic Kernel would
/// drop without a word (a name it does not know, a value that cannot be what it must be) is reported to the model as a problem.
/// </summary>
internal sealed class ArgumentFitter(JsonElement schema)
{
    private const int MaxDepth = 64;

    /// <summary>Gets what is wrong, in sentences.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Returns the arguments with the names the schema has.</summary>
    public JsonElement Fit(JsonElement arguments)
    {
        if (arguments.ValueKind is not JsonValueKind.Object)
        {
            Problems.Add("The arguments must be a JSON object.");
            return arguments;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteObject(writer, arguments, schema, string.Empty, 0);
        }

        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        return document.RootElement.Clone();
    }

    private void Write(Utf8JsonWriter writer, JsonElement value, JsonElement rule, string at, int depth)
    {
        rule = Resolve(rule, value);
        if (rule.ValueKind is not JsonValueKind.Object || depth > MaxDepth)
        {
            value.WriteTo(writer);
            return;
        }

        var types = Types(rule);
        // Some models write what is inside an object as text.
        if (value.ValueKind is JsonValueKind.String && !types.Contains("string") && TryRead(value.GetString()!, types) is { } read)
        {
            value = read;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object when types.Count == 0 || types.Contains("object"):
                WriteObject(writer, value, rule, at, depth);
                return;
            case JsonValueKind.Array when types.Count == 0 || types.Contains("array"):
                writer.WriteStartArray();
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item, rule.TryGetProperty("items", out var items) ? items : default,
                        string.Create(CultureInfo.InvariantCulture, $"{at}[{index++}]"), depth + 1);
                }

                writer.WriteEndArray();
                return;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when types is ["string"]:
                writer.WriteStringValue(value.GetRawText());
                return;
        }

        if (types.Count > 0 && !types.Exists(type => Is(value, type)) && value.ValueKind is not JsonValueKind.Null)
        {
            Problems.Add($"'{at}' must be of type {string.Join(" or ", types)}, and is {Excerpt(value)}.");
        }
        else if (value.ValueKind is JsonValueKind.String && rule.TryGetProperty("enum", out var choices)
            && choices.ValueKind is JsonValueKind.Array)
        {
            CheckChoice(value, choices, at);
        }

        value.WriteTo(writer);
    }

    private void WriteObject(Utf8JsonWriter writer, JsonElement value, JsonElement rule, string at, int depth)
    {
        var properties = rule.TryGetProperty("properties", out var declared) && declared.ValueKind is JsonValueKind.Object
            ? declared : default;
        var more = rule.TryGetProperty("additionalProperties", out var additional) ? additional : default;
        // A schema that names nothing is a dictionary, or says nothing; one that names something means that and no more.
        var isOpen = more.ValueKind is JsonValueKind.Object or JsonValueKind.True
            || (more.ValueKind is JsonValueKind.Undefined && properties.ValueKind is JsonValueKind.Undefined);
        var given = new HashSet<string>(StringComparer.Ordinal);
        List<string>? unknown = null;
        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
        {
            var name = FindName(properties, member.Name);
            if (name is null && !isOpen)
            {
                (unknown ??= []).Add($"'{Join(at, member.Name)}'");
                continue;
            }

            if (!given.Add(name ?? member.Name))
            {
                Problems.Add($"'{Join(at, name ?? member.Name)}' is given twice.");
                continue;
            }

            // A model that says null for what it may leave out means that it leaves it out.
            if (name is not null && member.Value.ValueKind is JsonValueKind.Null && !IsRequired(rule, name))
            {
                continue;
            }

            writer.WritePropertyName(name ?? member.Name);
            Write(writer, member.Value, name is null ? more : properties.GetProperty(name), Join(at, name ?? member.Name), depth + 1);
        }

        writer.WriteEndObject();
        if (unknown is not null)
        {
            var known = properties.ValueKind is JsonValueKind.Object
                ? string.Join(", ", properties.EnumerateObject().Select(static property => $"'{property.Name}'")) : string.Empty;
            Problems.Add($"{string.Join(", ", unknown)} {(unknown.Count == 1 ? "is" : "are")} unknown; "
                + $"{(known.Length == 0 ? "it takes no arguments." : $"it takes {known}.")}");
        }

        if (rule.TryGetProperty("required", out var required) && required.ValueKind is JsonValueKind.Array)
        {
            Problems.AddRange(required.EnumerateArray().Select(static name => name.GetString()!).Where(name => !given.Contains(name))
                .Select(name => $"'{Join(at, name)}' is missing."));
        }
    }

    private void CheckChoice(JsonElement value, JsonElement choices, string at)
    {
        var text = value.GetString();
        var known = choices.EnumerateArray().Where(static choice => choice.ValueKind is JsonValueKind.String)
            .Select(static choice => choice.GetString()).ToList();
        if (!known.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            Problems.Add($"'{at}' is \"{text}\"; it can be {string.Join(", ", known)}.");
        }
    }

    /// <summary>Follows references, and takes of several alternatives the first that the value can be.</summary>
    private JsonElement Resolve(JsonElement rule, JsonElement value)
    {
        for (var step = 0; step < MaxDepth && rule.ValueKind is JsonValueKind.Object; step++)
        {
            if (rule.TryGetProperty("$ref", out var reference) && reference.ValueKind is JsonValueKind.String)
            {
                rule = Follow(reference.GetString()!);
            }
            else if ((rule.TryGetProperty("anyOf", out var alternatives) || rule.TryGetProperty("oneOf", out alternatives))
                && alternatives.ValueKind is JsonValueKind.Array)
            {
                rule = alternatives.EnumerateArray().FirstOrDefault(
                    alternative => Types(alternative) is var types && (types.Count == 0 || types.Exists(type => Is(value, type))));
            }
            else
            {
                break;
            }
        }

        return rule;
    }

    private JsonElement Follow(string reference)
    {
        var place = schema;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (place.ValueKind is not JsonValueKind.Object || !place.TryGetProperty(name, out place))
            {
                return default;
            }
        }

        return place;
    }

    private static string? FindName(JsonElement properties, string name)
    {
        if (properties.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        if (properties.TryGetProperty(name, out _))
        {
            return name;
        }

        foreach (var property in properties.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Name;
            }
        }

        return null;
    }

    private static bool IsRequired(JsonElement rule, string name) =>
        rule.TryGetProperty("required", out var required) && required.ValueKind is JsonValueKind.Array
            && required.EnumerateArray().Any(item => item.ValueEquals(name));

    private static List<string> Types(JsonElement rule) =>
        rule.ValueKind is not JsonValueKind.Object || !rule.TryGetProperty("type", out var type) ? [] : type.ValueKind switch
    {
        JsonValueKind.String => [type.GetString()!],
        JsonValueKind.Array => [.. type.EnumerateArray().Select(static item => item.GetString()!)],
        _ => [],
    };

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && Math.Floor(number) == number,
        "number" => value.ValueKind is JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind is JsonValueKind.Null,
        _ => true,
    };

    private static JsonElement? TryRead(string text, List<string> types)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var read = document.RootElement;
            return types.Exists(type => Is(read, type)) ? read.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Join(string at, string name) => at.Length == 0 ? name : $"{at}.{name}";

    private static string Excerpt(JsonElement json) => json.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : json.GetRawText();
}
