using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A background agent or command begins.</summary>
/// <param name="Json">The message as it came.</param>
public sealed record TaskStartedMessage(JsonElement Json) : QwenMessage(Json)
{
    /// <summary>Gets the task.</summary>
    public string TaskId => Json.Member("data").Text("task_id") ?? Json.Text("task_id") ?? string.Empty;

    /// <summary>Gets what it is about.</summary>
    public string Description => Json.Member("data").Text("description") ?? Json.Text("description") ?? string.Empty;
}
