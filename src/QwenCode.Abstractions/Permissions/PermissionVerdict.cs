namespace QwenCode.Permissions;

/// <summary>What permission rules decide about a call, before the approval mode is applied.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Rule">The rule that decided, as it is written; <c>null</c> if none did.</param>
/// <param name="IsExplicitAsk">Whether an ask rule forces the question, so that a lasting "yes" is not offered.</param>
public sealed record PermissionVerdict(PermissionDecision Decision, string? Rule = null, bool IsExplicitAsk = false);
