namespace QwenCode.Permissions;

/// <summary>A permission rule is not valid. Rules are never guessed: a guess could allow more than intended.</summary>
/// <param name="rule">The rule as written.</param>
/// <param name="origin">Where the rule is written, such as <c>settings.json: permissions.deny[2]</c>.</param>
/// <param name="problem">What is wrong and how to fix it.</param>
public sealed class PermissionRuleException(string rule, string origin, string problem)
    : QwenCodeException($"{origin}: the permission rule \"{rule}\" is not valid: {problem}")
{
    /// <summary>Gets the rule as written.</summary>
    public string Rule { get; } = rule;

    /// <summary>Gets what is wrong and how to fix it.</summary>
    public string Problem { get; } = problem;

    /// <summary>Gets where the rule is written.</summary>
    public string Origin { get; } = origin;
}
