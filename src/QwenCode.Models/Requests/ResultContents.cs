using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Models.Requests;

/// <summary>The parts of a tool's result, whatever form the result has.</summary>
internal static class ResultContents
{
    /// <summary>Gives the parts of a result: texts and media.</summary>
    /// <param name="result">The result.</param>
    public static IReadOnlyList<AIContent> Of(FunctionResultContent result) => result.Result switch
    {
        null when result.Exception is { } exception => [new TextContent($"Error: {exception.Message}")],
        null => [],
        string text => Text(text),
        ToolContent content => content.PlainText is { } text ? Text(text) : content.Parts,
        ToolResult { Error: { } error } => Text(error.Message),
        ToolResult { Content: var content } => content.Parts,
        AIContent content => [content],
        IEnumerable<AIContent> contents => [.. contents],
        JsonElement { ValueKind: JsonValueKind.String } json => Text(json.GetString()!),
        JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => [],
        JsonElement json => Text(json.GetRawText()),
        IFormattable value => Text(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)),
        var other => Text(other.ToString() ?? string.Empty),
    };

    private static IReadOnlyList<AIContent> Text(string text) => text.Length == 0 ? [] : [new TextContent(text)];
}
