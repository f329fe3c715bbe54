using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A run begins.</summary>
/// <param name="Json">The message as it came.</param>
public sealed record InitMessage(JsonElement Json) : QwenMessage(Json)
{
    /// <summary>Gets the session.</summary>
    public string SessionId => Json.Text("session_id") ?? string.Empty;

    /// <summary>Gets the model.</summary>
    public string Model => Json.Text("model") ?? string.Empty;

    /// <summary>Gets what runs without asking.</summary>
    public string ApprovalMode => Json.Text("permission_mode") ?? string.Empty;

    /// <summary>Gets the tools.</summary>
    public IReadOnlyList<string> Tools => Json.Strings("tools");

    /// <summary>Gets the agents.</summary>
    public IReadOnlyList<string> Agents => Json.Strings("agents");
}
