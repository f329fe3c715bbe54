using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>Turns what a tool's code returns into a result.</summary>
internal static class ToolOutput
{
    private const string Done = "The tool ran and returned nothing.";

    /// <summary>Waits for a task of any shape.</summary>
    /// <param name="returned">What the method returned.</param>
    /// <param name="declared">The method's return type: tasks of async methods are of private types.</param>
    public static async ValueTask<object?> AwaitAsync(object? returned, Type declared)
    {
        switch (returned)
        {
            case ValueTask plain:
                await plain.ConfigureAwait(false);
                return null;
            case Task task:
                await task.ConfigureAwait(false);
                return declared.IsGenericType ? declared.GetProperty(nameof(Task<>.Result))!.GetValue(task) : null;
            case not null when declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueTask<>):
                var wrapped = (Task)declared.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, null)!;
                await wrapped.ConfigureAwait(false);
                return typeof(Task<>).MakeGenericType(declared.GenericTypeArguments).GetProperty(nameof(Task<>.Result))!.GetValue(wrapped);
            default:
                return returned;
        }
    }

    public static ToolResult ToResult(object? value, JsonSerializerOptions json) => value switch
    {
        null => ToolResult.Success(Done),
        ToolResult result => result,
        ToolContent content => ToolResult.Success(content),
        string text => ToolResult.Success(text),
        AIContent part => ToolResult.Success(ToolContent.FromParts([part])),
        IEnumerable<AIContent> parts => ToolResult.Success(ToolContent.FromParts([.. parts])),
        JsonElement { ValueKind: JsonValueKind.Undefined } => ToolResult.Success(Done),
        JsonElement { ValueKind: JsonValueKind.String } element => ToolResult.Success(element.GetString()!),
        JsonElement element => ToolResult.Success(element.GetRawText()),
        _ => ToolResult.Success(JsonSerializer.Serialize(value, value.GetType(), json)),
    };
}
