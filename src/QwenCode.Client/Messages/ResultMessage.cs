using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>A prompt is done, background agents that it started included.</summary>
/// <param name="Json">The message as it came.</param>
public sealed record ResultMessage(JsonElement Json) : QwenMessage(Json)
{
    /// <summary>Gets whether it failed, was interrupted, or reached a limit.</summary>
    public bool IsError => Json.IsTrue("is_error");

    /// <summary>Gets how it ended, such as <c>success</c>.</summary>
    public string Subtype => Json.Text("subtype") ?? string.Empty;

    /// <summary>Gets the final text, or what went wrong.</summary>
    public string Text => (IsError ? Json.Member("error").Text("message") : Json.Text("result")) ?? string.Empty;

    /// <summary>Gets the number of requests to the model.</summary>
    public int Turns => (int)(Json.Whole("num_turns") ?? 0);

    /// <summary>Gets how long it took.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Json.Whole("duration_ms") ?? 0);

    /// <summary>Gets the tokens of all requests.</summary>
    public long InputTokens => Json.Member("usage").Whole("input_tokens") ?? 0;

    /// <summary>Gets the tokens of all answers.</summary>
    public long OutputTokens => Json.Member("usage").Whole("output_tokens") ?? 0;

    /// <summary>Gets the names of the tools whose calls were refused.</summary>
    public IReadOnlyList<string> Denials => Json.Member("permission_denials") is { ValueKind: JsonValueKind.Array } denials
        ? [.. denials.EnumerateArray().Select(static denial => denial.Text("tool_name") ?? string.Empty)] : [];
}
