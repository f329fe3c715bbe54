using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A message of the program. Kinds that are not known come as <see cref="OtherMessage"/>, so that none is lost.</summary>
/// <param name="Json">The message as it came.</param>
public abstract record QwenMessage(JsonElement Json)
{
    /// <summary>Gets the <c>agent</c> call that the message belongs to; <c>null</c> for the main agent.</summary>
    public string? ParentCallId => Json.Text("parent_tool_use_id");
}
