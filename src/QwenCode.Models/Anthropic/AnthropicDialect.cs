using System.Collections.Concurrent;

namespace QwenCode.Models.Anthropic;

/// <summary>
/// All that the wire form of a message or a tool depends on beside itself. Equal dialects are one object, so that clients share the bytes.
/// </summary>
internal sealed record AnthropicDialect
{
    private static readonly ConcurrentDictionary<AnthropicDialect, AnthropicDialect> Known = new();

    /// <summary>Gets the media the model takes.</summary>
    public ModelModalities Modalities { get; init; }

    /// <summary>Gets whether the message came from another model, whose signatures mean nothing here.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Gets whether tool schemas are rewritten for OpenAPI 3.0.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Returns the one object that stands for a dialect.</summary>
    public AnthropicDialect Intern() => Known.GetOrAdd(this, this);
}
