using System.Globalization;
using System.Text.Json;

namespace QwenCode.Tools;

/// <summary>The arguments of one call, as JSON.</summary>
public readonly struct ToolArguments
{
    private static readonly JsonElement EmptyObject = ToolDeclaration.Schema("{}"u8);

    private readonly JsonElement _json;

    /// <summary>Wraps the JSON of a call.</summary>
    /// <param name="json">Normally an object. Anything else has no members.</param>
    public ToolArguments(JsonElement json) => _json = json;

    /// <summary>Gets no arguments at all.</summary>
    public static ToolArguments None => new(EmptyObject);

    /// <summary>Gets the JSON as the model sent it.</summary>
    public JsonElement Json => _json.ValueKind is JsonValueKind.Undefined ? EmptyObject : _json;

    /// <summary>Turns the arguments of a foreign caller into JSON.</summary>
    /// <param name="arguments">Values that are JSON already, or of a primitive type.</param>
    /// <exception cref="ToolArgumentException">A value is of a type that has no JSON form without reflection.</exception>
    public static ToolArguments From(IEnumerable<KeyValuePair<string, object?>> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in arguments)
            {
                writer.WritePropertyName(name);
                WriteValue(writer, name, value);
            }

            writer.WriteEndObject();
        }

        return new ToolArguments(ToolDeclaration.Schema(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    /// <summary>Finds a member.</summary>
    /// <param name="name">The parameter's name, exactly.</param>
    /// <param name="value">The value if it is there.</param>
    public bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return Json.ValueKind is JsonValueKind.Object && Json.TryGetProperty(name, out value);
    }

    /// <summary>Returns a string, or <c>null</c> if it is not there or is no string.</summary>
    /// <param name="name">The parameter's name.</param>
    public string? String(string name) =>
        TryGet(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>Returns a number, or <c>null</c> if it is not there or is no number.</summary>
    /// <param name="name">The parameter's name.</param>
    public double? Number(string name) =>
        TryGet(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>Returns a truth value, or <c>null</c> if it is not there or is none.</summary>
    /// <param name="name">The parameter's name.</param>
    public bool? Boolean(string name) => TryGet(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    /// <inheritdoc/>
    public override string ToString() => Json.GetRawText();

    private static void WriteValue(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case JsonElement element: element.WriteTo(writer); break;
            case System.Text.Json.Nodes.JsonNode node: node.WriteTo(writer); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case byte or sbyte or short or ushort or int or uint
                or long: writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case float or double: writer.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture)); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    WriteValue(writer, key, item);
                }

                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    WriteValue(writer, name, item);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new ToolArgumentException(
                    $"The argument '{name}' is a {value.GetType()}; pass JSON, a primitive value, a list or a map.");
        }
    }
}
