using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Tools;

/// <summary>
/// Reads the tools that a server lists, one by one: what is odd about one is mended or costs that one, never the others.
/// </summary>
internal static class ToolListing
{
    private static readonly JsonElement AnyObject = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <summary>Reads a page of the list.</summary>
    /// <param name="page">The result of <c>tools/list</c>.</param>
    /// <param name="tools">Takes the tools.</param>
    /// <param name="faults">Takes a sentence about each tool that cannot be used.</param>
    public static void Read(JsonElement page, List<ProtocolTool> tools, List<string> faults)
    {
        if (page.ValueKind is not JsonValueKind.Object || !page.TryGetProperty("tools", out var listed)
            || listed.ValueKind is not JsonValueKind.Array)
        {
            faults.Add("its list of tools is none");
            return;
        }

        foreach (var entry in listed.EnumerateArray())
        {
            if (entry.ValueKind is not JsonValueKind.Object)
            {
                faults.Add($"entry {tools.Count + faults.Count + 1} of its list is no tool");
            }
            else if (entry.Text("name") is { Length: > 0 } name)
            {
                tools.Add(Read(name, entry));
            }
            else
            {
                faults.Add($"entry {tools.Count + faults.Count + 1} of its list has no name");
            }
        }
    }

    private static ProtocolTool Read(string name, JsonElement entry) => new()
    {
        Name = name,
        Title = entry.Text("title"),
        Description = entry.Text("description"),
        InputSchema = entry.TryGetProperty("inputSchema", out var schema) ? Schema(schema) : AnyObject,
        Annotations = entry.TryGetProperty("annotations", out var hints) && hints.ValueKind is JsonValueKind.Object ? Hints(hints) : null,
    };

    // A hint that is not true or false is not given: the tool then counts as one that may change something.
    private static ToolAnnotations Hints(JsonElement hints) => new()
    {
        Title = hints.Text("title"),
        ReadOnlyHint = Flag(hints, "readOnlyHint"),
        IdempotentHint = Flag(hints, "idempotentHint"),
        DestructiveHint = Flag(hints, "destructiveHint"),
        OpenWorldHint = Flag(hints, "openWorldHint"),
    };

    /// <summary>Returns a schema of an object with properties: what else the server says of it stays.</summary>
    private static JsonElement Schema(JsonElement schema)
    {
        if (schema.ValueKind is not JsonValueKind.Object)
        {
            return AnyObject;
        }

        var isObject = schema.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String && type.ValueEquals("object");
        var hasProperties = schema.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object;
        if (isObject && hasProperties && !Drops(schema, "required"))
        {
            return schema;
        }

        var mended = new JsonObject { ["type"] = "object" };
        foreach (var member in schema.EnumerateObject())
        {
            if (member.Name is not "type" && !(member.Name is "properties" && !hasProperties)
                && !(member.Name is "required" && member.Value.ValueKind is not JsonValueKind.Array))
            {
                mended[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }

        if (!hasProperties)
        {
            mended["properties"] = new JsonObject();
        }

        return JsonElement.Parse(mended.ToJsonString());
    }

    private static bool Drops(JsonElement schema, string member) =>
        schema.TryGetProperty(member, out var value) && value.ValueKind is not JsonValueKind.Array;

    private static bool? Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;
}
