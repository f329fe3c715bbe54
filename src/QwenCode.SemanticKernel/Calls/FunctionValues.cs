using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>Turns what tools return into what functions return, and the other way round.</summary>
internal static class FunctionValues
{
    private const string NoResult = "The function ran and returned nothing.";

    /// <summary>Returns a tool's result as a function's: its text, or its parts if there are others than text.</summary>
    public static object FromResult(ToolResult result) =>
        result.Content.PlainText ?? (object)(result.Content.Parts.All(static part => part is Microsoft.Extensions.AI.TextContent)
            ? result.Content.ToText() : result.Content.Parts);

    /// <summary>Returns what a function returned as a tool's result.</summary>
    public static ToolResult ToResult(FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.GetValue<object>() switch
        {
            null => ToolResult.Success(NoResult),
            ToolResult own => own,
            ToolContent content => ToolResult.Success(content),
            string text => ToolResult.Success(text),
            JsonElement { ValueKind: JsonValueKind.String } json => ToolResult.Success(json.GetString()!),
            JsonElement json => ToolResult.Success(json.GetRawText()),
            ChatMessage message => ToolResult.Success(message.Text),
            ChatResponse response => ToolResult.Success(response.Text),
            ImageContent { Data: { Length: > 0 } data, MimeType: { Length: > 0 } type } =>
                ToolResult.Success(ToolContent.FromParts([new DataContent(data.ToArray(), type)])),
            AIContent part => ToolResult.Success(ToolContent.FromParts([part])),
            IEnumerable<AIContent> parts => ToolResult.Success(ToolContent.FromParts([.. parts])),
            // What has a text form of the library's own, prompts' answers among it, is that text.
            KernelContent or IConvertible or IFormattable or RestApiOperationResponse => ToolResult.Success(result.ToString()),
            var value => ToolResult.Success(Serialize(value, result)),
        };
    }

    private static string Serialize(object value, FunctionResult result)
    {
        try
        {
            var options = result.Function.JsonSerializerOptions;
            using var buffer = new MemoryStream();
            // A writer of our own: the library's options indent, which costs the model tokens and says nothing.
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = options.Encoder }))
            {
                JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
            }

            return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
        catch (NotSupportedException)
        {
            return result.ToString();
        }
    }
}
