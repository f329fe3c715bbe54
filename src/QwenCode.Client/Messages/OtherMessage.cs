using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A message of a kind that this version does not know.</summary>
/// <param name="Json">The message as it came.</param>
public sealed record OtherMessage(JsonElement Json) : QwenMessage(Json)
{
    /// <summary>Gets its kind.</summary>
    public string Type => Json.Text("type") ?? string.Empty;
}
