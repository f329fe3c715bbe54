using System.Collections.Concurrent;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// All that the wire form of a message or a tool depends on beside itself. Equal dialects are one object, so that clients share
/// the bytes.
/// </summary>
internal sealed record OpenAIDialect(ModelModalities Modalities, bool FlattenContent, bool UseOpenApi30Schemas, bool MarkLastTool)
{
    private static readonly ConcurrentDictionary<OpenAIDialect, OpenAIDialect> Known = new();

    /// <summary>Gives the one object that stands for a dialect.</summary>
    public OpenAIDialect Intern() => Known.GetOrAdd(this, this);
}
