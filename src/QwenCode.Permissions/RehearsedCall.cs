using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>A call that was made earlier, with what the rules say of it now.</summary>
public sealed class RehearsedCall
{
    internal RehearsedCall(
        ToolDeclaration? tool, string name, ToolArguments? arguments, ToolConsent own, RehearsedAgent agent) =>
        (Tool, Name, Arguments, Own, Agent) = (tool, name, arguments, own, agent);

    /// <summary>Gets the name that was called.</summary>
    public string Name { get; }

    /// <summary>Gets the shell command that was called; <c>null</c> if the call runs none.</summary>
    public string? Command => Tool is null || Arguments is null ? null : CallValues.Command(Tool, Given);

    /// <summary>Gets what would happen.</summary>
    public PermissionDecision Decision { get; internal set; }

    /// <summary>Gets the rule or the reason behind it.</summary>
    public string Reason { get; internal set; } = string.Empty;

    internal ToolDeclaration? Tool { get; }

    internal ToolArguments? Arguments { get; }

    /// <summary>Gets the arguments of a call that has some.</summary>
    internal ToolArguments Given => Arguments.GetValueOrDefault();

    internal ToolConsent Own { get; }

    internal RehearsedAgent Agent { get; }
}

/// <summary>What would let calls run that were made earlier.</summary>
/// <param name="Allow">The rules, for <c>permissions.allow</c>.</param>
/// <param name="Uncovered">The calls that these rules do not cover, and why none was found.</param>
public sealed record RehearsedRules(IReadOnlyList<string> Allow, IReadOnlyList<(RehearsedCall Call, string Reason)> Uncovered);
