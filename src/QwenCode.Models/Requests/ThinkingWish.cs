using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>How much a model is to think, from the request and the <c>reasoning</c> setting: what a request says counts first.</summary>
/// <param name="IsOff">Whether it is not to think.</param>
/// <param name="Effort"><c>low</c>, <c>medium</c>, <c>high</c>, <c>max</c> or a word of the settings; <c>null</c> if none is.</param>
/// <param name="Budget">The number of tokens it may spend on thoughts; <c>null</c> if nothing is said.</param>
internal readonly record struct ThinkingWish(bool IsOff, string? Effort, int? Budget)
{
    /// <summary>Reads the wish.</summary>
    /// <param name="setting">The <c>reasoning</c> setting.</param>
    /// <param name="request">The options of the request.</param>
    public static ThinkingWish Of(JsonElement? setting, ChatOptions? request)
    {
        if (setting is { ValueKind: JsonValueKind.False } || request?.Reasoning?.Effort is ReasoningEffort.None)
        {
            return new(true, null, null);
        }

        var configured = setting is { ValueKind: JsonValueKind.Object } known ? known : default;
        var effort = request?.Reasoning?.Effort switch
        {
            ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            ReasoningEffort.High => "high",
            ReasoningEffort.ExtraHigh => "max",
            _ => null,
        };
        var hasConfigured = configured.ValueKind is JsonValueKind.Object;
        int? budget = hasConfigured && configured.TryGetProperty("budget_tokens", out var tokens)
            && tokens.ValueKind is JsonValueKind.Number && tokens.TryGetInt32(out var number) && number > 0 ? number : null;
        return new(
            false,
            effort ?? (hasConfigured && configured.TryGetProperty("effort", out var word) && word.ValueKind is JsonValueKind.String
                ? word.GetString() : null),
            effort is null ? budget : null);
    }
}
