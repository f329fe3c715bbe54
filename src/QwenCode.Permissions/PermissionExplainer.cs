using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>Explains layer by layer why a call would run, need approval or be denied.</summary>
public static class PermissionExplainer
{
    /// <summary>Explains a call without running it.</summary>
    /// <param name="policy">The rules in force.</param>
    /// <param name="tool">The tool; <c>null</c> if none is registered under the name.</param>
    /// <param name="toolName">The name that is called.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="own">Whether the tool itself wants approval.</param>
    /// <param name="mode">The approval mode.</param>
    /// <param name="confirmation">What the user would be asked, if known.</param>
    public static PermissionExplanation Explain(
        PermissionPolicy policy, ToolDeclaration? tool, string toolName, ToolArguments arguments, ToolConsent own, ApprovalMode mode,
            ToolConfirmation? confirmation = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var layers = new List<PermissionLayer>();
        var ban = policy.FindBan(toolName);
        layers.Add(new PermissionLayer("L1", "enablement", ban is null ? "enabled" : "not enabled", ban is null
            ? "no rule forbids the tool as a whole" : $"forbidden by {ban}"));
        if (ban is not null)
        {
            return new PermissionExplanation(PermissionDecision.Deny, layers);
        }

        layers.Add(new PermissionLayer("L2", "existence", tool is null ? "unknown" : "known", tool is null
            ? $"no tool is called {toolName}" : $"{tool.Source}, kind {tool.Kind}"));
        if (tool is null)
        {
            return new PermissionExplanation(PermissionDecision.Deny, layers);
        }

        var reading = new PolicyReading(policy, tool, arguments);
        if (tool.Name == ToolNames.Shell && reading.Command is not null)
        {
            own = reading.IsReadOnlyCommand ? ToolConsent.Allow : ToolConsent.Ask;
        }

        layers.Add(new PermissionLayer("L3", "the tool's own view", own is ToolConsent.Allow ? "allow" : "ask", own is ToolConsent.Allow
            ? "the tool needs no approval" : ReasonToAsk(tool.Kind)));
        var ruling = reading.Rule(own);
        layers.Add(new PermissionLayer("L4", "rules", Word(ruling.Decision), ruling.Rule is { } rule ? $"{rule.Raw} ({rule.Origin})"
            : ruling.IsRelevant ? "the parts together" : "no rule applies")
        {
            Parts = [.. ruling.Parts.Select(static part => $"{part.Text}: {Word(part.Decision)}, {part.Reason}")],
        });
        var decision = reading.Decide(new ModeRequest(mode, ruling.ToVerdict(), policy.Workspace, [], confirmation));
        var outcome = decision switch
        {
            ModeDecision.Run => "run",
            ModeDecision.Deny => "deny",
            ModeDecision.Block => "block",
            _ => "ask",
        };
        layers.Add(new PermissionLayer("L5", "approval mode", outcome, decision switch
        {
            ModeDecision.Block => "plan mode changes nothing",
            ModeDecision.Deny => "rules forbid the call in every mode",
            ModeDecision.Confirm
                or ModeDecision.AskUser => $"in mode {mode.ToWire()} the call needs approval; if the user cannot be asked, it is denied",
            _ => $"mode {mode.ToWire()}",
        }));
        return new PermissionExplanation(
            decision is ModeDecision.Run ? PermissionDecision.Allow : decision is ModeDecision.Deny or ModeDecision.Block
                ? PermissionDecision.Deny : PermissionDecision.Ask, layers);
    }

    internal static string ReasonToAsk(ToolKind kind) => kind switch
    {
        ToolKind.Read or ToolKind.Search => "it reads outside the workspace",
        ToolKind.Fetch => "it uses the network",
        _ => "it may change something",
    };

    private static string Word(PermissionDecision decision) => decision switch
    {
        PermissionDecision.Allow => "allow",
        PermissionDecision.Deny => "deny",
        _ => "ask",
    };
}
