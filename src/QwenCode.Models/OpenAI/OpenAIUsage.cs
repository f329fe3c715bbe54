using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Reads <c>usage</c> objects.</summary>
internal static class OpenAIUsage
{
    /// <summary>Reads the value the reader stands on.</summary>
    /// <param name="reader">The reader.</param>
    /// <returns><c>null</c> if it is no object, as in every chunk but the last.</returns>
    public static UsageDetails? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var json = JsonElement.ParseValue(ref reader);
        var input = Number(json, "prompt_tokens");
        var output = Number(json, "completion_tokens");
        var total = Number(json, "total_tokens");
        if (input is null && output is null && total is { } sum)
        {
            // Only a sum: most of what goes to and fro in an agent's conversation is the prompt.
            input = sum * 7 / 10;
            output = sum - input;
        }

        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = total ?? ((input ?? 0) + (output ?? 0)),
            CachedInputTokenCount = Number(json, "prompt_tokens_details", "cached_tokens") ?? Number(json, "cached_tokens"),
            ReasoningTokenCount = Number(json, "completion_tokens_details", "reasoning_tokens"),
        };
    }

    /// <summary>Reads a count; what no model can have used is not believed.</summary>
    private static long? Number(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return null;
        }

        var number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var count) => count,
            JsonValueKind.String when double.TryParse(JsonText.PlainText(value), System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture, out var count) => count,
            _ => -1,
        };
        return number is >= 0 and <= int.MaxValue ? (long)number : null;
    }

    private static long? Number(JsonElement json, string outer, string name) =>
        json.TryGetProperty(outer, out var value) && value.ValueKind is JsonValueKind.Object ? Number(value, name) : null;
}
