using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Mcp.Tools;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Prompts;

/// <summary>Turns the messages of a prompt into what the user says to the model.</summary>
internal static class PromptMessages
{
    /// <summary>Reads the messages; who says what is written before each if the user does not say them all.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="result">The result of <c>prompts/get</c>.</param>
    public static List<AIContent> Read(McpPrompt prompt, JsonElement result)
    {
        JsonElement[] messages = [.. (result.Array("messages"u8)?.EnumerateArray() ?? default)
            .Where(static message => message.ValueKind is JsonValueKind.Object)];
        var hasOthers = messages.Any(static message => message.Text("role") is not "user");
        var parts = new List<AIContent>();
        foreach (var message in messages)
        {
            var said = ContentParts.Of(CallAnswer.Blocks(message.Member("content")), $"The prompt '{prompt.Name}'");
            if (hasOthers)
            {
                parts.Add(new TextContent($"[{(message.Text("role") is "user" ? "User" : "Assistant")}]"));
            }

            parts.AddRange(said);
        }

        return parts;
    }
}
