namespace QwenCode.Permissions;

/// <summary>What permission rules decide about a call, before the approval mode is applied.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Rule">The rule that decided, as it is written; <c>null</c> if none did.</param>
/// <param name="IsExplicitAsk">Whether an ask rule forces the question, so that a lasting "yes" is not offered.</param>
public sealed record PermissionVerdict(PermissionDecision Decision, string? Rule = null, bool IsExplicitAsk = false)
{
    /// <summary>
    /// Gets whether the call is beyond what its agent may do by itself, so that no approval mode lets it run: it is asked about, and in a
    /// mode that asks about nothing it is denied.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool IsBeyondAgent { get; init; }
}
