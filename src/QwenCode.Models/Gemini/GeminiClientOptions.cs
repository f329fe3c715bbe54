namespace QwenCode.Models.Gemini;

/// <summary>Options of <see cref="GeminiChatClient"/>.</summary>
public sealed record GeminiClientOptions : ChatClientOptions
{
    /// <summary>Gets the address below which the models lie; without a version it is <c>v1beta</c>. The default is Google's own.</summary>
    public override Uri BaseUrl { get; init; } = new("https://generativelanguage.googleapis.com");

    /// <summary>
    /// Gets what makes the address of a request from the model's id, for hosts that offer the models under addresses of their own, such as
    /// Vertex.
    /// </summary>
    /// <value>The default is <c>null</c>: <c>models/MODEL:streamGenerateContent</c> below <see cref="BaseUrl"/>.</value>
    public Func<string, Uri>? Address { get; init; }

    /// <summary>
    /// Gets whether tool schemas are rewritten for servers that know OpenAPI 3.0 only (<c>schemaCompliance: openapi_30</c>).
    /// </summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets the environment variable that usually holds the key, for advice.</summary>
    public string KeyVariable { get; init; } = "GEMINI_API_KEY";

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
