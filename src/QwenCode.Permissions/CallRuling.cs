
namespace QwenCode.Permissions;

/// <summary>The ruling on a call and on its parts.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Rule">The rule that decided, if one did.</param>
/// <param name="IsExplicitAsk">Whether the question is forced.</param>
/// <param name="IsRelevant">Whether any rule applies to the call.</param>
/// <param name="Parts">The commands of a script, one by one.</param>
internal sealed record CallRuling(PermissionDecision Decision, PermissionRule? Rule, bool IsExplicitAsk, bool IsRelevant,
    IReadOnlyList<PartRuling> Parts)
{
    public PermissionVerdict ToVerdict() => new(Decision, Rule?.Raw, IsExplicitAsk);
}

/// <summary>The ruling on one command of a script.</summary>
/// <param name="Text">The command.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Reason">The reason, for display.</param>
internal sealed record PartRuling(string Text, PermissionDecision Decision, string Reason);
