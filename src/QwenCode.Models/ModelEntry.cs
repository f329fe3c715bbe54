using System.Net;
using System.Text.Json;
using QwenCode.Models.Cassettes;
using QwenCode.Models.OpenAI;

namespace QwenCode.Models;

/// <summary>
/// A model that can be selected, with all it takes to ask it. Never shows its key: <see cref="ToString"/> names protocol and model
/// only.
/// </summary>
public sealed record ModelEntry
{
    /// <summary>Gets the protocol: <c>openai</c>, <c>anthropic</c>, <c>gemini</c>, or a host's own word.</summary>
    public required string Protocol { get; init; }

    /// <summary>Gets the model's id on the wire.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name people see. The default is <see cref="Id"/>.</summary>
    public string Name
    {
        get => field ?? Id;
        init;
    }

    /// <summary>Gets what people are told about the model.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the address; <c>null</c> is the protocol's own, where it has one.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Gets the key itself, already read from wherever it is kept.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Gets the variable the key was looked for in, if the entry names one; errors name it.</summary>
    public string? EnvKey { get; init; }

    /// <summary>
    /// Gets whether the model can only be asked with a key. The default is <c>true</c>; a server on this machine may do without.
    /// </summary>
    public bool NeedsKey { get; init; } = true;

    /// <summary>Gets the context window; <c>null</c> decides by the name.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Gets the media the model takes; <c>null</c> decides by the name.</summary>
    public ModelModalities? Modalities { get; init; }

    /// <summary>Gets the sampling parameters.</summary>
    public SamplingParameters Sampling { get; init; } = SamplingParameters.None;

    /// <summary>Gets the output limit of the environment, used where the sampling parameters set none.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Gets the <c>reasoning</c> setting.</summary>
    public JsonElement? Reasoning { get; init; }

    /// <summary>Gets members that are spread over the body last; <c>openai</c> only.</summary>
    public JsonElement? ExtraBody { get; init; }

    /// <summary>Gets headers that are merged last.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets how long an answer may take to begin, and how long it may then be silent; <c>null</c> is the client's default, zero is no
    /// limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how often a request is repeated; <c>null</c> is the client's default.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Gets whether a provider's limits are waited out, however long that takes.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool WaitsForLimits { get; init; }

    /// <summary>Gets what the model costs; <c>null</c> if nobody has said.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>Gets further codes that mean "too many requests".</summary>
    public IReadOnlyCollection<int> RetryErrorCodes { get; init; } = [];

    /// <summary>Gets whether the provider is told what to cache.</summary>
    public bool EnableCacheControl { get; init; } = true;

    /// <summary>Gets whether tool schemas are rewritten for OpenAPI 3.0.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets whether the media of a tool's result go into a user message behind it; <c>openai</c> only.</summary>
    /// <value>The default is <c>true</c>.</value>
    public bool SplitToolMedia { get; init; } = true;

    /// <summary>Gets what is told of changes to the form of requests that a provider wanted.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>Gets the <c>User-Agent</c> header.</summary>
    public string UserAgent { get; init; } = "QwenCode";

    /// <summary>Gets the session's id, for providers that want it.</summary>
    public string? SessionId { get; init; }

    /// <summary>
    /// Gets what returns a variable of the environment, for protocols whose credentials are found by several; <c>vertex-ai</c>.
    /// </summary>
    /// <value>The default is <c>null</c>: the environment of the process.</value>
    public Func<string, string?>? Variable { get; init; }

    /// <summary>Gets the proxy; <c>null</c> follows the environment.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Gets a file of certificate authorities, in PEM form, that are trusted beside the system's.</summary>
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

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public override string ToString() => $"{Protocol}:{Id}";
}
