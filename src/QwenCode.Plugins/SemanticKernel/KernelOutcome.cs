using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>What a function gave back.</summary>
/// <param name="result">The library's own result.</param>
internal readonly struct KernelOutcome(object result)
{
    /// <summary>Turns it into a tool's result, which holds nothing of the plugin.</summary>
    public async ValueTask<ToolResult> ToResultAsync(JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var value = result.GetType().GetMethod("GetValue", [])?.MakeGenericMethod(typeof(object))
            .Invoke(result, BindingFlags.DoNotWrapExceptions, null, null, null);
        switch (value)
        {
            case null or string or JsonElement or AIContent or IEnumerable<AIContent> or ToolResult or ToolContent:
                return ToolOutput.ToResult(value, json);
            case ChatResponse response:
                return ToolResult.Success(response.Text);
            case ChatMessage message:
                return ToolResult.Success(message.Text);
        }

        if (FindMedia(value) is { } media)
        {
            return ToolResult.Success(ToolContent.FromParts([media]));
        }

        // The library's own contents are no data to serialize; they say as text what they are.
        if (value.GetType().Namespace?.StartsWith(KernelNames.Prefix, StringComparison.Ordinal) == true
            && value.GetType().Assembly.GetName().Name!.StartsWith(KernelNames.Prefix, StringComparison.Ordinal))
        {
            return ToolResult.Success(result.ToString() ?? string.Empty);
        }

        using var buffer = new MemoryStream();
        await JsonSerializer.SerializeAsync(buffer, value, value.GetType(), json, cancellationToken).ConfigureAwait(false);
        return ToolResult.Success(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Images and sounds of the library have their bytes in a property of this name and type.</summary>
    private static DataContent? FindMedia(object value) =>
        value.GetType().GetProperty("Data")?.GetValue(value) is ReadOnlyMemory<byte> { Length: > 0 } data
            && value.GetType().GetProperty("MimeType")?.GetValue(value) is string { Length: > 0 } type
            ? new DataContent(data.ToArray(), type)
            : null;
}
