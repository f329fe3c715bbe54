using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;

namespace QwenCode.Models.OpenAI;

/// <content>The parts of a chunk: choices, their deltas, and the calls in these.</content>
internal sealed partial class OpenAIResponseDecoder
{
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
                details = ReadDetails(ref reader);
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
        thought = !string.IsNullOrEmpty(thought) ? thought : !string.IsNullOrEmpty(otherThought) ? otherThought : details;
        EmitThought(_thoughtPieces.Add(thought));
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
        else if (extra is { } late)
        {
            _calls.AddExtra(index, late);
        }
    }

    /// <summary>Reads <c>reasoning_details</c>: their text is a thought, and the whole of them is wanted back.</summary>
    private string? ReadDetails(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var details = JsonElement.ParseValue(ref reader);
        (_details ??= new()).Add(details);
        return JsonText.PlainText(details);
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
}
