using System.Collections.Concurrent;

namespace QwenCode.Models.Gemini;

/// <summary>
/// All that the wire form of a message or a tool depends on beside itself. Equal dialects are one object, so that clients share the bytes.
/// </summary>
internal sealed record GeminiDialect
{
    private static readonly ConcurrentDictionary<GeminiDialect, GeminiDialect> Known = new();

    /// <summary>Gets the media the model takes.</summary>
    public ModelModalities Modalities { get; init; }

    /// <summary>Gets whether the message came from another model, whose signatures mean nothing here.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Gets whether the first call of an answer must be signed.</summary>
    public bool NeedsSignatures { get; init; }

    /// <summary>Gets whether the media of a result stand inside it.</summary>
    public bool NestsMedia { get; init; }

    /// <summary>Gets whether tool schemas are sent in the older form.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Returns the one object that stands for a dialect.</summary>
    public GeminiDialect Intern() => Known.GetOrAdd(this, this);
}
