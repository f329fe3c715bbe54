using System.Globalization;
using System.Text.Json;

namespace QwenCode.Models.OpenAI;

/// <summary>Sampling parameters as the person configured them; what is <c>null</c> is not sent.</summary>
public sealed record SamplingParameters
{
    /// <summary>Gets nothing configured.</summary>
    public static SamplingParameters None { get; } = new();

    /// <summary>Gets <c>temperature</c>.</summary>
    public double? Temperature { get; init; }

    /// <summary>Gets <c>top_p</c>.</summary>
    public double? TopP { get; init; }

    /// <summary>Gets <c>top_k</c>.</summary>
    public int? TopK { get; init; }

    /// <summary>Gets <c>repetition_penalty</c>.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Gets <c>presence_penalty</c>.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Gets <c>frequency_penalty</c>.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Gets <c>max_tokens</c>; capped at the model's output limit where that is known.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Gets <c>max_completion_tokens</c>, the newer name of the limit; it counts before <see cref="MaxTokens"/>.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Reads the parameters from a <c>samplingParams</c> object; members of other names are not ours and are left out.</summary>
    /// <param name="json">The object.</param>
    public static SamplingParameters From(JsonElement json) => new()
    {
        Temperature = Number(json, "temperature"),
        TopP = Number(json, "top_p"),
        TopK = (int?)Number(json, "top_k"),
        RepetitionPenalty = Number(json, "repetition_penalty"),
        PresencePenalty = Number(json, "presence_penalty"),
        FrequencyPenalty = Number(json, "frequency_penalty"),
        MaxTokens = (int?)Number(json, "max_tokens"),
        MaxCompletionTokens = (int?)Number(json, "max_completion_tokens"),
    };

    /// <summary>Reads a number; one that is written as a string counts too.</summary>
    private static double? Number(JsonElement json, string name)
    {
        if (json.ValueKind is not JsonValueKind.Object || !json.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number ? value.GetDouble()
            : value.ValueKind is JsonValueKind.String && double.TryParse(
                value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? number
            : null;
    }
}
