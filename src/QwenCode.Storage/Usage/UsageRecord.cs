namespace QwenCode.Storage.Usage;

/// <summary>What one answer of a model, or the result of one call, adds to what was used.</summary>
/// <param name="At">When.</param>
/// <param name="Session">The session; that of an agent is its session's.</param>
public sealed record UsageRecord(DateTimeOffset At, string Session)
{
    /// <summary>Gets the model; <c>null</c> for the result of a call.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the tokens of the request, those of the cache included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets the tokens of the answer.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets the tokens of the request that came from the provider's cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Gets the tokens of the model's thoughts.</summary>
    public long ThoughtTokens { get; init; }

    /// <summary>Gets all tokens, as the provider counts them.</summary>
    public long TotalTokens { get; init; }

    /// <summary>Gets the number of calls.</summary>
    public int Calls { get; init; }

    /// <summary>Gets the lines that the call added to files.</summary>
    public long LinesAdded { get; init; }

    /// <summary>Gets the lines that the call removed from files.</summary>
    public long LinesRemoved { get; init; }
}
