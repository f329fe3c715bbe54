using System.Globalization;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// Reads from a refusal what about a request's shape was refused, and what to send instead. Only what the provider names is changed,
/// and only if the request had it.
/// </summary>
internal static class RefusalReader
{
    private const string MaxTokens = "max_tokens";
    private const string MaxCompletionTokens = "max_completion_tokens";

    // Members whose absence changes how well, but not what, the model answers.
    private static readonly string[] Optional =
        ["stream_options", "temperature", "top_p", "top_k", "repetition_penalty", "presence_penalty", "frequency_penalty", "seed", "stop",
            "reasoning_effort", "reasoning", "metadata", "vl_high_resolution_images"];

    private static readonly string[] Unwanted =
        ["unsupported", "not support", "n't support", "extra", "not permitted", "not allowed", "unknown", "unrecognized", "unexpected",
            "forbidden", "invalid", "not available", "no endpoints", "only the default", "cannot both", "deprecated", "additional propert"];

    private static readonly string[] Missing = ["missing", "required", "must be passed", "must be provided", "must have", "must include"];

    /// <summary>Reads a refusal.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="shape">The shape of the request that was refused.</param>
    /// <param name="sent">What the request had.</param>
    /// <returns>Another shape, and what is different in it; <c>null</c> if nothing in the refusal speaks of the shape.</returns>
    public static (OpenAIShape Shape, string Change)? Read(RequestFailure failure, OpenAIShape shape, RequestFeatures sent)
    {
        // Templates of local servers fail with 500 over the order of roles.
        if (failure.Status is not (400 or 404 or 405 or 406 or 413 or 415 or 422 or 500 or 501))
        {
            return null;
        }

        var words = failure.Message.ToLowerInvariant();
        return Limit(words, shape, sent) ?? Thoughts(words, shape) ?? Order(words, shape) ?? Media(words, shape, sent)
            ?? Content(words, shape) ?? Tools(words, shape, sent) ?? Member(words, shape, sent) ?? Schema(words, shape, sent);
    }

    private static (OpenAIShape, string)? Limit(string words, OpenAIShape shape, RequestFeatures sent)
    {
        var other = sent.LimitName == MaxTokens ? MaxCompletionTokens : MaxTokens;
        if (sent.LimitName.Length == 0 || !(words.Contains(sent.LimitName, StringComparison.Ordinal)
            || (words.Contains(other, StringComparison.Ordinal) && Says(words, Unwanted))))
        {
            return null;
        }

        var isTooLarge = words.Contains("too large", StringComparison.Ordinal) || words.Contains("range", StringComparison.Ordinal)
            || words.Contains("at most", StringComparison.Ordinal) || words.Contains("less than", StringComparison.Ordinal)
            || words.Contains("exceed", StringComparison.Ordinal);
        if (isTooLarge)
        {
            return sent.IsLimitOurs ? (shape with { LimitName = string.Empty }, $"no {sent.LimitName} is sent") : null;
        }

        if (!Says(words, Unwanted) && !words.Contains(other, StringComparison.Ordinal))
        {
            return null;
        }

        return shape.LimitName is null
            ? (shape with { LimitName = other }, $"{other} is sent instead of {sent.LimitName}")
            : (shape with { LimitName = string.Empty }, $"no {sent.LimitName} is sent");
    }

    private static (OpenAIShape, string)? Thoughts(string words, OpenAIShape shape)
    {
        if (!Says(words, ["reasoning_content", "reasoning_details"]))
        {
            return null;
        }

        // "must be satisfied: property is unsupported" is a refusal, "is missing" is a wish.
        var isMissing = Says(words, Missing) && !Says(words, Unwanted);
        return shape.Thoughts is not ThoughtForm.Echoed ? null
            : isMissing ? (shape with { Thoughts = ThoughtForm.Required }, "every answer that calls tools is sent with reasoning_content")
            : (shape with { Thoughts = ThoughtForm.Omitted }, "earlier thoughts are not sent");
    }

    private static (OpenAIShape, string)? Order(string words, OpenAIShape shape)
    {
        if (!shape.AlternateRoles && words.Contains("role", StringComparison.Ordinal)
            && (words.Contains("alternat", StringComparison.Ordinal) || words.Contains("after role", StringComparison.Ordinal)
                || words.Contains("consecutive", StringComparison.Ordinal) || words.Contains("message_order", StringComparison.Ordinal)))
        {
            return (shape with { AlternateRoles = true }, "user and assistant take turns");
        }

        return !shape.OmitSystemRole && words.Contains("system", StringComparison.Ordinal) && Says(words, Unwanted)
            && (words.Contains("role", StringComparison.Ordinal) || words.Contains("instruction", StringComparison.Ordinal)
                || words.Contains("system message", StringComparison.Ordinal))
            ? (shape with { OmitSystemRole = true }, "the system prompt is part of the first message")
            : null;
    }

