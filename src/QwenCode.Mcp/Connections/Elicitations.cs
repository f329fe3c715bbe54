using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using QwenCode.Platform.Text;

namespace QwenCode.Mcp.Connections;

/// <summary>
/// Answers what a server asks the user. Nobody can be asked here: a server that the user trusts gets the defaults that it wrote itself, if
/// it wrote all that it needs; any other is declined, so that it learns nothing.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="tell">Takes what people should know.</param>
internal sealed class Elicitations(McpServer server, Action<string> tell)
{
    private const int MaxShown = 200;

    /// <summary>Answers a question.</summary>
    public ElicitResult Answer(ElicitRequestParams? request)
    {
        var defaults = server.IsTrusted && request is { Mode: not "url", RequestedSchema: { } schema } ? Defaults(schema) : null;
        var question = TextCut.Head((request?.Message ?? string.Empty).ReplaceLineEndings(" "), MaxShown);
        tell($"MCP server '{server.Name}' asks: {question} — " + (defaults is null
            ? "It was declined, because nobody can be asked." : "It was answered with the server's own defaults, because it is trusted."));
        return defaults is null ? new ElicitResult { Action = "decline" } : new ElicitResult { Action = "accept", Content = defaults };
    }

    private static Dictionary<string, JsonElement>? Defaults(ElicitRequestParams.RequestSchema schema)
    {
        var content = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, property) in schema.Properties)
        {
            if (Default(property) is { } json)
            {
                content[name] = JsonElement.Parse(json);
            }
            else if (schema.Required?.Contains(name) is true)
            {
                return null;
            }
        }

        return content;
    }

    private static string? Default(ElicitRequestParams.PrimitiveSchemaDefinition property) => property switch
    {
        ElicitRequestParams.StringSchema { Default: { } text } => Quote(text),
        ElicitRequestParams.NumberSchema { Default: { } number } => number.ToString("R", CultureInfo.InvariantCulture),
        ElicitRequestParams.BooleanSchema { Default: { } flag } => flag ? "true" : "false",
        ElicitRequestParams.UntitledSingleSelectEnumSchema { Default: { } text } => Quote(text),
        ElicitRequestParams.TitledSingleSelectEnumSchema { Default: { } text } => Quote(text),
        ElicitRequestParams.UntitledMultiSelectEnumSchema { Default: { } texts } => $"[{string.Join(',', texts.Select(Quote))}]",
        ElicitRequestParams.TitledMultiSelectEnumSchema { Default: { } texts } => $"[{string.Join(',', texts.Select(Quote))}]",
        _ => null,
    };

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
