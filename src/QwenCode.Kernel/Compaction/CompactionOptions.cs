namespace QwenCode.Kernel.Compaction;

/// <summary>When and how conversations are compacted to make room in the model's window.</summary>
public sealed record CompactionOptions
{
    /// <summary>Gets from which part of the window on a conversation is compacted before the next request; 0 never does.</summary>
    /// <value>From 0 to 1; the default is 0.7. A request that the provider refuses as too long is compacted also at 0.</value>
    public double Threshold { get; init; } = 0.7;

    /// <summary>Gets the selector of the model that writes the notes.</summary>
    /// <value>The default, <c>null</c>, is the model of the conversation, which has its beginning cached.</value>
    public string? Model { get; init; }
}
