using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.SemanticKernel.Models.Functions;

/// <summary>
/// A tool in a form that the library accepts: a name of letters, digits and underscores, parameters that differ by more than case,
/// and a schema per parameter that is an object and refers to nothing.
/// </summary>
internal sealed class FunctionDeclaration
{
    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);

    public FunctionDeclaration(string name, AIFunctionDeclaration tool)
    {
        (Name, Tool) = (name, tool);
        Schema = Write(tool.JsonSchema);
        HasOtherParameters = _parameters.Any(static pair => pair.Key != pair.Value);
    }

    /// <summary>Gets the name that the model sees.</summary>
    public string Name { get; }

    /// <summary>Gets the tool as it is declared.</summary>
    public AIFunctionDeclaration Tool { get; }

    /// <summary>Gets the schema of the parameters.</summary>
    public JsonElement Schema { get; }

    /// <summary>Gets whether a parameter is named differently than the tool names it.</summary>
    public bool HasOtherParameters { get; }

    /// <summary>Gets the tool's own name of a parameter.</summary>
    /// <param name="parameter">The name that the model sees.</param>
    public string ParameterOf(string parameter) => _parameters.GetValueOrDefault(parameter, parameter);

    private JsonElement Write(JsonElement schema)
    {
        var references = new SchemaReferences(schema);
        schema = references.Follow(schema);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            writer.WriteStartObject("properties"u8);
            if (Member(schema, "properties", JsonValueKind.Object) is { } properties)
            {
                foreach (var property in properties.EnumerateObject())
                {
                    writer.WritePropertyName(Free(property.Name));
                    WriteParameter(writer, references, property.Value);
                }
            }

            writer.WriteEndObject();
            writer.WriteStartArray("required"u8);
            if (Member(schema, "required", JsonValueKind.Array) is { } required)
            {
                var names = required.EnumerateArray().Where(static name => name.ValueKind is JsonValueKind.String)
                    .Select(static name => name.GetString()).ToHashSet();
                foreach (var (parameter, own) in _parameters)
                {
                    if (names.Contains(own))
                    {
                        writer.WriteStringValue(parameter);
                    }
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void WriteParameter(Utf8JsonWriter writer, SchemaReferences references, JsonElement schema)
    {
        writer.WriteStartObject();
        switch (schema.ValueKind)
        {
            case JsonValueKind.Object:
                // The library takes a member "schema" for the whole, and a description only as text.
                HashSet<string> left = ["schema"];
                if (schema.TryGetProperty("description", out var description) && description.ValueKind is not JsonValueKind.String)
                {
                    left.Add("description");
                }

                references.WriteMembers(writer, schema, left);
                break;
            case JsonValueKind.False:
                writer.WriteStartObject("not"u8);
                writer.WriteEndObject();
                break;
        }

        writer.WriteEndObject();
    }

    private string Free(string name)
    {
        var wanted = string.IsNullOrWhiteSpace(name) ? "_" : name;
        var free = wanted;
        for (var i = 2; !_parameters.TryAdd(free, name); i++)
        {
            free = $"{wanted}_{i}";
        }

        return free;
    }

    private static JsonElement? Member(JsonElement schema, string name, JsonValueKind kind) =>
        schema.ValueKind is JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
