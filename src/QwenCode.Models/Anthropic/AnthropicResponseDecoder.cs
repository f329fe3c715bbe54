using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Anthropic;

/// <summary>Reads the events of Anthropic's messages, or one whole message where the server does not stream.</summary>
internal sealed partial class AnthropicResponseDecoder(ChatClientOptions options) : ResponseDecoder
{
    private const int MaxUnknown = 500;

    private readonly AnthropicUsage _usage = new();
    private readonly List<AIContent> _said = [];
    private string? _responseId;
    private string? _model;
    private string? _stop;
    private string? _unknown;
    private bool _hasStarted;
    private bool _hasCalls;
    private bool _isCut;
    private bool _isComplete;

    /// <inheritdoc/>
    public override bool IsCut => _isCut;

    /// <inheritdoc/>
    public override RequestFailure? Fault => _stop switch
    {
        null when _unknown is { } unknown && !_hasStarted =>
            new(ModelFault.BrokenStream, $"the provider answered with something that is no answer: {unknown}"),
        null => new(ModelFault.BrokenStream, "the answer ended without a stop reason", IsPassing: true),
        "tool_use" when !_hasCalls => new(ModelFault.BrokenStream, "the answer says that it calls a tool, and calls none", IsPassing: true),
        _ => null, // A model that has nothing to add after a result may end its turn without a word.
    };

    /// <inheritdoc/>
    public override ChatMessage? Paused =>
        _stop is "pause_turn" && _said.Count > 0 ? new ChatMessage(ChatRole.Assistant, [.. _said]) : null;

    /// <inheritdoc/>
    public override void Read(string eventType, ReadOnlySpan<byte> data)
    {
        data = data.Trim(" \r\n\t"u8);
        if (data.IsEmpty || data.SequenceEqual("[DONE]"u8))
        {
            IsDone |= !data.IsEmpty;
            return;
        }

        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 256 });
        var json = JsonElement.ParseValue(ref reader);
        switch (json.Text("type"u8) ?? eventType)
        {
            case "message_start":
                _hasStarted = true;
                ReadMessage(json.Member("message"u8));
                break;
            case "message":
                _hasStarted = true;
                ReadMessage(json);
                IsDone = true;
                break;
            case "content_block_start":
                Open(json.Whole("index"u8), json.Member("content_block"u8));
                break;
            case "content_block_delta":
                Add(json.Whole("index"u8), json.Member("delta"u8));
                break;
            case "content_block_stop":
                Close(json.Whole("index"u8));
                break;
            case "message_delta":
                _usage.Add(json.Member("usage"u8));
                SetStop(json.Member("delta"u8));
                break;
            case "message_stop":
                IsDone = true;
                break;
            case "error":
                throw new AnswerFailedException(FailureRules.OfStreamedError(ProviderError.FromJson(json), options));
            case "ping":
                break;
            default:
                ReadUnknown(json);
                break;
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
        CloseAll();
        if (_stop is null)
        {
            return;
        }

        _isCut |= FinishReason == ChatFinishReason.Length;
        FinishReason = _isCut ? ChatFinishReason.Length : _hasCalls ? ChatFinishReason.ToolCalls
            : FinishReason == ChatFinishReason.ToolCalls ? ChatFinishReason.Stop : FinishReason;
        Emit(Update(_usage.Details() is { } usage ? [new UsageContent(usage)] : [], FinishReason));
    }

    private void ReadMessage(JsonElement message)
    {
        _responseId ??= message.Text("id"u8);
        _model ??= message.Text("model"u8);
        _usage.Add(message.Member("usage"u8));
        var index = 0;
        foreach (var block in message.Array("content"u8)?.EnumerateArray() ?? default)
        {
            Open(index, block);
            Close(index++);
        }

        SetStop(message);
    }

    private void ReadUnknown(JsonElement json)
    {
        var text = json.GetRawText();
        text = text.Length > MaxUnknown ? string.Concat(text.AsSpan(0, MaxUnknown), "…") : text;
        if (json.ValueKind is JsonValueKind.Object && (json.TryMember("error", out _) ? ProviderError.FromJson(json)
            : ProviderError.FromAnswer(json)) is { } error)
        {
            throw new AnswerFailedException(FailureRules.OfAnsweredError(error, text, options));
        }

        // Another kind of event is of a later version, and is passed over.
        _unknown ??= text;
    }

    private void SetStop(JsonElement delta)
    {
        if (delta.Text("stop_reason"u8) is not { Length: > 0 } stop)
        {
            return;
        }

        _stop = stop;
        FinishReason = stop switch
        {
            "end_turn" or "stop_sequence" or "pause_turn" => ChatFinishReason.Stop,
            "tool_use" => ChatFinishReason.ToolCalls,
            "max_tokens" => ChatFinishReason.Length,
            _ => new ChatFinishReason(stop),
        };
        switch (stop)
        {
            case "refusal":
                FinishReason = null; // Nothing after it makes it an answer.
                var details = delta.Member("stop_details"u8);
                var reason = string.Join(": ", new[] { details.Text("category"u8), details.Text("explanation"u8) }.OfType<string>());
                throw new AnswerFailedException(new(
                    ModelFault.Refused, $"the model refuses to answer{(reason.Length > 0 ? $" ({reason})" : string.Empty)}")
                {
                    Advice = "Say it in other words, begin a new session, or use another model (--model).",
                });
            case "model_context_window_exceeded":
                FinishReason = null;
                throw new AnswerFailedException(new(
                    ModelFault.TooLong, "the conversation fills the model's context window, so that the answer could not be finished")
                {
                    Advice = FailureRules.TooLongAdvice,
                });
        }
    }

    private ChatResponseUpdate Update(IList<AIContent> contents, ChatFinishReason? finish = null) => new(ChatRole.Assistant, contents)
    {
        ResponseId = _responseId,
        MessageId = _responseId,
        ModelId = _model,
        FinishReason = finish,
    };
}
