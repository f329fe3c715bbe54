using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Models.Catalogue;
using QwenCode.Models.OpenAI;

namespace QwenCode.Models;

/// <summary>
/// Makes chat clients for the models that are configured. A client is made when its model is first asked for, and shared from then
/// on.
/// </summary>
public sealed class ModelProvider : IModelProvider
{
    private readonly IReadOnlyList<ModelEntry> _entries;
    private readonly ModelEntry? _default;
    private readonly Dictionary<string, Func<ModelEntry, IChatClient>> _protocols;
    private readonly ConcurrentDictionary<ModelEntry, ModelReference> _references = new(ReferenceEqualityComparer.Instance);
    private readonly ConditionalWeakTable<ModelEntry, ConcurrentDictionary<string, ModelEntry>> _variants = [];
    private readonly ConditionalWeakTable<IChatClient, ModelEntry> _entryOf = [];

    /// <summary>Creates a provider.</summary>
    /// <param name="entries">What can be selected; of several with one protocol and id the first counts.</param>
    /// <param name="defaultEntry">What is used where nothing is said; <c>null</c> is the first entry.</param>
    /// <param name="protocols">Further protocols, or other clients for the known ones.</param>
    public ModelProvider(
        IReadOnlyList<ModelEntry> entries, ModelEntry? defaultEntry = null,
        IReadOnlyDictionary<string, Func<ModelEntry, IChatClient>>? protocols = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = entries;
        _default = defaultEntry ?? (entries.Count > 0 ? entries[0] : null);
        _protocols = new(StringComparer.OrdinalIgnoreCase)
        {
            [ModelProtocols.OpenAI] = CreateOpenAI,
            [ModelProtocols.Anthropic] = CreateAnthropic,
            [ModelProtocols.Gemini] = CreateGemini,
            [ModelProtocols.VertexAI] = CreateVertex,
        };
        foreach (var (name, create) in protocols ?? new Dictionary<string, Func<ModelEntry, IChatClient>>())
        {
            _protocols[name] = create;
        }
    }

    /// <summary>Gets what can be selected.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <inheritdoc/>
    /// <exception cref="ModelException">No model is configured, or its key or address is missing.</exception>
    public ModelReference Default => Get(_default ?? throw Missing("No auth type is selected.",
        "Set OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL, or 'security.auth.selectedType' and 'modelProviders' in settings.json."));

    /// <inheritdoc/>
    public ModelReference Resolve(string? selector, ModelReference? parent = null)
    {
        selector = selector?.Trim();
        if (string.IsNullOrEmpty(selector) || selector.Equals("inherit", StringComparison.OrdinalIgnoreCase))
        {
            return parent ?? Default;
        }

        // Ids may hold a colon themselves (qwen3:8b); only a known protocol before it makes it a selector.
        if (selector.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && _protocols.ContainsKey(selector[..colon])
            && colon + 1 < selector.Length)
        {
            return ResolveIn(selector[..colon], selector[(colon + 1)..], parent);
        }

        return ResolveIn(parent?.Protocol ?? _default?.Protocol ?? ModelProtocols.OpenAI, selector, parent);
    }

    private ModelReference ResolveIn(string protocol, string model, ModelReference? parent)
    {
        foreach (var entry in _entries)
        {
            if (entry.Id == model && IsProtocol(entry, protocol))
            {
                return Get(entry);
            }
        }

        if (parent is not null && parent.Protocol.Equals(protocol, StringComparison.OrdinalIgnoreCase))
        {
            if (parent.Id == model)
            {
                return parent;
            }

            if (!_entryOf.TryGetValue(parent.Client, out var known))
            {
                // A client of the host's own: it is asked for the other model by name.
                var options = parent.Options?.Clone() ?? new ChatOptions();
                options.ModelId = model;
                return parent with { Id = model, ContextWindow = ModelCatalogue.Find(model).ContextWindow,
                    Modalities = ModelCatalogue.Find(model).Modalities, Options = options };
            }

            return Get(Variant(known, model));
        }

        var source = _default is not null && IsProtocol(_default, protocol)
            ? _default : _entries.FirstOrDefault(entry => IsProtocol(entry, protocol));
        return source is null
            ? throw Missing($"No provider is configured for '{protocol}:{model}'.",
                $"Add an entry with id '{model}' under 'modelProviders.{protocol}' in settings.json.")
            : Get(source.Id == model ? source : Variant(source, model));
    }

