using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Anthropic;

/// <summary>Writes what follows system, tools and messages in a body: limits, thinking, sampling.</summary>
internal static class AnthropicBodyTail
{
    /// <summary>Writes the members, each with its comma before it, and the closing brace.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="shape">What the model takes.</param>
    /// <param name="plan">How it thinks.</param>
    /// <param name="request">The options of the request.</param>
    public static byte[] Create(ChatClientOptions options, AnthropicShape shape, ThinkingPlan plan, ChatOptions? request)
    {
        var bytes = WireWriter.Write((IReadOnlyList<object?>)[options, shape, plan, request], static (writer, state) =>
        {
            var (options, shape) = ((ChatClientOptions)state[0]!, (AnthropicShape)state[1]!);
            var (plan, request) = ((ThinkingPlan)state[2]!, (ChatOptions?)state[3]);
            writer.WriteStartObject();
            writer.WriteNumber("max_tokens"u8, plan.MaxTokens);
            writer.WriteBoolean("stream"u8, true);
            WriteThinking(writer, shape, plan);
            WriteOutput(writer, plan, request);
            WriteSampling(writer, options, shape, plan, request);
            WriteToolMode(writer, request);
            writer.WriteEndObject();
        });

        // "{…}" becomes ",…}": it goes on where the messages ended.
        bytes[0] = (byte)',';
        return bytes;
    }

    private static void WriteThinking(Utf8JsonWriter writer, AnthropicShape shape, ThinkingPlan plan)
    {
        if (plan.Form is ThinkingForm.None)
        {
            return;
        }

        writer.WriteStartObject("thinking"u8);
        if (plan.Form is ThinkingForm.Budget)
        {
            writer.WriteString("type"u8, "enabled"u8);
            writer.WriteNumber("budget_tokens"u8, plan.Budget);
        }
        else
        {
            writer.WriteString("type"u8, "adaptive"u8);
            if (shape.AsksForSummaries)
            {
                writer.WriteString("display"u8, "summarized"u8);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, ThinkingPlan plan, ChatOptions? request)
    {
        var schema = (request?.ResponseFormat as ChatResponseFormatJson)?.Schema;
        if (plan.Effort is null && schema is null)
        {
            return;
        }

        writer.WriteStartObject("output_config"u8);
        if (plan.Effort is { } effort)
        {
            writer.WriteString("effort"u8, effort);
        }

        if (schema is { } form)
        {
            writer.WriteStartObject("format"u8);
            writer.WriteString("type"u8, "json_schema"u8);
            writer.WritePropertyName("schema"u8);
            form.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes sampling; a model that thinks takes none of it, and none takes both temperature and top_p.</summary>
    private static void WriteSampling(
        Utf8JsonWriter writer, ChatClientOptions options, AnthropicShape shape, ThinkingPlan plan, ChatOptions? request)
    {
        if (request?.StopSequences is { Count: > 0 } stops)
        {
            writer.WriteStartArray("stop_sequences"u8);
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        if (shape.OmitSampling || plan.Form is not ThinkingForm.None)
        {
            return;
        }

        if ((options.Sampling.Temperature ?? request?.Temperature) is { } temperature)
        {
            writer.WriteNumber("temperature"u8, Math.Round(temperature, 4));
        }
        else if ((options.Sampling.TopP ?? request?.TopP) is { } topP)
        {
            writer.WriteNumber("top_p"u8, Math.Round(topP, 4));
        }

        if ((options.Sampling.TopK ?? request?.TopK) is { } topK)
        {
            writer.WriteNumber("top_k"u8, topK);
        }
    }

    private static void WriteToolMode(Utf8JsonWriter writer, ChatOptions? request)
    {
        if (request?.Tools is not { Count: > 0 } || request.ToolMode is not (NoneChatToolMode or RequiredChatToolMode))
        {
            return;
        }

        writer.WriteStartObject("tool_choice"u8);
        switch (request.ToolMode)
        {
            case RequiredChatToolMode { RequiredFunctionName: { } name }:
                writer.WriteString("type"u8, "tool"u8);
                writer.WriteString("name"u8, AnthropicBlockWriter.NameOf(name));
                break;
            case RequiredChatToolMode:
                writer.WriteString("type"u8, "any"u8);
                break;
            default:
                writer.WriteString("type"u8, "none"u8);
                break;
        }

        writer.WriteEndObject();
    }
}
