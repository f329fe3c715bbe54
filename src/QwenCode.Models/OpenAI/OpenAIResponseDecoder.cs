using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <summary>Reads the chunks of <c>chat/completions</c>, or one whole completion where the server does not stream.</summary>
internal sealed class OpenAIResponseDecoder(ChatClientOptions options) : ResponseDecoder
{
    private readonly ToolCallAssembler _calls = new();
    private readonly SurrogateJoiner _textPieces = new();
    private readonly SurrogateJoiner _thoughtPieces = new();
    private string? _responseId;
    private string? _model;
    private string? _finish;
    private string? _lastText;
    private UsageDetails? _usage;
    private bool _hasText;
    private bool _isCut;
    private bool _isComplete;

    /// <inheritdoc/>
    public override bool HasContent => _hasText || _calls.HasCalls;

    /// <inheritdoc/>
    public override bool IsCut => _isCut;

    /// <inheritdoc/>
    public override void Read(string eventType, ReadOnlySpan<byte> data)
    {
        data = data.Trim(" \r\n\t"u8);
        if (data.SequenceEqual("[DONE]"u8))
        {
            IsDone = true;
            return;
        }

        // Some servers put several chunks into one event.
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 256 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject)
            {
                ReadChunk(ref reader);
            }
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
        EmitText(_textPieces.Rest());
        EmitThought(_thoughtPieces.Rest());
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

    private void ReadChunk(ref Utf8JsonReader reader)
    {
        JsonElement? error = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                ReadChoices(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                reader.Read();
                _usage = OpenAIUsage.Read(ref reader) ?? _usage;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = reader.TokenType is JsonTokenType.Null ? null : JsonElement.ParseValue(ref reader);
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

        if (error is { } reported)
        {
            throw new AnswerFailedException(FailureRules.OfStreamedError(ProviderError.FromJson(reported), options));
        }

        if (_finish is "error_finish")
        {
            throw new AnswerFailedException(FailureRules.OfStreamedError(
                ProviderError.FromBody(System.Text.Encoding.UTF8.GetBytes(_lastText ?? string.Empty)), options));
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
        for (var isFirst = true; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; isFirst = false)
        {
            if (!isFirst || reader.TokenType is not JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8))
                {
                    reader.Read();
                    ReadDelta(ref reader);
                }
                else if (reader.ValueTextEquals("finish_reason"u8))
                {
                    if (ReadString(ref reader) is { Length: > 0 } finish)
                    {
                        SetFinish(finish);
                    }
                }
                else
                {
                    SkipValue(ref reader);
                }
            }
        }
    }

    private void SetFinish(string finish)
    {
        _finish = finish;
        FinishReason = finish switch
        {
            "stop" => ChatFinishReason.Stop,
            "length" => ChatFinishReason.Length,
            "content_filter" => ChatFinishReason.ContentFilter,
            "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
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

        string? text = null, thought = null, otherThought = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                text = ReadContent(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning_content"u8))
            {
                thought = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("reasoning"u8))
            {
                otherThought = ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                reader.Read();
                ReadCalls(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        EmitThought(_thoughtPieces.Add(string.IsNullOrEmpty(thought) ? otherThought : thought));
        EmitText(_textPieces.Add(text));
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
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("index"u8))
                {
                    reader.Read();
                    index = reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
                    reader.Skip();
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    id = ReadString(ref reader);
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

            if (id is not null || name is not null || arguments is not null)
            {
                _calls.Add(index, id, name, arguments);
            }
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

    private static string? ReadContent(ref Utf8JsonReader reader)
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

        // Content as parts, as some servers answer.
        string? text = null;
        foreach (var part in JsonElement.ParseValue(ref reader).EnumerateArray())
        {
            if (part.ValueKind is JsonValueKind.Object && part.TryGetProperty("text", out var piece)
                && piece.ValueKind is JsonValueKind.String)
            {
                text += piece.GetString();
            }
        }

        return text;
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

    private void EmitThought(string? thought)
    {
        if (!string.IsNullOrEmpty(thought))
        {
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
