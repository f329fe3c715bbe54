using System.Text.Json;

namespace QwenCode.Client;

/// <summary>A call that needs approval.</summary>
/// <param name="ToolName">The tool.</param>
/// <param name="CallId">The call.</param>
/// <param name="Input">What it is called with.</param>
/// <param name="Question">What a user would be asked, such as <c>Execute: git push</c>; empty if nothing is known.</param>
public sealed record ToolRequest(string ToolName, string CallId, JsonElement Input, string Question);
