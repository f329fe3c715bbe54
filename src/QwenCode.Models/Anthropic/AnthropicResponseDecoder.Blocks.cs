using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Requests;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Anthropic;

/// <content>The blocks of an answer. The first that is open is handed on as it comes; one beside it waits until that is closed.</content>
internal sealed partial class AnthropicResponseDecoder
{
    // In the order of their places.
    private readonly List<AnthropicBlock> _blocks = [];

    private void Open(long? index, JsonElement start)
    {
        if (start.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        var place = index ?? (_blocks.Count == 0 ? 0 : _blocks[^1].Index + 1);
        var block = new AnthropicBlock(place, start.Clone(), start.Text("type"u8) ?? string.Empty);
        block.Words.Append(start.Text(block.Type is "thinking" ? "thinking"u8 : "text"u8));
        block.Signature.Append(start.Text("signature"u8));
        var at = _blocks.Count;
        while (at > 0 && _blocks[at - 1].Index > place)
        {
            at--;
        }

        _blocks.Insert(at, block);
        HandOn();
    }

    private void Add(long? index, JsonElement delta)
    {
        if (Find(index) is not { } block)
        {
            return;
        }

        switch (delta.Text("type"u8))
        {
            case "text_delta":
                block.Words.Append(delta.Text("text"u8));
                break;
            case "thinking_delta":
                block.Words.Append(delta.Text("thinking"u8));
                break;
            case "signature_delta":
                block.Signature.Append(delta.Text("signature"u8));
                break;
            case "input_json_delta":
                block.Arguments.Append(delta.Text("partial_json"u8));
                break;
        }

        HandOn();
    }

    private void Close(long? index)
    {
        if (Find(index) is { } block)
        {
            block.IsClosed = true;
            HandOn();
        }
    }

    private AnthropicBlock? Find(long? index) => index is { } place ? _blocks.Find(block => block.Index == place)
        : _blocks.Count > 0 ? _blocks[^1] : null;

    private void CloseAll()
    {
        foreach (var block in _blocks)
        {
            block.IsClosed = true;
        }

        HandOn();
    }

    private void HandOn()
    {
        while (_blocks.Count > 0)
        {
            var block = _blocks[0];
            HandOnWords(block);
            if (!block.IsClosed)
            {
                return;
            }

            HandOnEnd(block);
            _blocks.RemoveAt(0);
        }
    }

    private void HandOnWords(AnthropicBlock block)
    {
        if (block.Words.Length == 0 || block.Type is not ("text" or "thinking"))
        {
            return;
        }

        var words = block.Joiner.Add(block.Words.ToString());
        block.Words.Clear();
        Say(block, words);
    }

    private void Say(AnthropicBlock block, string? words)
    {
        if (!string.IsNullOrEmpty(words))
        {
            Emit(block.Type is "thinking" ? new TextReasoningContent(words) : new TextContent(words));
        }
    }

    private void HandOnEnd(AnthropicBlock block)
    {
        Say(block, block.Joiner.Rest());
        switch (block.Type)
        {
            case "text":
                break;
            case "thinking":
                if (block.Signature.Length > 0)
                {
                    Emit(new TextReasoningContent(string.Empty) { ProtectedData = block.Signature.ToString() });
                }

                break;
            case "redacted_thinking":
                Emit(Signatures.Redacted(block.Start.Text("data"u8) ?? string.Empty));
                break;
            case "tool_use":
                var call = ToolCalls.Create(
                    block.Start.Text("id"u8) is { Length: > 0 } id ? id : $"toolu_{Guid.NewGuid():N}",
                    WireNames.Original(OpenAI.ToolNames.Clean(block.Start.Text("name"u8) ?? string.Empty)),
                    Arguments(block));
                _hasCalls = true;
                _isCut |= ((ToolCallArguments)call.RawRepresentation!).IsTruncated;
                Emit(call);
                break;
            default:
                Emit(new ProviderContent(AnthropicBlockWriter.Block, Whole(block)));
                break;
        }
    }

    // Most servers begin with an empty object and send the arguments in pieces; some give them whole at once.
    private static string Arguments(AnthropicBlock block) =>
        block.Arguments.Length > 0 ? block.Arguments.ToString()
        : block.Start.Object("input"u8) is { } input ? input.GetRawText() : string.Empty;

    private static JsonElement Whole(AnthropicBlock block) => block.Arguments.Length == 0
        ? block.Start
        : JsonElement.Parse(WireWriter.Write(block, static (writer, block) =>
        {
            writer.WriteStartObject();
            foreach (var member in block.Start.EnumerateObject())
            {
                if (member.NameEquals("input"u8))
                {
                    writer.WritePropertyName("input"u8);
                    writer.WriteRawValue(block.Arguments.ToString(), skipInputValidation: false);
                }
                else
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }));

    private void Emit(AIContent content)
    {
        Keep(content);
        Emit(Update([content]));
    }

    /// <summary>Keeps the answer so far, to be sent back if the model pauses.</summary>
    private void Keep(AIContent content)
    {
        switch (content, _said.Count > 0 ? _said[^1] : null)
        {
            case (TextReasoningContent { ProtectedData: { } signature } more, TextReasoningContent { ProtectedData: null } before)
                when !Signatures.IsRedacted(more):
                _said[^1] = new TextReasoningContent(before.Text) { ProtectedData = signature };
                break;
            case (TextReasoningContent { ProtectedData: null } more, TextReasoningContent { ProtectedData: null } before):
                _said[^1] = new TextReasoningContent(before.Text + more.Text);
                break;
            case (TextContent more, TextContent before):
                _said[^1] = new TextContent(before.Text + more.Text);
                break;
            default:
                _said.Add(content);
                break;
        }
    }
}
