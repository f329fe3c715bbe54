namespace QwenCode.Permissions;

/// <summary>Permission rules of one agent. They only narrow what the agent that launches it may do, never widen it.</summary>
/// <param name="Origin">Where they are written, for messages.</param>
public sealed record AgentPermissions(string Origin)
{
    /// <summary>
    /// Gets the list of what the agent may do beyond what needs no approval. A call that the list does not cover is asked about,
    /// whatever other rules and the approval mode say, and denied if nobody can be asked. A call that it covers still needs the approval
    /// it would need without the list.
    /// </summary>
    /// <value>The default, <c>null</c>, is no list; an empty list covers nothing.</value>
    public IReadOnlyList<PermissionRuleText>? Allow { get; init; }

    /// <summary>Gets rules that force a question, beside those of the session.</summary>
    public IReadOnlyList<PermissionRuleText> Ask { get; init; } = [];

    /// <summary>Gets rules that forbid calls, beside those of the session.</summary>
    public IReadOnlyList<PermissionRuleText> Deny { get; init; } = [];
}
