using System.Collections.Immutable;

namespace QwenCode.Permissions;

/// <summary>A snapshot of all rules in force, those of the session first.</summary>
internal sealed record RuleSet(ImmutableArray<PermissionRule> Allow, ImmutableArray<PermissionRule> Ask,
    ImmutableArray<PermissionRule> Deny);
