using System.Text;
using System.Text.Json;
using QwenCode.Models;

namespace QwenCode.Configuration.Models;

/// <summary>How requests to a model are made; <c>null</c> leaves a matter to the model client's default.</summary>
public sealed record GenerationConfig
{
    /// <summary>Gets a configuration that says nothing.</summary>
    public static GenerationConfig Empty { get; } = new();

    /// <summary>
    /// Gets how many milliseconds to wait for an answer to begin, and for more of it when it has begun (<c>timeout</c>); 0 is no limit.
    /// </summary>
    public int? TimeoutMs { get; init; }

    /// <summary>Gets how often to try again (<c>maxRetries</c>).</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Gets further codes that mean "too many requests" (<c>retryErrorCodes</c>).</summary>
    public IReadOnlyList<int> RetryErrorCodes { get; init; } = [];

    /// <summary>Gets the sampling parameters, under the names that go on the wire (<c>samplingParams</c>).</summary>
    public JsonElement? SamplingParams { get; init; }

    /// <summary>Gets <c>false</c> or an object with <c>effort</c> and <c>budget_tokens</c> (<c>reasoning</c>).</summary>
    public JsonElement? Reasoning { get; init; }

    /// <summary>Gets whether cache marks are sent (<c>enableCacheControl</c>).</summary>
    public bool? EnableCacheControl { get; init; }

    /// <summary>Gets <c>auto</c> or <c>openapi_30</c> (<c>schemaCompliance</c>).</summary>
    public string? SchemaCompliance { get; init; }

    /// <summary>
    /// Gets whether media in a tool's result go into a user message behind it (<c>splitToolMedia</c>); in the message of the tool, strict
    /// servers refuse them.
    /// </summary>
    public bool? SplitToolMedia { get; init; }

    /// <summary>Gets how many tokens a request may hold (<c>contextWindowSize</c>).</summary>
    public int? ContextWindowSize { get; init; }

    /// <summary>
    /// Gets what the model costs, in US dollars for a million tokens: <c>input</c>, <c>output</c>, and, if they differ,
    /// <c>cachedInput</c> and <c>cacheWrite</c> (<c>price</c>).
    /// </summary>
    public ModelPrice? Price { get; init; }

    /// <summary>Gets the media that may be sent (<c>modalities</c>).</summary>
    public ModelModalities? Modalities { get; init; }

    /// <summary>
    /// Gets headers that are sent with every request (<c>customHeaders</c>). They may hold secrets and are never printed.
    /// </summary>
    public IReadOnlyDictionary<string, string>? CustomHeaders { get; init; }

    /// <summary>Gets members laid over every request's body (<c>extra_body</c>). Never printed.</summary>
    public JsonElement? ExtraBody { get; init; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("TimeoutMs = ").Append(TimeoutMs).Append(", MaxRetries = ").Append(MaxRetries)
            .Append(", ContextWindowSize = ").Append(ContextWindowSize).Append(", Modalities = ").Append(Modalities);
        return true;
    }
}
