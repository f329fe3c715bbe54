using QwenCode.Permissions.Files;
using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>Judges calls that were made earlier, and finds the allow rules that would have let them run.</summary>
/// <param name="options">The rules.</param>
/// <param name="mode">The approval mode of the main agent.</param>
public sealed class Rehearsal(PermissionPolicyOptions options, ApprovalMode mode)
{
    private readonly PermissionPolicy _policy = new(options);
    private readonly List<RehearsedCall> _calls = [];

    /// <summary>Gets messages for the user about allow rules that are ignored.</summary>
    public IReadOnlyList<string> Problems => _policy.Problems;

    /// <summary>Gets the calls that were judged, in order.</summary>
    public IReadOnlyList<RehearsedCall> Calls => _calls;

    /// <summary>Judges a call.</summary>
    /// <param name="tool">The tool; <c>null</c> if there is none of the name.</param>
    /// <param name="name">The name that was called.</param>
    /// <param name="arguments">The arguments; <c>null</c> if they are no JSON object.</param>
    /// <param name="own">
    /// Whether the tool itself wants approval; <c>null</c> if it refuses the call, as when a file of that time is gone.
    /// </param>
    /// <param name="agent">The agent that called; <c>null</c> for the main one.</param>
    public RehearsedCall Judge(
        ToolDeclaration? tool, string name, ToolArguments? arguments, ToolConsent? own, RehearsedAgent? agent = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var call = new RehearsedCall(tool, name, arguments, own ?? OwnView(tool, arguments), agent ?? new(mode));
        (call.Decision, call.Reason) = Judge(call);
        _calls.Add(call);
        return call;
    }

    /// <summary>Finds the narrowest allow rules that would have let every call run that needed approval.</summary>
    /// <remarks>
    /// Rules are tried before they are returned. None is returned for a call that a rule forbids or wants asked about, nor for one that
    /// changes a file that programs obey later: whoever wants that names the file in a rule of their own.
    /// </remarks>
    public RehearsedRules FindRules()
    {
        var uncovered = new List<(RehearsedCall Call, string Reason)>();
        var covered = new List<(RehearsedCall Call, IReadOnlyList<string> Rules)>();
        foreach (var call in _calls)
        {
            if (call.Decision is PermissionDecision.Allow)
            {
                continue;
            }

            if (Obstacle(call) is { } obstacle)
            {
                uncovered.Add((call, obstacle));
                continue;
            }

            var rules = Reading(_policy, call).SuggestRules();
            if (rules.Count > 0 && Runs(call, rules))
            {
                covered.Add((call, rules));
            }
            else
            {
                uncovered.Add((call, call.Tool!.Kind is ToolKind.Execute || call.Name == ToolNames.Shell
                    ? "no rule about its words covers all that it does" : "no rule is narrow enough to be suggested"));
            }
        }

        var kept = Reduce(covered);

        // A rule can make a script relevant that no rule was about before, so what is suggested is tried as a whole.
        var policy = With(kept);
        uncovered.AddRange(covered.Where(entry => !Runs(policy, entry.Call))
            .Select(static entry => (entry.Call, "the rules for its parts do not cover it as a whole")));
        return new RehearsedRules(kept, uncovered);
    }

    // Leaves out what wider rules cover that are needed anyway.
    private List<string> Reduce(List<(RehearsedCall Call, IReadOnlyList<string> Rules)> covered)
    {
        var kept = covered.SelectMany(static entry => entry.Rules).Distinct(StringComparer.Ordinal).ToList();
        if (kept.Count < 2)
        {
            return kept;
        }

        foreach (var rule in kept.ToArray())
        {
            var policy = With([.. kept.Where(other => other != rule)]);
            if (covered.TrueForAll(entry => !entry.Rules.Contains(rule) || Runs(policy, entry.Call)))
            {
                kept.Remove(rule);
            }
        }

        return kept;
    }

    private string? Obstacle(RehearsedCall call)
    {
        if (call.Decision is PermissionDecision.Deny)
        {
            return call.Reason;
        }

        Decide(_policy, call, out _, out var verdict);
        if (verdict.IsExplicitAsk)
        {
            return $"{call.Reason}; no allow rule lifts that";
        }

        return Array.IndexOf(ToolNames.EditGroup, call.Name) < 0 ? null
            : CallValues.Paths(call.Name, call.Given, _policy.Workspace).FirstOrDefault(ObeyedFiles.Contains) is { } path
                ? $"programs obey {_policy.Workspace.Shorten(path)} later; only a rule that you write for this very file allows it" : null;
    }

    private bool Runs(RehearsedCall call, IReadOnlyList<string> rules) => Runs(With(rules), call);

    private bool Runs(PermissionPolicy policy, RehearsedCall call) => Decide(policy, call, out _, out _) is ModeDecision.Run;

