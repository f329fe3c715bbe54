using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;
using QwenCode.Models.Requests;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Gemini;

/// <summary>
/// Reads the chunks of Gemini, or a list of them where the server does not stream. Text may follow the reason why it ended.
/// </summary>
internal sealed class GeminiResponseDecoder(ChatClientOptions options) : ResponseDecoder
{
    private const int MaxUnknown = 500;

    private readonly SurrogateJoiner _textPieces = new();
    private readonly SurrogateJoiner _thoughtPieces = new();
    private string? _responseId;
    private string? _model;
    private string? _finish;
    private string? _finishMessage;
    private string? _unknown;
    private UsageDetails? _usage;
    private bool _hasContent;
    private bool _hasCalls;
    private bool _isComplete;

    /// <inheritdoc/>
    public override bool IsCut => _finish is "MAX_TOKENS";

    /// <inheritdoc/>
    public override RequestFailure? Fault => _finish switch
    {
        null when _unknown is { } unknown =>
            new(ModelFault.BrokenStream, $"the provider answered with something that is no answer: {unknown}"),
        null => new(ModelFault.BrokenStream, "the answer ended without a finish reason", IsPassing: true),
        "STOP" or "FINISH_REASON_UNSPECIFIED" when !_hasContent => new(ModelFault.BrokenStream, "the answer is empty", IsPassing: true),
        "STOP" or "FINISH_REASON_UNSPECIFIED" or "MAX_TOKENS" => null,
        var broken => new(ModelFault.BrokenStream,
            $"the model broke its answer off: {broken}{(_finishMessage is { } said ? $" ({said})" : string.Empty)}", IsPassing: true),
    };

