using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Reads the chunks of <c>chat/completions</c>, or one whole completion where the server does not stream.</summary>
internal sealed partial class OpenAIResponseDecoder(ChatClientOptions options) : ResponseDecoder
{
    /// <summary>The kind of the part that holds <c>reasoning_details</c>.</summary>
    public const string Details = "reasoning_details";

    private const int MaxUnknown = 500;

    private readonly ToolCallAssembler _calls = new();
    private readonly SurrogateJoiner _textPieces = new();
    private readonly SurrogateJoiner _thoughtPieces = new();
    private readonly ThinkTags _tags = new();
    private string? _responseId;
    private string? _model;
    private string? _finish;
    private string? _lastText;
    private string? _unknown;
    private UsageDetails? _usage;
    private JsonElement? _choiceError;
    private bool _hasText;
    private bool _hasThought;
    private bool _hasChoices;
    private bool _isCut;
    private bool _isComplete;
    private ReasoningDetails? _details;

    /// <inheritdoc/>
    private bool HasContent => _hasText || _calls.HasCalls;

    /// <inheritdoc/>
    public override bool IsCut => _isCut;

    /// <inheritdoc/>
    public override RequestFailure? Fault
    {
        get
        {
            if (_finish is not null && HasContent)
            {
                return null;
            }

            return _unknown is { } unknown && !_hasChoices
                ? new(ModelFault.BrokenStream, $"the provider answered with something that is no answer: {unknown}")
                : _finish is null ? new(ModelFault.BrokenStream, "the answer ended without a finish reason", IsPassing: true)
                : new(ModelFault.BrokenStream,
                    _hasThought ? "the answer is empty: the model thought, and said nothing" : "the answer is empty", IsPassing: true);
        }
    }

    /// <inheritdoc/>
    public override void Read(string eventType, ReadOnlySpan<byte> data)
    {
        data = data.Trim(" \r\n\t"u8);
        var isEnd = data.EndsWith("[DONE]"u8) && (data.Length == 6 || data[^7] is (byte)'\n' or (byte)'\r' or (byte)' ');
        data = isEnd ? data[..^6].TrimEnd(" \r\n\t"u8) : data;
        var isError = eventType.Equals("error", StringComparison.OrdinalIgnoreCase);
        if (isError && data is not [(byte)'{' or (byte)'[', ..])
        {
            throw Failed(new ProviderError(System.Text.Encoding.UTF8.GetString(data), null, null), string.Empty);
        }

        // Some servers put several chunks into one event.
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 256 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject)
                {
                    ReadChunk(ref reader, isError);
                }
            }
        }
        catch (InvalidOperationException exception)
        {
            // Half a character where text is compared.
            throw new JsonException("A name or a word holds half a character.", exception);
        }

        IsDone |= isEnd;
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_isComplete)
        {
            return;
        }

        _isComplete = true;
        EmitTagged(_tags.Add(_textPieces.Rest()));
        EmitTagged(_tags.Rest());
        EmitThought(_thoughtPieces.Rest());

        // A server that says it is done and gives no reason has nothing more to say.
        if (_finish is null && IsDone && HasContent)
        {
            SetFinish("stop");
        }

        if (_finish is null)
        {
            return;
        }

        var contents = new List<AIContent>();
        if (_details?.Whole() is { } details)
        {
            contents.Add(new ProviderContent(Details, details));
        }

        foreach (var call in _calls.Complete())
        {
            _isCut |= ((ToolCallArguments)call.RawRepresentation!).IsTruncated;
            contents.Add(call);
        }

        _isCut |= FinishReason == ChatFinishReason.Length;
        FinishReason = _isCut ? ChatFinishReason.Length
            : FinishReason == ChatFinishReason.ToolCalls && contents.Count == 0 ? ChatFinishReason.Stop
            : FinishReason == ChatFinishReason.Stop && contents.Count > 0 ? ChatFinishReason.ToolCalls
            : FinishReason;
        if (_usage is not null)
        {
            contents.Add(new UsageContent(_usage));
        }

        Emit(Update(contents, FinishReason));
    }

    private AnswerFailedException Failed(ProviderError error, string body) =>
        new(FailureRules.OfAnsweredError(error, body, options));

    private void ReadChunk(ref Utf8JsonReader reader, bool isError)
    {
        var start = reader;
        var hasChoices = false;
        var hasUsage = false;
        JsonElement? error = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                hasChoices = reader.TokenType is JsonTokenType.StartArray;
                ReadChoices(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                hasUsage = reader.TokenType is JsonTokenType.StartObject;
                _usage = OpenAIUsage.Read(ref reader) ?? _usage;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = reader.TokenType is JsonTokenType.Null or JsonTokenType.False ? null : JsonElement.ParseValue(ref reader);
            }
            else if (_responseId is null && reader.ValueTextEquals("id"u8))
            {
                _responseId = ReadString(ref reader);
            }
            else if (_model is null && reader.ValueTextEquals("model"u8))
            {
                _model = ReadString(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        if ((error ?? _choiceError) is { } reported)
        {
            throw new AnswerFailedException(FailureRules.OfStreamedError(ProviderError.FromJson(reported), options));
        }

        _hasChoices |= hasChoices;
        ThrowIfBroken();
        if (isError || !(hasChoices || hasUsage))
        {
            ReadUnknown(JsonElement.ParseValue(ref start), isError);
        }
    }

    /// <summary>Reads a chunk that is no part of an answer: an error in a shape of the provider's own, or something to pass over.</summary>
    private void ReadUnknown(JsonElement chunk, bool isError)
    {
        var text = chunk.GetRawText();
        text = text.Length > MaxUnknown ? string.Concat(text.AsSpan(0, MaxUnknown), "…") : text;
        if ((isError ? ProviderError.FromJson(chunk) : ProviderError.FromAnswer(chunk)) is { } error)
        {
            throw Failed(error, text);
        }

        _unknown ??= text;
    }

    /// <summary>Fails if the reason why the model stopped is none that an answer may end with.</summary>
    private void ThrowIfBroken()
    {
        switch (_finish)
        {
            case "error_finish":
                throw new AnswerFailedException(FailureRules.OfStreamedError(
                    ProviderError.FromBody(System.Text.Encoding.UTF8.GetBytes(_lastText ?? string.Empty)), options));
            case "error" or "network_error" or "insufficient_system_resource" or "abort" or "aborted" or "cancelled" or "timeout":
                throw new AnswerFailedException(new(
                    ModelFault.ServerError, $"the provider broke the answer off: {_finish}", IsPassing: true));
            case "content_filter" or "sensitive" or "safety" or "refusal" or "recitation" or "blocklist" or "prohibited_content":
                throw new AnswerFailedException(new(
                    ModelFault.Refused, $"the provider's content filter stopped the answer ({_finish})")
                {
                    Advice = "Say it in other words, leave out what the filter may object to, or use another model (--model).",
                });
        }
    }

    private void EmitText(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _lastText = text;
            _hasText |= !string.IsNullOrWhiteSpace(text);
            Emit(Update([new TextContent(text)]));
        }
    }

    private void EmitTagged((string? Thought, string? Text) pieces)
    {
        EmitThought(pieces.Thought);
        EmitText(pieces.Text);
    }

    private void EmitThought(string? thought)
    {
        if (!string.IsNullOrEmpty(thought))
        {
            _hasThought = true;
            Emit(Update([new TextReasoningContent(thought)]));
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
