namespace QwenCode.Permissions;

/// <summary>A permission rule cannot be understood. Rules are never guessed at: a guess could allow more than was meant.</summary>
/// <param name="rule">The rule as written.</param>
/// <param name="origin">Where it stands, such as <c>settings.json: permissions.deny[2]</c>.</param>
/// <param name="problem">What is wrong and what to do.</param>
public sealed class PermissionRuleException(string rule, string origin, string problem)
    : QwenCodeException($"{origin}: the permission rule \"{rule}\" cannot be understood: {problem}")
{
    /// <summary>Gets the rule as written.</summary>
    public string Rule { get; } = rule;

    /// <summary>Gets where the rule stands.</summary>
    public string Origin { get; } = origin;
}
