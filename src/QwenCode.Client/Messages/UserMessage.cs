using System.Text.Json;

namespace QwenCode.Client;

/// <summary>What the model gets to read: results of calls, the task of an agent, the end of a background agent.</summary>
/// <param name="Json">The message as it came.</param>
/// <param name="Content">Its parts.</param>
public sealed record UserMessage(JsonElement Json, IReadOnlyList<ContentBlock> Content) : QwenMessage(Json)
{
    /// <summary>Gets the results of calls.</summary>
    public IEnumerable<ToolResultBlock> Results => Content.OfType<ToolResultBlock>();
}
