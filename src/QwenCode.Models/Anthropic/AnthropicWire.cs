using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Catalogue;
using QwenCode.Models.Requests;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// Makes requests to Anthropic's messages. Tools and system prompt come first in what the provider caches, then the messages; what changes
/// from request to request stands behind them.
/// </summary>
internal sealed class AnthropicWire : IWireProtocol
{
    private readonly AnthropicClientOptions _options;
    private readonly ConcurrentDictionary<string, AnthropicForm> _forms = new(StringComparer.Ordinal);
    private readonly Uri _url;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly KeyValuePair<string, string>[] _headersWithBeta;

    public AnthropicWire(AnthropicClientOptions options)
    {
        _options = options;
        var hasVersion = options.BaseUrl.AbsolutePath.TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal);
        _url = WireHeaders.Combine(options.BaseUrl, hasVersion ? "messages" : "v1/messages");
        List<KeyValuePair<string, string>> own = options.Address is null ? [new("anthropic-version", "2023-06-01")] : [];
        if (WireHeaders.Key(options) is { } key)
        {
            own.Add(new(options.Address is null ? "x-api-key" : "x-goog-api-key", key));
        }

        _headers = WireHeaders.Merge(own, options);
        _headersWithBeta = WireHeaders.Merge([.. own, new("anthropic-beta", "interleaved-thinking-2025-05-14")], options);
    }

    /// <inheritdoc/>
    public string KeyVariable => "ANTHROPIC_API_KEY or the provider's envKey";

    /// <inheritdoc/>
    public string AddressSetting => "ANTHROPIC_BASE_URL, or baseUrl of the provider's entry";

    /// <inheritdoc/>
    public bool MayEnlarge(ChatOptions? options) =>
        (_options.OwnOutputLimit ?? options?.MaxOutputTokens) is null
        && FormOf(options?.ModelId ?? _options.Model).Shape.OutputLimit is null;

    /// <inheritdoc/>
    public ResponseDecoder CreateDecoder() => new AnthropicResponseDecoder(_options);

    /// <inheritdoc/>
    public TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = FormOf(model);
        var body = new List<byte[]>((messages.Count * 4) + 16)
        {
            Encoding.UTF8.GetBytes(_options.Address is null
                ? $"{{\"model\":\"{JsonEncodedText.Encode(model)}\"" : "{\"anthropic_version\":\"vertex-2023-10-16\""),
        };
        if (options?.Tools is { Count: > 0 } tools && form.Write(tools) is { Length: > 0 } wire)
        {
            body.Add(",\"tools\":["u8.ToArray());
            body.Add(wire);
            body.Add("]"u8.ToArray());
        }

        var conversation = new AnthropicMessages(form, message => IsForeign(message, model));
        conversation.AddTo(body, messages, options?.Instructions);
        var plan = ThinkingPlan.Of(_options, form.Shape, model, options, outputLimit, !conversation.EndsInUnthoughtCalls);
        body.Add(AnthropicBodyTail.Create(_options, form.Shape, plan, options));
        var headers = plan.Form is ThinkingForm.Budget && !form.Shape.OmitBetas ? _headersWithBeta : _headers;
        return new TransportRequest(_options.Address?.Invoke(model) ?? _url, headers, body) { Form = form };
    }

    /// <inheritdoc/>
    public string? Adapt(RequestFailure failure, TransportRequest request, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = (AnthropicForm)request.Form!;
        var tail = Encoding.UTF8.GetString(request.Body[^1]);
        var images = messages.Sum(AnthropicMessages.CountImages);
        if (AnthropicRefusals.Read(failure, form.Shape, tail, images, options?.Tools?.Count ?? 0) is not { } learned)
        {
            return null;
        }

        if (!ReferenceEquals(form, FormOf(model)))
        {
            return "it has the form that another request has learned meanwhile";
        }

        _forms[model] = CreateForm(model, learned.Shape);
        return learned.Change;
    }

    private bool IsForeign(ChatMessage message, string model) =>
        (message as HistoryMessage)?.Origin is { } origin && !origin.Is(_options.Protocol, model);

    private AnthropicForm FormOf(string model) => _forms.TryGetValue(model, out var form)
        ? form : _forms.GetOrAdd(model, CreateForm(model, AnthropicShape.For(model)));

    private AnthropicForm CreateForm(string model, AnthropicShape shape) => new(
        shape,
        _options.EnableCacheControl && !shape.OmitCacheMarks,
        new AnthropicDialect
        {
            Modalities = _options.Modalities ?? ModelCatalogue.Find(model).Modalities,
            UseOpenApi30Schemas = shape.UseOpenApi30Schemas,
        }.Intern());
}
