using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A background agent or command ended.</summary>
/// <param name="Json">The message as it came.</param>
public sealed record TaskEndedMessage(JsonElement Json) : QwenMessage(Json)
{
    /// <summary>Gets the task.</summary>
    public string TaskId => Json.Member("data").Text("task_id") ?? Json.Text("task_id") ?? string.Empty;

    /// <summary>Gets how: <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public string Status => Json.Member("data").Text("status") ?? Json.Text("status") ?? string.Empty;
}
