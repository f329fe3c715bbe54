using System.Text.Json;
using QwenCode.Cli.CommandLine;
using QwenCode.Kernel.Tools;
using QwenCode.Platform.Json;

namespace QwenCode.Cli.Headless;

/// <summary>Reads the schema of <c>--json-schema</c>.</summary>
internal static class ResultSchema
{
    /// <param name="text">JSON, or <c>@</c> and a file.</param>
    /// <exception cref="UsageException">It is no schema that an object can fit.</exception>
    public static JsonElement Read(string text)
    {
        var file = text.StartsWith('@') ? text[1..] : null;
        var place = file is null ? "--json-schema" : $"--json-schema {file}";
        try
        {
            var schema = JsonElement.Parse(file is null ? text : File.ReadAllText(file));
            return Problem(schema) is { } problem ? throw new UsageException($"Invalid {place}: {problem}.") : schema.Clone();
        }
        catch (JsonException exception)
        {
            throw new UsageException(
                $"Invalid {place}: it is no JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}). "
                + "Write a schema such as {\"type\":\"object\",\"properties\":{…}}, or @FILE.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"Invalid {place}: {exception.Message}");
        }
    }

    private static string? Problem(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return "a schema is an object";
        }

        if (schema.TryMember("$ref", out _))
        {
            return "a '$ref' at the root is not supported; write what it refers to";
        }

        var type = schema.Member("type");
        var takesObjects = type.ValueKind switch
        {
            JsonValueKind.Undefined => true,
            JsonValueKind.String => type.Text() == "object",
            JsonValueKind.Array => type.EnumerateArray().Any(static one => one.ValueKind is JsonValueKind.String && one.Text() == "object"),
            _ => false,
        };
        return !takesObjects ? "the result is an object, so 'type' at the root must be \"object\""
            : ToolSchemas.IsUsable(schema) ? null : "it has a part that cannot be checked, such as a pattern that is no regular expression";
    }
}
