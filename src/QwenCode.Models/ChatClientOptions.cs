using System.Net;
using System.Text.Json;
using QwenCode.Models.Cassettes;
using QwenCode.Models.OpenAI;

namespace QwenCode.Models;

/// <summary>
/// What every client that speaks over the wire is told. Never shows its key: <see cref="ToString"/> names model and host only.
/// </summary>
public abstract record ChatClientOptions
{
    /// <summary>Gets the model's id on the wire; <c>ChatOptions.ModelId</c> overrides it for one request.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Gets the name under which the model is known to be asked by: answers whose origin says another get no thoughts and signatures back.
    /// </summary>
    public string Protocol { get; init; } = ModelProtocols.OpenAI;

    /// <summary>Gets the API key; <c>null</c> sends none, as local servers like it.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Gets headers that are merged last, over our own.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the sampling parameters; they win over those of a request.</summary>
    public SamplingParameters Sampling { get; init; } = SamplingParameters.None;

    /// <summary>
    /// Gets the output limit of the environment (<c>QWEN_CODE_MAX_OUTPUT_TOKENS</c>), used where the sampling parameters set none.
    /// </summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>
    /// Gets the <c>reasoning</c> setting: an object with <c>effort</c> and perhaps <c>budget_tokens</c>, or <c>false</c>.
    /// </summary>
    public JsonElement? Reasoning { get; init; }

    /// <summary>Gets whether the provider is told what to cache, where it wants to be told. The default is <c>true</c>.</summary>
    public bool EnableCacheControl { get; init; } = true;

    /// <summary>
    /// Gets how often a request that failed in passing is repeated. The default is 3, so that there are at most 4 attempts.
    /// </summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Gets further HTTP statuses or provider codes that mean "too many requests".</summary>
    public IReadOnlyCollection<int> RetryErrorCodes { get; init; } = [];

    /// <summary>
    /// Gets the first pause before a repetition; it doubles each time, up to 30 s. The default is 0.5 s, four times that after a
    /// 429 or 503.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Gets the longest <c>Retry-After</c> that is waited for; a server that asks for more is not asked again. The default is 60
    /// s.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets whether a provider's limits (429, 503, 529) are waited out, however long that takes: as long as the provider says, else up to
    /// 5 minutes at a time. A quota that is used up for good is not waited for.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool WaitsForLimits { get; init; }

    /// <summary>
    /// Gets how long an answer may take to begin; <see cref="Timeout.InfiniteTimeSpan"/> is no limit. Local models take minutes for a
    /// long prompt.
    /// </summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets how long an answer that has begun may be silent; <see cref="Timeout.InfiniteTimeSpan"/> is no limit. Some servers send their
    /// headers at once and then read the prompt.
    /// </summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the <c>User-Agent</c> header.</summary>
    public string UserAgent { get; init; } = "QwenCode";

    /// <summary>Gets the media the model takes; <c>null</c> decides by the model's name.</summary>
    public ModelModalities? Modalities { get; init; }

    /// <summary>Gets the proxy; <c>null</c> uses <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c>.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Gets a file of certificate authorities, in PEM form, that are trusted beside the system's.</summary>
    /// <value>The default is <c>null</c>, which trusts the system's alone.</value>
    public string? CertificateFile { get; init; }

    /// <summary>
    /// Gets whether the certificates of servers are not checked. Whoever can reach the connection can then read and change it.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool AcceptsAnyCertificate { get; init; }

    /// <summary>Gets the directory that each request and its answer are written to, without keys.</summary>
    /// <value>The default is <c>null</c>, which writes nothing.</value>
    public string? LogDirectory { get; init; }

    /// <summary>Gets the cassette that requests are recorded to or answered from.</summary>
    /// <value>The default is <c>null</c>: requests are sent, and nothing is recorded.</value>
    public CassetteUse? Cassette { get; init; }

    /// <summary>Gets what is told of changes to the form of requests that a provider wanted, one sentence each.</summary>
    /// <value>The default is <c>null</c>, which tells nobody.</value>
    public Action<string>? Report { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InvalidOptionsException">They do not; the message lists every fault.</exception>
    internal void Validate() => new OptionFaults()
        .NotEmpty(nameof(Model), Model)
        .NotEmpty(nameof(Headers), Headers)
        .NotEmpty(nameof(Sampling), Sampling)
        .NotEmpty(nameof(RetryErrorCodes), RetryErrorCodes)
        .NotEmpty(nameof(UserAgent), UserAgent)
        .NotEmpty(nameof(TimeProvider), TimeProvider)
        .AtLeast(nameof(MaxRetries), MaxRetries, 0)
        .AtLeast(nameof(MaxOutputTokens), MaxOutputTokens ?? 1, 1)
        .NotNegative(nameof(RetryDelay), RetryDelay)
        .NotNegative(nameof(MaxRetryAfter), MaxRetryAfter)
        .NotNegative(nameof(ResponseTimeout), ResponseTimeout)
        .Positive(nameof(IdleTimeout), IdleTimeout)
        .ThrowIfAny();

    /// <summary>Gets the source of jitter: numbers from 0 to below 1. The default is random.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Gets what returns the access token of the last request, so that it can be taken out of what people read.</summary>
    internal Func<string?>? CurrentToken { get; init; }

    /// <summary>Gets the output limit that the user set; <c>null</c> if there is none.</summary>
    internal int? OwnOutputLimit => Sampling.MaxCompletionTokens ?? Sampling.MaxTokens ?? MaxOutputTokens;

    /// <summary>Gets the address below which the protocol's paths lie.</summary>
    public abstract Uri BaseUrl { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Model} at {BaseUrl.Host}";
}
