using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Gemini;

/// <summary>Writes what follows contents and tools in a body: which tools may be called, sampling, limits, thinking.</summary>
internal static class GeminiBodyTail
{
    /// <summary>Writes the members, each with its comma before it, and the closing brace.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="shape">What the model takes.</param>
    /// <param name="model">The model.</param>
    /// <param name="request">The options of the request.</param>
    /// <param name="outputLimit">An output limit that replaces the default.</param>
    public static byte[] Create(GeminiClientOptions options, GeminiShape shape, string model, ChatOptions? request, int? outputLimit)
    {
        var bytes = WireWriter.Write((IReadOnlyList<object?>)[options, shape, model, request, outputLimit], static (writer, state) =>
        {
            var (options, shape) = ((GeminiClientOptions)state[0]!, (GeminiShape)state[1]!);
            var request = (ChatOptions?)state[3];
            writer.WriteStartObject();
            WriteToolMode(writer, request);
            writer.WriteStartObject("generationConfig"u8);
            WriteSampling(writer, options, shape, request, (int?)state[4]);
            WriteFormat(writer, shape, request);
            WriteThinking(writer, shape, (string)state[2]!, ThinkingWish.Of(options.Reasoning, request));
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

        // "{…}" becomes ",…}": it goes on where the contents ended.
        bytes[0] = (byte)',';
        return bytes;
    }

    private static void WriteSampling(
        Utf8JsonWriter writer, GeminiClientOptions options, GeminiShape shape, ChatOptions? request, int? outputLimit)
    {
        var sampling = options.Sampling;
        Number(writer, "temperature", sampling.Temperature ?? Shortest(request?.Temperature));
        Number(writer, "topP", sampling.TopP ?? Shortest(request?.TopP));
        Number(writer, "topK", sampling.TopK ?? request?.TopK);
        if (!shape.OmitPenalties)
        {
            Number(writer, "presencePenalty", sampling.PresencePenalty ?? Shortest(request?.PresencePenalty));
            Number(writer, "frequencyPenalty", sampling.FrequencyPenalty ?? Shortest(request?.FrequencyPenalty));
        }

        Number(writer, "seed", request?.Seed);
        Number(writer, "maxOutputTokens", options.OwnOutputLimit ?? request?.MaxOutputTokens ?? outputLimit);
        if (request?.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stopSequences"u8);
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteFormat(Utf8JsonWriter writer, GeminiShape shape, ChatOptions? request)
    {
        if (request?.ResponseFormat is not ChatResponseFormatJson format)
        {
            return;
        }

        writer.WriteString("responseMimeType"u8, "application/json"u8);
        if (format.Schema is not { } schema)
        {
            return;
        }

        if (shape.UseOpenApi30Schemas)
        {
            writer.WritePropertyName("responseSchema"u8);
            new GeminiSchema(schema).Write(writer);
        }
        else
        {
            writer.WritePropertyName("responseJsonSchema"u8);
            schema.WriteTo(writer);
        }
    }

    private static void WriteThinking(Utf8JsonWriter writer, GeminiShape shape, string model, ThinkingWish wish)
    {
        if (shape.Thinking is GeminiThinking.None)
        {
            return;
        }

        writer.WriteStartObject("thinkingConfig"u8);
        writer.WriteBoolean("includeThoughts"u8, !wish.IsOff);
        switch (shape.Thinking)
        {
            case GeminiThinking.Level:
                if (wish.IsOff || wish.Effort is "low")
                {
                    writer.WriteString("thinkingLevel"u8, "LOW"u8);
                }
                else if (wish.Effort is "high" or "max" or "xhigh")
                {
                    writer.WriteString("thinkingLevel"u8, "HIGH"u8);
                }

                break;
            case GeminiThinking.Budget:
                // Pro cannot do without thoughts altogether.
                Number(writer, "thinkingBudget", wish.IsOff ? model.Contains("pro", StringComparison.OrdinalIgnoreCase) ? 128 : 0
                    : wish.Budget ?? wish.Effort switch
                    {
                        "low" => 1_024,
                        "medium" => 8_192,
                        "high" or "max" or "xhigh" => 24_576,
                        _ => null,
                    });
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteToolMode(Utf8JsonWriter writer, ChatOptions? request)
    {
        if (request?.Tools is not { Count: > 0 } || request.ToolMode is not (NoneChatToolMode or RequiredChatToolMode))
        {
            return;
        }

        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartObject("functionCallingConfig"u8);
        writer.WriteString("mode"u8, request.ToolMode is NoneChatToolMode ? "NONE"u8 : "ANY"u8);
        if (request.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            writer.WriteStartArray("allowedFunctionNames"u8);
            writer.WriteStringValue(GeminiPartWriter.NameOf(name));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>0.7f is written as 0.7 and not as the double nearest to it.</summary>
    private static double? Shortest(float? value) => value is { } number
        ? double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : null;
}