    private static bool IsProtocol(ModelEntry entry, string protocol) =>
        entry.Protocol.Equals(protocol, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The same account, another model: what was said of the first model's window and media does not hold for the second.
    /// </summary>
    private ModelEntry Variant(ModelEntry entry, string model) => _variants.GetOrCreateValue(entry).GetOrAdd(
        model,
        static (id, entry) => entry with { Id = id, Name = id, Description = null, ContextWindow = null, Modalities = null },
        entry);

    private ModelReference Get(ModelEntry entry) => _references.GetOrAdd(entry, Create);

    private ModelReference Create(ModelEntry entry)
    {
        if (!_protocols.TryGetValue(entry.Protocol, out var create))
        {
            throw Missing($"The protocol '{entry.Protocol}' of the model '{entry.Id}' is not known.",
                $"Use one of: {string.Join(", ", _protocols.Keys)}.");
        }

        var client = create(entry);
        _entryOf.AddOrUpdate(client, entry);
        var limits = ModelCatalogue.Find(entry.Id);
        return new(entry.Id, entry.Protocol, client, entry.ContextWindow ?? limits.ContextWindow, entry.Modalities ?? limits.Modalities)
        {
            Price = entry.Price,
        };
    }

    private static OpenAIChatClient CreateOpenAI(ModelEntry entry)
    {
        if (entry.NeedsKey && string.IsNullOrWhiteSpace(entry.ApiKey))
        {
            throw Missing(
                "Missing API key for OpenAI-compatible auth. " + (entry.EnvKey is { } variable
                    ? $"Set the environment variable '{variable}'."
                    : "Set 'security.auth.apiKey' in settings.json, or the environment variable 'OPENAI_API_KEY'."),
                entry.EnvKey is { } name
                    ? $"The provider entry of '{entry.Id}' takes its key from {name} only."
                    : "A server that needs no key takes any value.");
        }

        return new OpenAIChatClient(Apply(entry, new OpenAIClientOptions
        {
            Model = entry.Id,
            BaseUrl = entry.BaseUrl ?? new Uri("https://api.openai.com/v1"),
            ExtraBody = entry.ExtraBody,
            UseOpenApi30Schemas = entry.UseOpenApi30Schemas,
            SessionId = entry.SessionId,
            SplitToolMedia = entry.SplitToolMedia,
        }));
    }

    private static Anthropic.AnthropicChatClient CreateAnthropic(ModelEntry entry) => new(Apply(
        WithKey(entry, "ANTHROPIC_API_KEY"),
        new Anthropic.AnthropicClientOptions { Model = entry.Id, BaseUrl = entry.BaseUrl ?? new Uri("https://api.anthropic.com") }));

    private static Gemini.GeminiChatClient CreateGemini(ModelEntry entry) => new(Apply(
        WithKey(entry, "GEMINI_API_KEY"),
        new Gemini.GeminiClientOptions
        {
            Model = entry.Id,
            BaseUrl = entry.BaseUrl ?? new Uri("https://generativelanguage.googleapis.com"),
            UseOpenApi30Schemas = entry.UseOpenApi30Schemas,
        }));

    private static WireChatClient CreateVertex(ModelEntry entry) => Vertex.VertexClients.Create(
        options => Apply(entry, options),
        new Vertex.VertexSettings(entry.Variable ?? Environment.GetEnvironmentVariable, entry.ApiKey),
        entry.BaseUrl,
        entry.Id,
        entry.UseOpenApi30Schemas);

    /// <summary>Returns the entry if it has the key that it needs.</summary>
    private static ModelEntry WithKey(ModelEntry entry, string variable) =>
        entry.NeedsKey && string.IsNullOrWhiteSpace(entry.ApiKey)
            ? throw Missing($"{entry.EnvKey ?? variable} environment variable not found.",
                $"Set it, or 'security.auth.apiKey' in settings.json, to use the model '{entry.Id}'.")
            : entry;

    private static T Apply<T>(ModelEntry entry, T options)
        where T : ChatClientOptions => (T)(options with
        {
            Protocol = entry.Protocol,
            ApiKey = entry.ApiKey,
            Headers = entry.Headers,
            Sampling = entry.Sampling,
            MaxOutputTokens = entry.MaxOutputTokens,
            Reasoning = entry.Reasoning,
            EnableCacheControl = entry.EnableCacheControl,
            MaxRetries = entry.MaxRetries ?? options.MaxRetries,
            RetryErrorCodes = entry.RetryErrorCodes,
            WaitsForLimits = entry.WaitsForLimits,
            ResponseTimeout = Limit(entry.Timeout) ?? options.ResponseTimeout,
            IdleTimeout = Limit(entry.Timeout) ?? options.IdleTimeout,
            Report = entry.Report,
            UserAgent = entry.UserAgent,
            Modalities = entry.Modalities,
            Proxy = entry.Proxy,
            CertificateFile = entry.CertificateFile,
            AcceptsAnyCertificate = entry.AcceptsAnyCertificate,
            LogDirectory = entry.LogDirectory,
            Cassette = entry.Cassette,
            TimeProvider = entry.TimeProvider,
        });

    private static TimeSpan? Limit(TimeSpan? timeout) => timeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout;

    private static ModelException Missing(string message, string advice) => new(ModelFault.NotConfigured, message, advice: advice);
}
