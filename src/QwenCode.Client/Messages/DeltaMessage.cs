using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A piece of an answer, as it arrives. The whole follows as an <see cref="AssistantMessage"/>.</summary>
/// <param name="Json">The message as it came.</param>
/// <param name="Text">The piece.</param>
/// <param name="IsThought">Whether it is of a thought.</param>
public sealed record DeltaMessage(JsonElement Json, string Text, bool IsThought) : QwenMessage(Json);
