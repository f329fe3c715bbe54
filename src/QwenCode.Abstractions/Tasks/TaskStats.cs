namespace QwenCode.Tasks;

/// <summary>What a task has spent.</summary>
/// <param name="TotalTokens">Tokens as the provider counts them, over all requests.</param>
/// <param name="ToolUses">Tool calls made.</param>
/// <param name="Duration">Time since it began to run.</param>
public sealed record TaskStats(long TotalTokens, int ToolUses, TimeSpan Duration)
{
    /// <summary>Gets nothing spent.</summary>
    public static TaskStats Zero { get; } = new(0, 0, TimeSpan.Zero);
}
