namespace QwenCode.Permissions;

/// <summary>A rule as text, with its origin.</summary>
/// <param name="Text">The rule.</param>
/// <param name="Origin">Where the rule is written, such as <c>settings.json: permissions.deny[2]</c> or <c>--allowed-tools</c>.</param>
public sealed record PermissionRuleText(string Text, string Origin);
