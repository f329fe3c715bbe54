using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A part of a kind that this version does not know.</summary>
/// <param name="Json">The part as it came.</param>
public sealed record OtherBlock(JsonElement Json) : ContentBlock;