    private static (OpenAIShape, string)? Media(string words, OpenAIShape shape, RequestFeatures sent)
    {
        string[] media = ["image", "vision", "multimodal", "multi-modal", "video", "audio", "input_audio", "file_data"];
        return sent.HasMedia && !shape.OmitMedia && Says(words, media)
            && (Says(words, Unwanted) || words.Contains("only allowed", StringComparison.Ordinal)
                || words.Contains("expected", StringComparison.Ordinal) || words.Contains("does not accept", StringComparison.Ordinal))
            ? (shape with { OmitMedia = true }, "media are replaced by a note")
            : null;
    }

    private static (OpenAIShape, string)? Content(string words, OpenAIShape shape)
    {
        if (words.Contains("cache_control", StringComparison.Ordinal) && !shape.OmitCacheMarks)
        {
            return (shape with { OmitCacheMarks = true }, "nothing is marked for the provider's cache");
        }

        if (!words.Contains("content", StringComparison.Ordinal))
        {
            return null;
        }

        string[] wantsString =
            ["expected a string", "type: sequence", "must be a string", "should be a string", "valid string", "be of type string",
                "string_type", "not of type 'string'", "str type expected", "type string", "to be a string"];
        if (words.Contains("null", StringComparison.Ordinal) || words.Contains("none", StringComparison.Ordinal)
            || words.Contains("content is required", StringComparison.Ordinal)
            || words.Contains("content field is required", StringComparison.Ordinal))
        {
            return shape.AvoidNullContent ? null : (shape with { AvoidNullContent = true }, "an answer without text has an empty one");
        }

        return Says(words, wantsString) && !shape.FlattenContent
            ? (shape with { FlattenContent = true, AvoidNullContent = true }, "all content is one string")
            : null;
    }

    private static (OpenAIShape, string)? Tools(string words, OpenAIShape shape, RequestFeatures sent)
    {
        if (!words.Contains("tools", StringComparison.Ordinal)
            || !(words.Contains("too long", StringComparison.Ordinal) || words.Contains("too many", StringComparison.Ordinal)
                || words.Contains("maximum", StringComparison.Ordinal) || words.Contains("at most", StringComparison.Ordinal)))
        {
            return null;
        }

        // Of the numbers that are named, the bound is the largest that is smaller than what was sent.
        var bound = Numbers(words).Where(number => number > 0 && number < sent.Tools).DefaultIfEmpty(0).Max();
        return bound == 0 || shape.MaxTools <= bound
            ? null
            : (shape with { MaxTools = bound }, string.Create(
                CultureInfo.InvariantCulture, $"only the first {bound} of {sent.Tools} tools are offered"));
    }

    private static (OpenAIShape, string)? Schema(string words, OpenAIShape shape, RequestFeatures sent)
    {
        string[] schema =
            ["schema", "function_declarations", "functiondeclarations", "additionalproperties", "exclusiveminimum", "$ref", "parameters"];
        return sent.Tools > 0 && !shape.UseOpenApi30Schemas && Says(words, schema) && Says(words, Unwanted)
            && !Says(words, ["response_format", "api-schema"])
            ? (shape with { UseOpenApi30Schemas = true }, "tool schemas are rewritten for OpenAPI 3.0")
            : null;
    }

    private static (OpenAIShape, string)? Member(string words, OpenAIShape shape, RequestFeatures sent)
    {
        if (!Says(words, Unwanted))
        {
            return null;
        }

        foreach (var member in Optional)
        {
            if (!shape.Omits(member) && sent.HasMember(member) && Names(words, member))
            {
                return (shape with { Omitted = $"{shape.Omitted}{member}," }, $"{member} is not sent");
            }
        }

        return null;
    }

    private static bool Says(string words, string[] any) => Array.Exists(any, word => words.Contains(word, StringComparison.Ordinal));

    /// <summary>Returns whether a text names a member as a whole word.</summary>
    private static bool Names(string words, string member)
    {
        for (var at = words.IndexOf(member, StringComparison.Ordinal); at >= 0;
            at = words.IndexOf(member, at + 1, StringComparison.Ordinal))
        {
            var end = at + member.Length;
            if ((at == 0 || !IsWord(words[at - 1])) && (end == words.Length || !IsWord(words[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character is '_';

    private static IEnumerable<int> Numbers(string words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var start = i;
            while (i < words.Length && char.IsAsciiDigit(words[i]))
            {
                i++;
            }

            if (i > start && int.TryParse(words.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                yield return number;
            }
        }
    }
}
