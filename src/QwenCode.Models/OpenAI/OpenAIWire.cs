using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Catalogue;
using QwenCode.Models.Requests;
using QwenCode.Models.Transport;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// Makes requests to <c>chat/completions</c>. Messages come first in the body and everything that changes from request to request
/// after them.
/// </summary>
internal sealed class OpenAIWire : IWireProtocol
{
    private const int DefaultMaxTokens = 8_000;

    private static readonly byte[] Comma = [(byte)','];

    private readonly OpenAIClientOptions _options;
    private readonly OpenAIVariant _variant;
    private readonly OpenAIDialect _dialect;
    private readonly OpenAIMessageWriter _messages;
    private readonly Uri _url;
    private readonly KeyValuePair<string, string>[] _headers;

    public OpenAIWire(OpenAIClientOptions options)
    {
        _options = options;
        _variant = OpenAIVariant.For(options.BaseUrl);
        _dialect = new OpenAIDialect(
            options.Modalities ?? ModelCatalogue.Find(options.Model).Modalities,
            _variant.FlattenContent,
            options.UseOpenApi30Schemas,
            MarksCache).Intern();
        _messages = new OpenAIMessageWriter(_dialect);
        _url = WireHeaders.Combine(options.BaseUrl, "chat/completions");
        _headers = WireHeaders.Merge(OwnHeaders(), options);
    }

    /// <inheritdoc/>
    public string KeyVariable => "OPENAI_API_KEY, --openai-api-key or the provider's envKey";

    /// <inheritdoc/>
    public string AddressSetting => "OPENAI_BASE_URL or --openai-base-url";

    private bool MarksCache => _variant.WantsCacheMarks && _options.EnableCacheControl;

    /// <inheritdoc/>
    public bool MayEnlarge(ChatOptions? options) =>
        (_options.Sampling.MaxTokens ?? _options.MaxOutputTokens ?? options?.MaxOutputTokens) is null
        && !(_options.ExtraBody is { ValueKind: JsonValueKind.Object } extra
            && (extra.TryGetProperty("max_tokens", out _) || extra.TryGetProperty("max_completion_tokens", out _)));

    /// <inheritdoc/>
    public ResponseDecoder CreateDecoder() => new OpenAIResponseDecoder(_options);

    /// <inheritdoc/>
    public TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit)
    {
        var model = options?.ModelId ?? _options.Model;
        var body = new List<byte[]>((messages.Count * 2) + 8);
        var tail = OpenAIBodyTail.Create(_options, _variant, model, options, outputLimit);
        body.Add(Encoding.UTF8.GetBytes($"{{\"model\":{Quote(tail.Model)},\"messages\":["));
        AddMessages(body, messages, options?.Instructions);
        body.Add("]"u8.ToArray());
        if (options?.Tools is { Count: > 0 } tools && !tail.ReplacesTools)
        {
            var wire = tools is ToolSet set ? set.GetWire(_dialect, WriteTools) : OpenAIToolWriter.Write(tools, _dialect);
            if (wire.Length > 0)
            {
                body.Add(",\"tools\":["u8.ToArray());
                body.Add(wire);
                body.Add("]"u8.ToArray());
            }
        }

        body.Add(tail.Bytes);
        return new TransportRequest(_url, _headers, body);
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private byte[] WriteTools(ToolSet tools) => OpenAIToolWriter.Write(tools, _dialect);

    private byte[] WriteMessage(HistoryMessage message) => _messages.Write(message, isMarked: false);

    private void AddMessages(List<byte[]> body, IReadOnlyList<ChatMessage> messages, string? instructions)
    {
        var isFirst = true;
        if (!string.IsNullOrEmpty(instructions))
        {
            Add(_messages.Write(new ChatMessage(ChatRole.System, instructions), MarksCache));
        }

        messages = Conversation.Tidy(messages);
        for (var i = 0; i < messages.Count; i++)
        {
            // A mark makes the last message's form differ from the one it has in later requests, so that form is not kept.
            // The provider's cache compares content, not marks: it hits all the same.
            var isMarked = MarksCache && (i == messages.Count - 1 || messages[i].Role == ChatRole.System);
            Add(messages[i] is HistoryMessage history && !isMarked
                ? history.GetWire(_dialect, WriteMessage) : _messages.Write(messages[i], isMarked));
        }

        void Add(byte[] wire)
        {
            if (wire.Length == 0)
            {
                return;
            }

            if (!isFirst)
            {
                body.Add(Comma);
            }

            isFirst = false;
            body.Add(wire);
        }
    }

    private List<KeyValuePair<string, string>> OwnHeaders()
    {
        List<KeyValuePair<string, string>> headers = [.. _variant.Headers];
        if (_variant.WantsMetadata)
        {
            headers.Add(new("X-DashScope-UserAgent", _options.UserAgent));
            headers.Add(new("X-DashScope-AuthType", "openai"));
            if (_options.EnableCacheControl)
            {
                headers.Add(new("X-DashScope-CacheControl", "enable"));
            }
        }

        if (WireHeaders.Key(_options) is { } key)
        {
            headers.Add(new("Authorization", $"Bearer {key}"));
        }

        return headers;
    }

    /// <summary>The default of the policy: what a server surely grants, and no more than the model can do.</summary>
    internal static int MaxTokens(ChatClientOptions options, string model, ChatOptions? request)
    {
        var limits = ModelCatalogue.Find(model);
        return (options.Sampling.MaxTokens ?? options.MaxOutputTokens ?? request?.MaxOutputTokens) is { } wanted
            ? (limits.IsOutputLimitKnown ? Math.Min(wanted, limits.OutputLimit) : wanted)
            : Math.Min(limits.OutputLimit, DefaultMaxTokens);
    }
}
