using System.Collections.Concurrent;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// All that the wire form of a message or a tool depends on beside itself. Equal dialects are one object, so that clients share
/// the bytes. Its members are of types whose comparers the runtime brings along: others would be compiled at every start.
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

    /// <summary>Gets whether earlier thoughts are not sent.</summary>
    public bool OmitThoughts { get; init; }

    /// <summary>Gets whether the message came from another model, which leaves out thoughts and what else only that one takes.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Gets whether a thought is sent with each answer that calls tools, also if none was kept.</summary>
    public bool RequireThoughts { get; init; }

    /// <summary>Gets how many tools are offered at most.</summary>
    public int MaxTools { get; init; } = int.MaxValue;

    /// <summary>Returns the one object that stands for a dialect.</summary>
    public OpenAIDialect Intern() => Known.GetOrAdd(this, this);
}
