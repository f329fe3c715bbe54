using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// What follows messages and tools in a body: sampling, limits, what the provider wants, and the user's own members last.
/// </summary>
/// <param name="Model">The model's id; the user's own members may replace it.</param>
/// <param name="ReplacesTools">Whether the user's own members hold the tools.</param>
/// <param name="Bytes">The members, each with its comma before it, and the closing brace.</param>
internal sealed record OpenAIBodyTail(string Model, bool ReplacesTools, byte[] Bytes)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the tail of one request.</summary>
    public static OpenAIBodyTail Create(
        OpenAIClientOptions options, OpenAIVariant variant, OpenAIShape shape, string model, ChatOptions? request, int? outputLimit)
    {
        var extra = options.ExtraBody is { ValueKind: JsonValueKind.Object } given ? given : default;
        if (Extra(extra, "model") is { ValueKind: JsonValueKind.String } replaced)
        {
            model = replaced.GetString()!;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            var members = new Members(writer, extra, shape);
            writer.WriteStartObject();
            WriteOwn(members, options, variant, LimitName(options, shape, model), model, request, outputLimit);
            WriteExtra(writer, extra, request);
            writer.WriteEndObject();
        }

        // "{…}" becomes ",…}": it goes on where the tools ended.
        var bytes = buffer.WrittenSpan.ToArray();
        bytes[0] = (byte)',';
        return new(model, Extra(extra, "tools") is not null, bytes);
    }

    private static void WriteOwn(
        Members members, OpenAIClientOptions options, OpenAIVariant variant, string limitName, string model, ChatOptions? request,
        int? outputLimit)
    {
        var sampling = options.Sampling;
        var writer = members.Writer;
        if (members.Begin("stream"))
        {
            writer.WriteBooleanValue(true);
        }

        if (members.Begin("stream_options"))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("include_usage"u8, true);
            writer.WriteEndObject();
        }

        // Either name of the limit among the user's own members replaces ours.
        if (limitName.Length > 0 && !members.IsReplaced("max_completion_tokens") && !members.IsReplaced("max_tokens"))
        {
            members.Number(limitName, outputLimit ?? OpenAIWire.MaxTokens(options, model, request));
        }

        members.Number("temperature", sampling.Temperature ?? Shortest(request?.Temperature) ?? variant.DefaultTemperature);
        members.Number("top_p", sampling.TopP ?? Shortest(request?.TopP));
        members.Number("top_k", sampling.TopK ?? request?.TopK);
        members.Number("repetition_penalty", sampling.RepetitionPenalty);
        members.Number("presence_penalty", sampling.PresencePenalty ?? Shortest(request?.PresencePenalty));
        members.Number("frequency_penalty", sampling.FrequencyPenalty ?? Shortest(request?.FrequencyPenalty));
        members.Number("seed", request?.Seed);
        if (request?.StopSequences is { Count: > 0 } stops && members.Begin("stop"))
        {
            writer.WriteStartArray();
            foreach (var stop in stops)
            {
                writer.WriteStringValue(stop);
            }

            writer.WriteEndArray();
        }

        WriteReasoning(members, options, request);
        WriteToolMode(members, request);
        WriteFormat(members, request);
        WriteForProvider(members, options, variant, model, request);
    }

    /// <summary>
    /// Returns the name of the output limit: what was learned, what the user chose, or what the model and the host are known to want.
    /// </summary>
    internal static string LimitName(OpenAIClientOptions options, OpenAIShape shape, string model) =>
        shape.LimitName ?? (options.Sampling.MaxCompletionTokens is not null || OpenAIVariant.WantsCompletionTokens(options.BaseUrl, model)
            ? "max_completion_tokens" : "max_tokens");

    private static void WriteReasoning(Members members, OpenAIClientOptions options, ChatOptions? request)
    {
        if (IsThinkingOff(request))
        {
            return;
        }

        // What a request says counts before the settings, except that these may switch it off.
        var effort = Effort(request);
        if (options.Reasoning is { ValueKind: JsonValueKind.Object } configured)
        {
            if (members.Begin("reasoning"))
            {
                WriteReasoning(members.Writer, configured, effort);
            }
        }
        else if (options.Reasoning is null && effort is not null && members.Begin("reasoning"))
        {
            WriteReasoning(members.Writer, null, effort);
        }
    }

    private static void WriteReasoning(Utf8JsonWriter writer, JsonElement? configured, string? effort)
    {
        writer.WriteStartObject();
        foreach (var member in configured?.EnumerateObject() ?? default)
        {
            if (effort is null || member.Name != "effort")
            {
                member.WriteTo(writer);
            }
        }

        if (effort is not null)
        {
            writer.WriteString("effort"u8, effort);
        }

        writer.WriteEndObject();
    }

    private static void WriteToolMode(Members members, ChatOptions? request)
    {
        if (request?.Tools is not { Count: > 0 })
        {
            return;
        }

        switch (request.ToolMode)
        {
            case NoneChatToolMode when members.Begin("tool_choice"):
                members.Writer.WriteStringValue("none"u8);
                break;
            case RequiredChatToolMode { RequiredFunctionName: { } name } when members.Begin("tool_choice"):
                members.Writer.WriteStartObject();
                members.Writer.WriteString("type"u8, "function"u8);
                members.Writer.WriteStartObject("function"u8);
                members.Writer.WriteString("name"u8, name);
                members.Writer.WriteEndObject();
                members.Writer.WriteEndObject();
                break;
            case RequiredChatToolMode when members.Begin("tool_choice"):
                members.Writer.WriteStringValue("required"u8);
                break;
        }
    }

    private static void WriteFormat(Members members, ChatOptions? request)
    {
        if (request?.ResponseFormat is not ChatResponseFormatJson format || !members.Begin("response_format"))
        {
            return;
        }

        members.Writer.WriteStartObject();
        if (format.Schema is { } schema)
        {
            members.Writer.WriteString("type"u8, "json_schema"u8);
            members.Writer.WriteStartObject("json_schema"u8);
            members.Writer.WriteString("name"u8, format.SchemaName ?? "answer");
            members.Writer.WritePropertyName("schema"u8);
            schema.WriteTo(members.Writer);
            members.Writer.WriteEndObject();
        }
        else
        {
            members.Writer.WriteString("type"u8, "json_object"u8);
        }

        members.Writer.WriteEndObject();
    }

    private static void WriteForProvider(
        Members members, OpenAIClientOptions options, OpenAIVariant variant, string model, ChatOptions? request)
    {
        if (!variant.WantsMetadata)
        {
            return;
        }

        var promptId = request?.AdditionalProperties?.TryGetValue("promptId", out var value) == true ? value as string : null;
        if ((options.SessionId ?? promptId) is not null && members.Begin("metadata"))
        {
            members.Writer.WriteStartObject();
            if (options.SessionId is { } session)
            {
                members.Writer.WriteString("sessionId"u8, session);
            }

            if (promptId is not null)
            {
                members.Writer.WriteString("promptId"u8, promptId);
            }

            members.Writer.WriteEndObject();
        }

        if (OpenAIVariant.UsesHighResolutionImages(model) && members.Begin("vl_high_resolution_images"))
        {
            members.Writer.WriteBooleanValue(true);
        }
    }

    private static void WriteExtra(Utf8JsonWriter writer, JsonElement extra, ChatOptions? request)
    {
        if (extra.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in extra.EnumerateObject())
        {
            // The conversation is not a setting; were it replaced, every turn would ask the same.
            if (member.Name is "model" or "messages")
            {
                continue;
            }

            if (member.Name is "enable_thinking" && IsThinkingOff(request))
            {
                writer.WriteBoolean(member.Name, false);
            }
            else if (member.Name is not "reasoning" || !IsThinkingOff(request))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static bool IsThinkingOff(ChatOptions? request) => request?.Reasoning?.Effort is ReasoningEffort.None;

    private static string? Effort(ChatOptions? request) => request?.Reasoning?.Effort switch
    {
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High or ReasoningEffort.ExtraHigh => "high",
        _ => null,
    };

    private static JsonElement? Extra(JsonElement extra, string name) =>
        extra.ValueKind is JsonValueKind.Object && extra.TryGetProperty(name, out var value) ? value : null;

    /// <summary>0.7f is written as 0.7 and not as the double nearest to it.</summary>
    private static double? Shortest(float? value) =>
        value is { } number ? double.Parse(number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// Writes members but for those the user replaces, because a name twice would be read differently by each server, and those the
    /// provider refuses.
    /// </summary>
    private readonly struct Members(Utf8JsonWriter writer, JsonElement extra, OpenAIShape shape)
    {
        public Utf8JsonWriter Writer => writer;

        public bool IsReplaced(string name) => Extra(extra, name) is not null;

        public bool Begin(string name)
        {
            if (IsReplaced(name) || shape.Omits(name))
            {
                return false;
            }

            writer.WritePropertyName(name);
            return true;
        }

        public void Number(string name, double? value)
        {
            if (value is { } number && Begin(name))
            {
                writer.WriteNumberValue(number);
            }
        }
    }
}
