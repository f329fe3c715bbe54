namespace QwenCode.Models.Gemini;

/// <summary>What a model on a host takes: at first by its name, then by what it refused. It never goes back to what was refused.</summary>
internal sealed record GeminiShape
{
    /// <summary>Gets how the model is told to think.</summary>
    public GeminiThinking Thinking { get; init; }

    /// <summary>Gets whether calls must be signed, and results may hold media: Gemini 3 and later.</summary>
    public bool IsThree { get; init; }

    /// <summary>Gets whether the media of results follow them, although the model is new enough to take them inside.</summary>
    public bool SeparatesMedia { get; init; }

    /// <summary>Gets whether tool schemas are sent in the older form, which knows a part of OpenAPI 3.0.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets whether no penalties are sent.</summary>
    public bool OmitPenalties { get; init; }

    /// <summary>Returns the shape that a model's name suggests.</summary>
    /// <param name="model">The model's id.</param>
    public static GeminiShape For(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var at = name.IndexOf("gemini-", StringComparison.Ordinal);
        var version = at < 0 ? string.Empty : name[(at + 7)..];
        var isThree = version.Length > 0 && version[0] is >= '3' and <= '9';
        var isOld = version.StartsWith('1') || version.StartsWith("2.0", StringComparison.Ordinal)
            || name.StartsWith("gemma", StringComparison.Ordinal);
        return new()
        {
            IsThree = isThree,
            Thinking = isThree ? GeminiThinking.Level
                : version.StartsWith("2.5", StringComparison.Ordinal) ? GeminiThinking.Budget
                : isOld ? GeminiThinking.None : GeminiThinking.Shown,
        };
    }
}
