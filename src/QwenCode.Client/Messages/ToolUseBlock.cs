using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Name">The tool.</param>
/// <param name="Input">What it is called with.</param>
public sealed record ToolUseBlock(string CallId, string Name, JsonElement Input) : ContentBlock;
