using System.Text.Json;

namespace QwenCode.Models.OpenAI;

/// <summary>Options of <see cref="OpenAIChatClient"/>.</summary>
public sealed record OpenAIClientOptions : ChatClientOptions
{
    /// <summary>
    /// Gets the address below which <c>chat/completions</c> lies, usually ending in <c>/v1</c>. The default is OpenAI's own.
    /// </summary>
    public override Uri BaseUrl { get; init; } = new("https://api.openai.com/v1");

    /// <summary>Gets members that are spread over the body last: they replace what is there.</summary>
    public JsonElement? ExtraBody { get; init; }

    /// <summary>
    /// Gets whether tool schemas are rewritten for servers that know OpenAPI 3.0 only (<c>schemaCompliance: openapi_30</c>).
    /// </summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets the session's id, told to providers that want it (DashScope's <c>metadata.sessionId</c>).</summary>
    public string? SessionId { get; init; }

    /// <summary>
    /// Gets whether the media of a tool's result go into a user message behind it: in the message of the tool, strict servers refuse
    /// them (<c>splitToolMedia</c>).
    /// </summary>
    /// <value>The default is <c>true</c>.</value>
    public bool SplitToolMedia { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