    private PermissionPolicy With(IReadOnlyList<string> rules)
    {
        if (rules.Count == 0)
        {
            return _policy;
        }

        var policy = new PermissionPolicy(options);
        policy.AllowForSession(rules);
        return policy;
    }

    private (PermissionDecision Decision, string Reason) Judge(RehearsedCall call)
    {
        if (Narrow(_policy, call).FindBan(call.Name) is { } ban)
        {
            return (PermissionDecision.Deny, $"the tool is forbidden by {ban}");
        }

        if (call.Tool is null)
        {
            return (PermissionDecision.Deny, "no tool has this name here");
        }

        if (!call.Agent.Has(call.Tool))
        {
            return (PermissionDecision.Deny, "its agent does not have this tool");
        }

        if (call.Arguments is null)
        {
            return (PermissionDecision.Deny, "its arguments are no JSON object, so it never ran");
        }

        var decision = Decide(_policy, call, out var ruling, out var verdict);
        if (verdict != ruling.ToVerdict())
        {
            var word = verdict.IsBeyondAgent ? "not covered by"
                : verdict.Decision is PermissionDecision.Deny ? "denied by" : "asked about by";
            return (decision is ModeDecision.AskUser ? PermissionDecision.Ask : PermissionDecision.Deny,
                $"{word} {verdict.Rule ?? "the rules"} of its agent");
        }

        return decision switch
        {
            ModeDecision.Run => (PermissionDecision.Allow, ruling switch
            {
                { Rule: { } rule } => $"allowed by {rule.Raw} ({rule.Origin})",
                { Decision: PermissionDecision.Allow } => "needs no approval",
                _ => $"mode {call.Agent.Mode.ToWire()}",
            }),
            ModeDecision.Deny => (PermissionDecision.Deny, ruling.Rule is { } rule ? $"denied by {rule.Raw} ({rule.Origin})"
                : PartOf(ruling) ?? "rules forbid it"),
            ModeDecision.Block => (PermissionDecision.Deny, "plan mode changes nothing"),
            _ => (PermissionDecision.Ask, ruling.Rule is { } rule ? $"{rule.Raw} ({rule.Origin}) wants it asked about"
                : PartOf(ruling) ?? $"no rule allows it, and {PermissionExplainer.ReasonToAsk(call.Tool.Kind)}"),
        };
    }

    private static string? PartOf(CallRuling ruling) =>
        ruling.Parts.FirstOrDefault(part => part.Decision == ruling.Decision) is not { } part ? null
        : ruling.Parts.Count == 1 ? part.Reason
        : $"{part.Text}: {part.Reason}";

    private ModeDecision Decide(PermissionPolicy policy, RehearsedCall call, out CallRuling ruling, out PermissionVerdict verdict)
    {
        ruling = Reading(policy, call).Rule(call.Own);
        var reading = Narrow(policy, call).Read(call.Tool!, call.Given);
        verdict = call.Agent.Narrowing.Count == 0 ? ruling.ToVerdict() : reading.Judge(call.Own);
        return reading.Decide(new ModeRequest(call.Agent.Mode, verdict, _policy.Workspace, [], Confirmation(call)));
    }

    private static IPermissionPolicy Narrow(PermissionPolicy policy, RehearsedCall call)
    {
        IPermissionPolicy narrowed = policy;
        foreach (var permissions in call.Agent.Narrowing)
        {
            narrowed = narrowed.NarrowTo(permissions);
        }

        return narrowed;
    }

    // What matters of it here is its kind: the files may have changed since, so the tool cannot be asked.
    private ToolConfirmation Confirmation(RehearsedCall call) => call.Tool switch
    {
        { Name: "exit_plan_mode" } => new PlanConfirmation(call.Name, string.Empty),
        { Name: "ask_user_question" } => new QuestionConfirmation(call.Name, []),
        { Kind: ToolKind.Edit } => new EditConfirmation(call.Name, Path(call), string.Empty, null, string.Empty),
        { Kind: ToolKind.Execute } => new ExecuteConfirmation(call.Name, string.Empty, [], []),
        { Source: ['m', 'c', 'p', ':', .. var server] } => new McpConfirmation(call.Name, server, call.Name, []),
        _ => new InfoConfirmation(call.Name, string.Empty, []),
    };

    private string Path(RehearsedCall call) =>
        CallValues.Paths(call.Name, call.Given, _policy.Workspace) is [var path, ..] ? path : string.Empty;

    private ToolConsent OwnView(ToolDeclaration? tool, ToolArguments? arguments) =>
        tool?.Kind is ToolKind.Read or ToolKind.Search && arguments is { } given
        && CallValues.Paths(tool.Name, given, _policy.Workspace).All(_policy.Workspace.Contains) ? ToolConsent.Allow : ToolConsent.Ask;

    private static PolicyReading Reading(PermissionPolicy policy, RehearsedCall call) => new(policy, call.Tool!, call.Given);
}