    /// <inheritdoc/>
    public override void Read(string eventType, ReadOnlySpan<byte> data)
    {
        data = data.Trim(" \r\n\t"u8);
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 256 });
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind is not JsonValueKind.Array)
        {
            ReadChunk(json);
            return;
        }

        foreach (var chunk in json.EnumerateArray())
        {
            ReadChunk(chunk);
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_isComplete)
        {
            return;
        }

        _isComplete = true;
        Say(_thoughtPieces.Rest(), isThought: true);
        Say(_textPieces.Rest(), isThought: false);
        if (_finish is null)
        {
            return;
        }

        IsDone = true;
        FinishReason = IsCut ? ChatFinishReason.Length : _hasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        Emit(Update(_usage is null ? [] : [new UsageContent(_usage)], FinishReason));
    }

    private void ReadChunk(JsonElement chunk)
    {
        if (chunk.TryMember("error", out var error) && error.ValueKind is not JsonValueKind.Null)
        {
            throw new AnswerFailedException(FailureRules.OfStreamedError(ProviderError.FromJson(error), options));
        }

        _responseId ??= chunk.Text("responseId"u8);
        _model ??= chunk.Text("modelVersion"u8);
        _usage = UsageOf(chunk.Member("usageMetadata"u8)) ?? _usage;
        if (chunk.Object("promptFeedback"u8) is { } feedback && feedback.Text("blockReason"u8) is { } reason)
        {
            throw Blocked($"the provider blocked the prompt ({reason})", feedback);
        }

        // One candidate is asked for; were there others, they would be other answers.
        if (chunk.Array("candidates"u8) is { } candidates && candidates.GetArrayLength() > 0)
        {
            ReadCandidate(candidates[0]);
        }
        else if (!chunk.TryMember("usageMetadata", out _) && !chunk.TryMember("promptFeedback", out _))
        {
            ReadUnknown(chunk);
        }
    }

    private void ReadUnknown(JsonElement chunk)
    {
        var text = chunk.GetRawText();
        text = text.Length > MaxUnknown ? string.Concat(text.AsSpan(0, MaxUnknown), "…") : text;
        if (chunk.ValueKind is JsonValueKind.Object && ProviderError.FromAnswer(chunk) is { } error)
        {
            throw new AnswerFailedException(FailureRules.OfAnsweredError(error, text, options));
        }

        _unknown ??= text;
    }

    private void ReadCandidate(JsonElement candidate)
    {
        var finish = candidate.Text("finishReason"u8);

        // A call of an answer that was broken off is not one the model has finished.
        var isBroken = finish is not (null or "" or "STOP" or "MAX_TOKENS" or "FINISH_REASON_UNSPECIFIED");
        foreach (var part in candidate.Object("content"u8)?.Array("parts"u8)?.EnumerateArray() ?? default)
        {
            ReadPart(part, isBroken);
        }

        if (finish is not { Length: > 0 })
        {
            return;
        }

        _finish = finish;
        _finishMessage = candidate.Text("finishMessage"u8) ?? _finishMessage;
        if (finish is "SAFETY" or "RECITATION" or "LANGUAGE" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" or "IMAGE_SAFETY"
            or "IMAGE_PROHIBITED_CONTENT" or "IMAGE_RECITATION" or "MODEL_ARMOR")
        {
            throw Blocked($"the provider's content filter stopped the answer ({finish})", candidate);
        }
    }

    private void ReadPart(JsonElement part, bool isBroken)
    {
        var signature = part.Text("thoughtSignature"u8);
        if (part.Text("text"u8) is { } text)
        {
            ReadText(text, part.IsTrue("thought"u8), signature);
        }
        else if (part.Object("functionCall"u8) is { } call)
        {
            if (!isBroken)
            {
                ReadCall(call, signature);
            }
        }
        else if (part.ValueKind is JsonValueKind.Object && part.EnumerateObject().Any())
        {
            Emit(Update([new ProviderContent(GeminiPartWriter.Part, part.Clone())]));
        }
    }

    private void ReadText(string text, bool isThought, string? signature)
    {
        if (signature is null)
        {
            Say((isThought ? _thoughtPieces : _textPieces).Add(text), isThought);
            return;
        }

        // What is signed stays a part of its own: put together with what was not, it would not be what was signed.
        Say((isThought ? _thoughtPieces : _textPieces).Rest(), isThought);
        _hasContent |= !isThought && !string.IsNullOrWhiteSpace(text);
        if (isThought)
        {
            Emit(Update([new TextReasoningContent(text) { ProtectedData = signature }]));
            return;
        }

        var content = new TextContent(text);
        Signatures.Sign(content, signature);
        Emit(Update([content]));
    }

    private void ReadCall(JsonElement call, string? signature)
    {
        var name = WireNames.Original(ToolNames.Clean(call.Text("name"u8) ?? string.Empty));
        if (name.Length == 0)
        {
            return;
        }

        var content = ToolCalls.Create(
            call.Text("id"u8) is { Length: > 0 } id ? id : $"{GeminiPartWriter.MadeId}{Guid.NewGuid():N}",
            name,
            call.TryMember("args", out var args) ? args.GetRawText() : string.Empty);
        if (signature is not null)
        {
            Signatures.Sign(content, signature);
        }

        (_hasCalls, _hasContent) = (true, true);
        Emit(Update([content]));
    }

    private void Say(string? text, bool isThought)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _hasContent |= !isThought && !string.IsNullOrWhiteSpace(text);
            Emit(Update([isThought ? new TextReasoningContent(text) : new TextContent(text)]));
        }
    }

    private static AnswerFailedException Blocked(string message, JsonElement place)
    {
        var ratings = place.Array("safetyRatings"u8)?.EnumerateArray().Where(static rating => rating.IsTrue("blocked"u8))
            .Select(static rating => rating.Text("category"u8)).OfType<string>().ToArray() ?? [];
        var said = place.Text("blockReasonMessage"u8) ?? place.Text("finishMessage"u8)
            ?? (ratings.Length > 0 ? string.Join(", ", ratings) : null);
        return new(new(ModelFault.Refused, said is null ? message : $"{message}: {said}")
        {
            Advice = "Say it in other words, leave out what the filter may object to, or use another model (--model).",
        });
    }

    /// <summary>Thoughts are counted beside the answer, what came from the cache within the prompt.</summary>
    private static UsageDetails? UsageOf(JsonElement usage)
    {
        if (usage.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        var input = usage.Whole("promptTokenCount") + (usage.Whole("toolUsePromptTokenCount") ?? 0);
        var thoughts = usage.Whole("thoughtsTokenCount");
        var output = (usage.Whole("candidatesTokenCount") ?? 0) + (thoughts ?? 0);
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = usage.Whole("totalTokenCount") ?? ((input ?? 0) + output),
            CachedInputTokenCount = usage.Whole("cachedContentTokenCount"),
            ReasoningTokenCount = thoughts,
        };
    }

    private ChatResponseUpdate Update(IList<AIContent> contents, ChatFinishReason? finish = null) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _responseId,
        MessageId = _responseId,
        ModelId = _model,
        FinishReason = finish,
    };
}
