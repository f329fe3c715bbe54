using System.Globalization;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// Reads from a refusal what about a request's form was refused, and what to send instead. Only what the provider names is changed, and
/// only if the request had it; each change is made once, so that this comes to an end.
/// </summary>
internal static class AnthropicRefusals
{
    private const int ImagesAfterRefusal = 2;

    /// <summary>Reads a refusal.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="shape">The shape of the request that was refused.</param>
    /// <param name="tail">The end of its body.</param>
    /// <param name="images">How many images the conversation holds.</param>
    /// <param name="tools">How many tools were offered.</param>
    /// <returns>Another shape, and what is different in it; <c>null</c> if nothing in the refusal speaks of the shape.</returns>
    public static (AnthropicShape Shape, string Change)? Read(
        RequestFailure failure, AnthropicShape shape, string tail, int images, int tools)
    {
        var words = failure.Message.ToLowerInvariant();
        var isOfImages = failure.Status is 400 && Says(words, "image") && Says(words, "exceed", "too large", "too many", "2000");
        if (failure.Status is 413 || isOfImages)
        {
            return images > ImagesAfterRefusal && shape.MaxImages is null
                ? (shape with { MaxImages = ImagesAfterRefusal }, $"only the newest {ImagesAfterRefusal} images are sent") : null;
        }

        if (failure.Status is not (400 or 404 or 422))
        {
            return null;
        }

        return Marks(words, shape) ?? Betas(words, shape) ?? Thinking(words, shape, tail) ?? Limit(words, shape, tail)
            ?? Sampling(words, shape, tail) ?? Schemas(words, shape, tools);
    }

    private static (AnthropicShape, string)? Marks(string words, AnthropicShape shape) =>
        Says(words, "cache_control") && !shape.OmitCacheMarks
            ? (shape with { OmitCacheMarks = true }, "nothing is marked for the provider's cache") : null;

    private static (AnthropicShape, string)? Betas(string words, AnthropicShape shape) =>
        Says(words, "anthropic-beta", "interleaved-thinking") && !shape.OmitBetas
            ? (shape with { OmitBetas = true }, "no beta features are named") : null;

    private static (AnthropicShape, string)? Thinking(string words, AnthropicShape shape, string tail)
    {
        if (Says(words, "output_config", "effort") && tail.Contains("\"effort\"", StringComparison.Ordinal))
        {
            return (shape with { OmitEffort = true }, "no effort is sent");
        }

        if (Says(words, "display") && shape.AsksForSummaries && tail.Contains("\"display\"", StringComparison.Ordinal))
        {
            return (shape with { AsksForSummaries = false }, "no summaries of thoughts are asked for");
        }

        // A limit that is too small for the budget, or thoughts of another form in the history, are not about the model.
        var isThinkingMeant = Says(words, "thinking.type", "budget_tokens", "adaptive")
            || (Says(words, "thinking") && Says(words, "support", "not permitted", "extra inputs", "unknown", "invalid", "unexpected"));
        if (!isThinkingMeant || !tail.Contains("\"thinking\"", StringComparison.Ordinal) || Says(words, "must be greater than"))
        {
            return null;
        }

        if (shape.HasSwitched)
        {
            return (shape with { Thinking = ThinkingForm.None }, "the model is not told to think");
        }

        return shape.Thinking is ThinkingForm.Budget
            ? (shape with { Thinking = ThinkingForm.Adaptive, HasSwitched = true }, "the model thinks as much as it wants")
            : (shape with { Thinking = ThinkingForm.Budget, HasSwitched = true }, "the model thinks within a number of tokens");
    }

    private static (AnthropicShape, string)? Limit(string words, AnthropicShape shape, string tail)
    {
        if (!Says(words, "max_tokens") || shape.OutputLimit is not null)
        {
            return null;
        }

        // "max_tokens: 40000 > 8192, which is the maximum …": the bound is the largest number below what was sent.
        var start = tail.IndexOf("\"max_tokens\":", StringComparison.Ordinal) + "\"max_tokens\":".Length;
        var end = tail.AsSpan(start).IndexOfAny(',', '}');
        if (!int.TryParse(tail.AsSpan(start, end), CultureInfo.InvariantCulture, out var sent))
        {
            return null;
        }

        var bound = 0;
        foreach (var word in words.Split(' ', ',', '.', ':', ';', '(', ')', '`', '\''))
        {
            bound = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < sent && number > bound
                ? number : bound;
        }

        return bound < 1024 ? null : (shape with { OutputLimit = bound }, $"answers have at most {bound} tokens");
    }

    private static (AnthropicShape, string)? Sampling(string words, AnthropicShape shape, string tail) =>
        !shape.OmitSampling && Says(words, "temperature", "top_p", "top_k")
            && (tail.Contains("\"temperature\"", StringComparison.Ordinal) || tail.Contains("\"top_", StringComparison.Ordinal))
            ? (shape with { OmitSampling = true }, "neither temperature nor top_p and top_k are sent") : null;

    private static (AnthropicShape, string)? Schemas(string words, AnthropicShape shape, int tools) =>
        tools > 0 && !shape.UseOpenApi30Schemas && Says(words, "input_schema", "json schema")
            ? (shape with { UseOpenApi30Schemas = true }, "tool schemas are rewritten for OpenAPI 3.0") : null;

    private static bool Says(string words, params ReadOnlySpan<string> any)
    {
        foreach (var word in any)
        {
            if (words.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
