using System.Collections.Concurrent;
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
    private readonly ModelModalities? _modalities;
    private readonly ConcurrentDictionary<string, Form> _forms = new(StringComparer.Ordinal);
    private readonly Uri _url;
    private readonly KeyValuePair<string, string>[] _headers;

    public OpenAIWire(OpenAIClientOptions options)
    {
        _options = options;
        _variant = OpenAIVariant.For(options.BaseUrl);
        _modalities = options.Modalities;
        _url = WireHeaders.Combine(options.BaseUrl, "chat/completions");
        _headers = WireHeaders.Merge(OwnHeaders(), options);
    }

    /// <inheritdoc/>
    public string KeyVariable => "OPENAI_API_KEY, --openai-api-key or the provider's envKey";

    /// <inheritdoc/>
    public string AddressSetting => "OPENAI_BASE_URL or --openai-base-url";

    private bool MarksCache => _variant.WantsCacheMarks && _options.EnableCacheControl;

    /// <inheritdoc/>
    public bool MayEnlarge(ChatOptions? options) => FormOf(options?.ModelId ?? _options.Model).Shape.LimitName is not ""
        && IsLimitOurs(options);

    private bool IsLimitOurs(ChatOptions? options) =>
        (_options.Sampling.MaxCompletionTokens ?? _options.Sampling.MaxTokens ?? _options.MaxOutputTokens
            ?? options?.MaxOutputTokens) is null
        && !HasOwn("max_tokens") && !HasOwn("max_completion_tokens");

    // What the user adds to the body is sent as it is, whatever a model refuses.
    private bool HasOwn(string member) =>
        _options.ExtraBody is { ValueKind: JsonValueKind.Object } extra && extra.TryGetProperty(member, out _);

    /// <inheritdoc/>
    public ResponseDecoder CreateDecoder() => new OpenAIResponseDecoder(_options);

    /// <inheritdoc/>
    public TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = FormOf(model);
        var body = new List<byte[]>((messages.Count * 2) + 8);
        var tail = OpenAIBodyTail.Create(_options, _variant, form.Shape, model, options, outputLimit);
        body.Add(Encoding.UTF8.GetBytes($"{{\"model\":{Quote(tail.Model)},\"messages\":["));
        AddMessages(body, form, messages, options?.Instructions, message => IsForeign(message, model));
        body.Add("]"u8.ToArray());
        if (options?.Tools is { Count: > 0 } tools && !tail.ReplacesTools)
        {
            var wire = tools is ToolSet set ? set.GetWire(form.Dialect, form.WriteTools) : OpenAIToolWriter.Write(tools, form.Dialect);
            if (wire.Length > 0)
            {
                body.Add(",\"tools\":["u8.ToArray());
                body.Add(wire);
                body.Add("]"u8.ToArray());
            }
        }

        body.Add(tail.Bytes);
        return new TransportRequest(_url, _headers, body) { Form = form };
    }

    /// <inheritdoc/>
    public string? Adapt(RequestFailure failure, TransportRequest request, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var model = options?.ModelId ?? _options.Model;
        var form = (Form)request.Form!;
        var tail = request.Body[^1];
        var features = new RequestFeatures(
            HasOwn("max_tokens") || HasOwn("max_completion_tokens")
                ? string.Empty : OpenAIBodyTail.LimitName(_options, form.Shape, model),
            IsLimitOurs(options),
            form.Dialect.Modalities is not ModelModalities.None && messages.Any(static message => message.Contents.Any(HasMedia)),
            Math.Min(options?.Tools?.Count ?? 0, form.Dialect.MaxTools),
            name => !HasOwn(name) && tail.AsSpan().IndexOf(Encoding.UTF8.GetBytes($",\"{name}\":")) >= 0);
        if (RefusalReader.Read(failure, form.Shape, features) is not { } learned)
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

    private static bool HasMedia(AIContent content) => content is DataContent or UriContent
        || (content is FunctionResultContent result && ResultContents.Of(result).Any(static part => part is DataContent or UriContent));

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private Form FormOf(string model) => _forms.TryGetValue(model, out var form)
        ? form
        : _forms.GetOrAdd(model, CreateForm(model, OpenAIShape.Standard with
        {
            FlattenContent = _variant.FlattenContent,
            UseOpenApi30Schemas = _options.UseOpenApi30Schemas,
        }));

    private Form CreateForm(string model, OpenAIShape shape)
    {
        var marksCache = MarksCache && !shape.OmitCacheMarks;
        return new(shape, marksCache, new OpenAIDialect
        {
            Modalities = shape.OmitMedia ? ModelModalities.None : _modalities ?? ModelCatalogue.Find(model).Modalities,
            FlattenContent = shape.FlattenContent,
            UseOpenApi30Schemas = shape.UseOpenApi30Schemas,
            MarkLastTool = marksCache,
            KeepToolMedia = !_options.SplitToolMedia,
            AvoidNullContent = shape.AvoidNullContent,
            OmitThoughts = shape.Thoughts is ThoughtForm.Omitted,
            RequireThoughts = shape.Thoughts is ThoughtForm.Required,
            MaxTools = shape.MaxTools ?? int.MaxValue,
        }.Intern());
    }

    private bool IsForeign(ChatMessage message, string model) =>
        (message as HistoryMessage)?.Origin is { } origin && !origin.Is(_options.Protocol, model);

    private static void AddMessages(
        List<byte[]> body, Form form, IReadOnlyList<ChatMessage> messages, string? instructions, Func<ChatMessage, bool> isForeign)
    {
        var isFirst = true;
        if (!string.IsNullOrEmpty(instructions))
        {
            messages = [new ChatMessage(ChatRole.System, instructions), .. messages];
        }

        messages = Conversation.Tidy(messages);
        if (form.Shape.OmitSystemRole || form.Shape.AlternateRoles)
        {
            messages = RoleOrder.Apply(messages, form.Shape, form.Dialect.KeepToolMedia);
        }

        for (var i = 0; i < messages.Count; i++)
        {
            // A mark makes the last message's form differ from the one it has in later requests, so that form is not kept.
            // The provider's cache compares content, not marks: it hits all the same.
            var isMarked = form.MarksCache && (i == messages.Count - 1 || messages[i].Role == ChatRole.System);
            var own = isForeign(messages[i]) ? form.Foreign : form;
            Add(messages[i] is HistoryMessage history && !isMarked
                ? history.GetWire(own.Dialect, own.WriteMessage) : own.Messages.Write(messages[i], isMarked));
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
            headers.Add(_variant.KeyHeader is { } header ? new(header, key) : new("Authorization", $"Bearer {key}"));
        }

        return headers;
    }

    /// <summary>The default of the policy: what a server surely grants, and no more than the model can do.</summary>
    internal static int MaxTokens(ChatClientOptions options, string model, ChatOptions? request)
    {
        var limits = ModelCatalogue.Find(model);
        return (options.Sampling.MaxCompletionTokens ?? options.Sampling.MaxTokens ?? options.MaxOutputTokens
            ?? request?.MaxOutputTokens) is { } wanted
            ? (limits.IsOutputLimitKnown ? Math.Min(wanted, limits.OutputLimit) : wanted)
            : Math.Min(limits.OutputLimit, DefaultMaxTokens);
    }

    /// <summary>The form of requests to one model, with what writes it.</summary>
    private sealed class Form(OpenAIShape shape, bool marksCache, OpenAIDialect dialect)
    {
        public OpenAIShape Shape { get; } = shape;

        public bool MarksCache { get; } = marksCache;

        public OpenAIDialect Dialect { get; } = dialect;

        public OpenAIMessageWriter Messages { get; } = new(dialect);

        /// <summary>Gets the form of messages that came from another model.</summary>
        public Form Foreign => field ??= new Form(Shape, MarksCache, (Dialect with { IsForeign = true }).Intern());

        public byte[] WriteTools(ToolSet tools) => OpenAIToolWriter.Write(tools, Dialect);

        public byte[] WriteMessage(HistoryMessage message) => Messages.Write(message, isMarked: false);
    }
}
