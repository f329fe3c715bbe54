namespace QwenCode.Agents;

/// <summary>What an agent may spend; each bound that is reached ends it with its own reason. <c>null</c> is no bound.</summary>
/// <param name="MaxTurns">Requests to the model (<c>runConfig.max_turns</c>).</param>
/// <param name="MaxDuration">Time since the agent began to run (<c>runConfig.max_time_minutes</c>).</param>
/// <param name="MaxTokens">Tokens as the provider counts them, in and out, summed over all requests (<c>runConfig.max_tokens</c>).</param>
/// <param name="MaxToolCalls">Tool calls (<c>runConfig.max_tool_calls</c>).</param>
public sealed record AgentBudget(int? MaxTurns = null, TimeSpan? MaxDuration = null, long? MaxTokens = null, int? MaxToolCalls = null)
{
    /// <summary>Gets no bounds.</summary>
    public static AgentBudget None { get; } = new();

    /// <summary>Returns the tighter bound of each kind.</summary>
    /// <param name="other">The other budget.</param>
    public AgentBudget Tighten(AgentBudget other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            Min(MaxTurns, other.MaxTurns),
            Min(MaxDuration, other.MaxDuration),
            Min(MaxTokens, other.MaxTokens),
            Min(MaxToolCalls, other.MaxToolCalls));

        static T? Min<T>(T? left, T? right)
            where T : struct, IComparable<T> =>
            left is { } a && right is { } b ? (a.CompareTo(b) <= 0 ? a : b) : left ?? right;
    }
}
