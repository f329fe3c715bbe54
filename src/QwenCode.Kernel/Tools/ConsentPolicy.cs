using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// The policy of a session without rules: a call needs approval if its tool says so. It understands no commands and no paths, so it
/// never takes a command for one that only reads, and auto-edit never spares a question.
/// </summary>
internal sealed class ConsentPolicy : IPermissionPolicy
{
    /// <summary>Gets the one policy; it has no state.</summary>
    public static ConsentPolicy Instance { get; } = new();

    /// <inheritdoc/>
    public string? FindBan(string toolName) => null;

    /// <inheritdoc/>
    public CallReading Read(ToolDeclaration tool, ToolArguments arguments) => new Reading(tool, arguments);

    // Without rules there is nothing to add to; the call that was approved runs all the same.
    public void Allow(IReadOnlyList<string> rules, PermissionScope scope)
    {
    }

    private sealed class Reading(ToolDeclaration tool, ToolArguments arguments) : CallReading(tool, arguments)
    {
        public override PermissionVerdict Judge(ToolConsent own) =>
            new(own is ToolConsent.Allow ? PermissionDecision.Allow : PermissionDecision.Ask);
    }
}
