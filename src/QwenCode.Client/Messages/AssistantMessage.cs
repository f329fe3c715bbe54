using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A part of an answer: a text, a thought, or calls.</summary>
/// <param name="Json">The message as it came.</param>
/// <param name="Content">Its parts.</param>
public sealed record AssistantMessage(JsonElement Json, IReadOnlyList<ContentBlock> Content) : QwenMessage(Json)
{
    /// <summary>Gets the text; empty if it is a thought or calls.</summary>
    public string Text => string.Concat(Content.OfType<TextBlock>().Select(static block => block.Text));

    /// <summary>Gets the calls.</summary>
    public IEnumerable<ToolUseBlock> Calls => Content.OfType<ToolUseBlock>();
}
