using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Reads the chunks of <c>chat/completions</c>, or one whole completion where the server does not stream.</summary>
internal sealed class OpenAIResponseDecoder(ChatClientOptions options) : ResponseDecoder
{
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

    /// <inheritdoc/>
    public override bool HasContent => _hasText || _calls.HasCalls;

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
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject)
            {
                ReadChunk(ref reader, isError);
            }
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

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        // One choice is asked for; were there others, they would be other answers.
        for (var isFirst = true; reader.Read() && reader.TokenType is not JsonTokenType.EndArray;)
        {
            if (!isFirst || reader.TokenType is not JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            isFirst = !ReadChoice(ref reader);
        }
    }

    /// <summary>Reads a choice.</summary>
    /// <returns>Whether it is the one that was asked for.</returns>
    private bool ReadChoice(ref Utf8JsonReader reader)
    {
        var isOurs = true;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                isOurs = ReadIndex(ref reader) is null or 0;
            }
            else if (isOurs && (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8)))
            {
                reader.Read();
                ReadDelta(ref reader);
            }
            else if (isOurs && reader.ValueTextEquals("finish_reason"u8))
            {
                if (ReadString(ref reader) is { Length: > 0 } finish)
                {
                    SetFinish(finish);
                }
            }
            else if (isOurs && reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                _choiceError = reader.TokenType is JsonTokenType.Null ? null : JsonElement.ParseValue(ref reader);
            }
            else if (isOurs && reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                _usage = OpenAIUsage.Read(ref reader) ?? _usage;
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return isOurs;
    }

    private static int? ReadIndex(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Number)
        {
            return reader.TryGetInt32(out var number) ? number : null;
        }

        if (reader.TokenType is JsonTokenType.String)
        {
            return int.TryParse(reader.ValueSpan, System.Globalization.CultureInfo.InvariantCulture, out var digits) ? digits : null;
        }

        reader.Skip();
        return null;
    }

    private void SetFinish(string finish)
    {
        _finish = finish;
        FinishReason = finish switch
        {
            "stop" or "end_turn" or "stop_sequence" or "eos" or "eos_token" or "complete" => ChatFinishReason.Stop,
            "length" or "max_tokens" or "max_output_tokens" or "model_length" => ChatFinishReason.Length,
            "tool_calls" or "function_call" or "tool_use" or "tool_call" => ChatFinishReason.ToolCalls,
            _ => new ChatFinishReason(finish),
        };
    }

    private void ReadDelta(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        string? text = null, thought = null, otherThought = null, details = null, refusal = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                text = ReadContent(ref reader, ref otherThought);
            }
            else if (reader.ValueTextEquals("reasoning_content"u8))
            {
                thought = ReadThought(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning"u8))
            {
                otherThought = ReadThought(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning_details"u8))
            {
                details = ReadThought(ref reader);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                refusal = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                ReadCalls(ref reader);
            }
            else if (reader.ValueTextEquals("function_call"u8))
            {
                string? name = null, arguments = null;
                reader.Read();
                ReadFunction(ref reader, ref name, ref arguments);
                AddCall(null, null, name, arguments, null);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        // Some servers say the same under several names.
        EmitThought(_thoughtPieces.Add(!string.IsNullOrEmpty(thought) ? thought : !string.IsNullOrEmpty(otherThought) ? otherThought : details));
        EmitTagged(_tags.Add(_textPieces.Add(text)));

        // A refusal is what the model says instead of an answer.
        EmitTagged(_tags.Add(refusal));
    }

    private void AddCall(int? index, string? id, string? name, string? arguments, JsonElement? extra)
    {
        if (id is not null || name is not null || arguments is not null)
        {
            _calls.Add(index, id, name, arguments, extra);
        }
    }

    private void ReadCalls(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            int? index = null;
            string? id = null, name = null, arguments = null;
            JsonElement? extra = null;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("index"u8))
                {
                    index = ReadIndex(ref reader);
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    id = ReadString(ref reader);
                }
                else if (reader.ValueTextEquals("extra_content"u8))
                {
                    reader.Read();
                    extra = reader.TokenType is JsonTokenType.StartObject ? JsonElement.ParseValue(ref reader) : null;
                    reader.Skip();
                }
                else if (reader.ValueTextEquals("function"u8))
                {
                    reader.Read();
                    ReadFunction(ref reader, ref name, ref arguments);
                }
                else
                {
                    SkipValue(ref reader);
                }
            }

            AddCall(index, id, name, arguments, extra);
        }
    }

    private static void ReadFunction(ref Utf8JsonReader reader, ref string? name, ref string? arguments)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();

                // Some local servers send the object itself and not its text.
                arguments = reader.TokenType switch
                {
                    JsonTokenType.String => JsonText.GetString(ref reader),
                    JsonTokenType.StartObject or JsonTokenType.StartArray => JsonElement.ParseValue(ref reader).GetRawText(),
                    _ => null,
                };
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    private static string? ReadContent(ref Utf8JsonReader reader, ref string? thought)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String)
        {
            return JsonText.GetString(ref reader);
        }

        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        // Content as parts, as some servers answer; thoughts may be among them.
        string? text = null;
        foreach (var part in JsonElement.ParseValue(ref reader).EnumerateArray())
        {
            if (part.ValueKind is JsonValueKind.Object && part.TryGetProperty("thinking", out var thinking))
            {
                thought += JsonText.PlainText(thinking);
            }
            else
            {
                text += JsonText.PlainText(part);
            }
        }

        return text;
    }

    /// <summary>Reads a thought, which may be a string, an object with a text, or a list of such objects.</summary>
    private static string? ReadThought(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            return JsonText.PlainText(JsonElement.ParseValue(ref reader));
        }

        if (reader.TokenType is JsonTokenType.String)
        {
            return JsonText.GetString(ref reader);
        }

        reader.Skip();
        return null;
    }

    private static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String)
        {
            return JsonText.GetString(ref reader);
        }

        reader.Skip();
        return null;
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
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
