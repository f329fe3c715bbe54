using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Catalogue;
using QwenCode.Models.Requests;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Gemini;

/// <summary>Makes requests to Gemini. The model is part of the address; system prompt and tools precede the contents in the body.</summary>
internal sealed class GeminiWire : IWireProtocol
{
    private readonly GeminiClientOptions _options;
    private readonly ConcurrentDictionary<string, GeminiForm> _forms = new(StringComparer.Ordinal);
    private readonly KeyValuePair<string, string>[] _headers;

    public GeminiWire(GeminiClientOptions options)
    {
        _options = options;
        var own = new List<KeyValuePair<string, string>>();
        if (WireHeaders.Key(options) is { } key)
        {
            own.Add(new("x-goog-api-key", key));
        }

        _headers = WireHeaders.Merge(own, options);
    }

    /// <inheritdoc/>
    public string KeyVariable => $"{_options.KeyVariable} or the provider's envKey";

    /// <inheritdoc/>
    public string AddressSetting => "baseUrl of the provider's entry";

    /// <inheritdoc/>
    /// <remarks>Where nobody sets a limit none is sent, so that there is no larger one.</remarks>
    public bool MayEnlarge(ChatOptions? options) => false;

    /// <inheritdoc/>
    public ResponseDecoder CreateDecoder() => new GeminiResponseDecoder(_options);

    /// <inheritdoc/>
    public TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = FormOf(model);
        var conversation = new GeminiContents(form, message => IsForeign(message, model));
        var contents = conversation.Of(messages, options?.Instructions);
        var body = new List<byte[]>(contents.Count + 8) { "{"u8.ToArray(), conversation.SystemPrompt() };
        if (options?.Tools is { Count: > 0 } tools && form.Write(tools) is { Length: > 0 } wire)
        {
            body.Add("\"tools\":[{\"functionDeclarations\":["u8.ToArray());
            body.Add(wire);
            body.Add("]}],"u8.ToArray());
        }

        body.Add("\"contents\":["u8.ToArray());
        body.AddRange(contents);
        body.Add("]"u8.ToArray());
        body.Add(GeminiBodyTail.Create(_options, form.Shape, model, options, outputLimit));
        return new TransportRequest(_options.Address?.Invoke(model) ?? Address(_options.BaseUrl, model), _headers, body) { Form = form };
    }

    /// <inheritdoc/>
    public string? Adapt(RequestFailure failure, TransportRequest request, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = (GeminiForm)request.Form!;
        var tail = Encoding.UTF8.GetString(request.Body[^1]);
        if (GeminiRefusals.Read(failure, form.Shape, tail, options?.Tools?.Count ?? 0) is not { } learned)
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

    /// <summary>Returns the address of a model; a base address without a version gets the one that has all features.</summary>
    private static Uri Address(Uri baseUrl, string model)
    {
        var hasVersion = baseUrl.Segments is [.., { } last] && last.Trim('/') is ['v', >= '0' and <= '9', ..];
        var name = model.Contains('/', StringComparison.Ordinal) ? model : $"models/{model}";
        var address = WireHeaders.Combine(baseUrl, $"{(hasVersion ? string.Empty : "v1beta/")}{name}:streamGenerateContent");
        return new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query[1..]}&alt=sse" : "alt=sse" }.Uri;
    }

    private bool IsForeign(ChatMessage message, string model) =>
        (message as HistoryMessage)?.Origin is { } origin && !origin.Is(_options.Protocol, model);

    private GeminiForm FormOf(string model) => _forms.TryGetValue(model, out var form)
        ? form
        : _forms.GetOrAdd(model, CreateForm(model, GeminiShape.For(model) with { UseOpenApi30Schemas = _options.UseOpenApi30Schemas }));

    private GeminiForm CreateForm(string model, GeminiShape shape) => new(shape, new GeminiDialect
    {
        Modalities = _options.Modalities ?? ModelCatalogue.Find(model).Modalities,
        NeedsSignatures = shape.IsThree,
        NestsMedia = shape is { IsThree: true, SeparatesMedia: false },
        UseOpenApi30Schemas = shape.UseOpenApi30Schemas,
    }.Intern());
}
