using System.Collections.Concurrent;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// All that the wire form of a message or a tool depends on beside itself. Equal dialects are one object, so that clients share
/// the bytes.
/// </summary>
internal sealed record OpenAIDialect
{
    private static readonly ConcurrentDictionary<OpenAIDialect, OpenAIDialect> Known = new();

    /// <summary>Gets the media the model takes.</summary>
    public ModelModalities Modalities { get; init; }

    /// <summary>Gets whether content is always one string.</summary>
    public bool FlattenContent { get; init; }

    /// <summary>Gets whether tool schemas are rewritten for OpenAPI 3.0.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets whether the last tool is marked for the provider's cache.</summary>
    public bool MarkLastTool { get; init; }

    /// <summary>Gets whether the media of a tool's result stay in its message.</summary>
    public bool KeepToolMedia { get; init; }

    /// <summary>Gets whether an answer without text has an empty text instead of <c>null</c>.</summary>
    public bool AvoidNullContent { get; init; }

    /// <summary>Gets how earlier thoughts are sent.</summary>
    public ThoughtForm Thoughts { get; init; }

    /// <summary>Gets how many tools are offered at most; <c>null</c> is any number.</summary>
    public int? MaxTools { get; init; }

    /// <summary>Returns the one object that stands for a dialect.</summary>
    public OpenAIDialect Intern() => Known.GetOrAdd(this, this);
}
