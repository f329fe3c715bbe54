using QwenCode.Models.Requests;

namespace QwenCode.Models.Gemini;

/// <summary>Reads from a refusal what about a request's form was refused, and what to send instead; each change is made once.</summary>
internal static class GeminiRefusals
{
    /// <summary>Reads a refusal.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="shape">The shape of the request that was refused.</param>
    /// <param name="tail">The end of its body.</param>
    /// <param name="tools">How many tools were offered.</param>
    /// <returns>Another shape, and what is different in it; <c>null</c> if nothing in the refusal speaks of the shape.</returns>
    public static (GeminiShape Shape, string Change)? Read(RequestFailure failure, GeminiShape shape, string tail, int tools)
    {
        if (failure.Status is not (400 or 422))
        {
            return null;
        }

        var words = failure.Message.ToLowerInvariant();
        if (Says(words, "thinking", "thought") && !Says(words, "signature") && shape.Thinking is not GeminiThinking.None
            && tail.Contains("thinkingConfig", StringComparison.Ordinal))
        {
            return shape.Thinking is GeminiThinking.Level or GeminiThinking.Budget
                ? (shape with { Thinking = GeminiThinking.Shown }, "the model is not told how much to think")
                : (shape with { Thinking = GeminiThinking.None }, "the model is not told to show its thoughts");
        }

        if (Says(words, "penalty") && !shape.OmitPenalties && tail.Contains("Penalty", StringComparison.Ordinal))
        {
            return (shape with { OmitPenalties = true }, "no penalties are sent");
        }

        if (Says(words, "function_response", "functionresponse", "function response") && Says(words, "parts", "multimodal", "inline")
            && !Says(words, "number of") && shape is { IsThree: true, SeparatesMedia: false })
        {
            return (shape with { SeparatesMedia = true }, "media follow the results that they belong to");
        }

        var isOfSchemas = Says(words, "jsonschema", "json_schema", "schema", "function_declarations", "functiondeclarations", "parameters");
        return isOfSchemas && !shape.UseOpenApi30Schemas && (tools > 0 || tail.Contains("responseJsonSchema", StringComparison.Ordinal))
            ? (shape with { UseOpenApi30Schemas = true }, "tool schemas are sent in the form of OpenAPI 3.0")
            : null;
    }

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
