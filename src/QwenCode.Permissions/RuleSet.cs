using System.Collections.Immutable;

namespace QwenCode.Permissions;

/// <summary>All rules in force at one moment, those of the session first.</summary>
internal sealed record RuleSet(ImmutableArray<PermissionRule> Allow, ImmutableArray<PermissionRule> Ask, ImmutableArray<PermissionRule> Deny);
