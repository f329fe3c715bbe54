using QwenCode.Permissions.Files;
using QwenCode.Permissions.Matching;
using QwenCode.Permissions.Shell;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>
/// Judges a script command by command; the strictest verdict wins. Hidden code is never allowed if a rule exists that could forbid it.
/// Rules for files and addresses restrict commands that use them, but never allow a command.
/// </summary>
internal sealed class ShellJudge
{
    private readonly RuleSet _rules;
    private readonly Workspace _workspace;
    private readonly ToolDeclaration _tool;
    private readonly PermissionDecision? _own;
    private readonly PermissionRule? _allowsAll;
    private readonly PathRule _paths;
    private bool _isRelevant;

    private ShellJudge(RuleSet rules, Workspace workspace, ToolDeclaration tool, ToolConsent own)
    {
        (_rules, _workspace, _tool, _paths) = (rules, workspace, tool, new PathRule(workspace));
        _own = tool.Name == ToolNames.Shell ? null : own is ToolConsent.Allow ? PermissionDecision.Allow : PermissionDecision.Ask;
        _allowsAll = rules.Allow.FirstOrDefault(rule => rule.Kind is SpecifierKind.None && rule.Permits(tool.Name, tool.Source));
    }

    public static CallRuling Judge(RuleSet rules, Workspace workspace, ToolDeclaration tool, ShellAnalysis analysis, ToolConsent own) =>
        new ShellJudge(rules, workspace, tool, own).Judge(analysis);

    /// <summary>
    /// Returns whether one command may run without approval, by rules or because it only reads. A question then leaves it out.
    /// </summary>
    public static bool Permits(RuleSet rules, Workspace workspace, ToolDeclaration tool, ShellUnit unit) =>
        new ShellJudge(rules, workspace, tool, ToolConsent.Ask).Judge(unit) is { Decision: PermissionDecision.Allow };

    /// <summary>
    /// Returns whether a rule about the words of a command covers all that it does. A rule without a specifier covers any command.
    /// </summary>
    public static bool CanBeAllowed(Workspace workspace, ShellUnit unit) =>
        unit.Words.Count > 0 && !unit.HasDangerousEnvironment && !unit.Operations.Any(operation => WritesBeyond(workspace, operation))
        && !(unit.HidesForeign && unit.Children.Any(static child => child.IsForeign));

    private CallRuling Judge(ShellAnalysis analysis)
    {
        var findings = analysis.Units.Select(Judge).ToArray();
        var own = _own ?? (analysis.IsReadOnly ? PermissionDecision.Allow : PermissionDecision.Ask);
        if (findings.Length == 0 && FindWhole(_rules.Deny) is { } ban)
        {
            return new CallRuling(PermissionDecision.Deny, ban, false, true, []);
        }

        var doubt = !analysis.IsComplete && (_allowsAll is null || HasRestrictions());
        if (!_isRelevant)
        {
            // What cannot be read may hold what a rule forbids: that question is the rules' own.
            return new CallRuling(
                doubt ? PermissionDecision.Ask : own, null, doubt && HasRestrictions(), false, [.. Parts(analysis, findings)]);
        }

        for (var i = 0; i < findings.Length; i++)
        {
            if (findings[i] is { Rule: null, IsForced: false, Decision: not PermissionDecision.Deny } && analysis.Units[i].HasSubstitution)
            {
                findings[i] = findings[i] with { Decision = PermissionDecision.Deny,
                    Reason = "a command substitution that no rule covers" };
            }
        }

        var parts = Parts(analysis, findings).ToArray();
        var worst = findings.OrderByDescending(static f => f.Decision).ThenByDescending(static f => f.IsForced)
            .ThenByDescending(static f => f.Rule is not null).FirstOrDefault()
            ?? new Finding(own, null, false, "nothing to run");
        if (doubt && worst.Decision is PermissionDecision.Allow)
        {
            worst = new Finding(PermissionDecision.Ask, null, true, "part of the script could not be parsed");
        }

        var decided = worst.Decision == own && own is PermissionDecision.Allow ? null : worst.Rule;
        return new CallRuling(worst.Decision, decided, worst.Decision is PermissionDecision.Ask && worst.IsForced, true, parts);

        PermissionRule? FindWhole(IEnumerable<PermissionRule> rules) =>
            rules.FirstOrDefault(rule => rule.Kind is SpecifierKind.None && AppliesTo(rule));
    }

    private static IEnumerable<PartRuling> Parts(ShellAnalysis analysis, Finding[] findings)
    {
        for (var i = 0; i < findings.Length; i++)
        {
            var unit = analysis.Units[i];
            yield return new PartRuling(unit.Shown, findings[i].Decision, findings[i].Reason);
        }
    }

    private bool AppliesTo(PermissionRule rule) =>
        rule.Names(_tool.Name, _tool.Source) || rule.Tool == ToolNames.Shell;

    private bool HasRestrictions() =>
        _rules.Deny.Concat(_rules.Ask).Any(rule =>
            AppliesTo(rule) || rule.Kind is SpecifierKind.Path or SpecifierKind.Domain || IsFileTool(rule.Tool));

    private static bool IsFileTool(string tool) =>
        tool is "web_fetch" || Array.IndexOf(ToolNames.ReadGroup, tool) >= 0 || Array.IndexOf(ToolNames.EditGroup, tool) >= 0;

    private Finding Judge(ShellUnit unit)
    {
        var symbols = GlobSymbol.Command(unit.Words);
        var variants = unit.Variants.Select(GlobSymbol.Command).ToArray();
        var found = new List<Finding>();
        Restrict(_rules.Deny, PermissionDecision.Deny, unit, symbols, variants, found);
        Restrict(_rules.Ask, PermissionDecision.Ask, unit, symbols, variants, found);
        foreach (var operation in unit.Operations)
        {
            Restrict(_rules.Deny, PermissionDecision.Deny, operation, found);
            Restrict(_rules.Ask, PermissionDecision.Ask, operation, found);
        }

        if (unit.IsOpaque)
        {
            RestrictHidden(unit, found);
        }

        var children = unit.Children.Select(Within).ToArray();
        found.AddRange(children.Where(static child => child.IsForced || child.Decision is PermissionDecision.Deny)
            .Select(child =>
                unit.IsGuess ? child with { Decision = PermissionDecision.Ask, IsForced = true,
                Reason = $"it may start a command that a rule restricts ({child.Reason})" } : child));
        _isRelevant |= found.Count > 0;
        var allow = Allowing(unit, symbols);
        _isRelevant |= allow is not null;
        if (found.Count > 0)
        {
            return found.OrderByDescending(static f => f.Decision).ThenByDescending(static f => f.Rule is not null).First();
        }

        if (allow is not null)
        {
            return new Finding(PermissionDecision.Allow, allow, false, $"allowed by {allow.Raw}");
        }

        if (_own is null && unit.IsReadOnly)
        {
            return new Finding(PermissionDecision.Allow, null, false, "changes nothing");
        }

        if (unit.IsTransparent && !unit.HasDangerousEnvironment && !unit.HasSubstitution
            && unit.Operations.All(static o => o.IsGuess || o.Tool is FileOperations.Read or FileOperations.List)
            && children.Length > 0 && Array.TrueForAll(children, static child => child.Decision is PermissionDecision.Allow))
        {
            return Array.Find(children, static child => child.Rule is not null) ?? children[0];
        }

        return new Finding(_own ?? PermissionDecision.Ask, null, false, unit.HasDangerousEnvironment
            ? "sets a variable that programs may obey"
            : unit.Operations.Any(operation => WritesBeyond(_workspace, operation))
                ? "writes outside the workspace, or a file that programs obey"
            : "no rule, and it may change something");
    }

    /// <summary>Judges a command that another starts. The reason for a restriction includes its text.</summary>
    private Finding Within(ShellUnit unit)
    {
        var finding = Judge(unit);
        return unit.Words.Count == 0 || !(finding.IsForced || finding.Decision is PermissionDecision.Deny) || finding.Reason.StartsWith('"')
            ? finding
            : finding with { Reason = $"\"{unit.Shown}\" in it: {finding.Reason}" };
    }

    private PermissionRule? Allowing(ShellUnit unit, GlobSymbol[] symbols)
    {
        if (_allowsAll is not null)
        {
            return _allowsAll;
        }

        return !CanBeAllowed(_workspace, unit) ? null : _rules.Allow.FirstOrDefault(rule =>
                rule.Command is { } pattern && rule.Permits(_tool.Name, _tool.Source) && pattern.Covers(symbols));
    }

    /// <summary>
    /// Returns whether a redirection writes a file that a rule about the command does not cover: the words of the command do not show
    /// it.
    /// </summary>
    private static bool WritesBeyond(Workspace workspace, ShellOperation operation) => operation.IsRedirection
        && (operation.Paths.Count == 0 || operation.MayBeElsewhere || operation.IsPattern
            || !operation.Paths.All(path => IsOrdinary(workspace, path)));

    private static bool IsOrdinary(Workspace workspace, string path) =>
        path is "/dev/null" or "/dev/stdout" or "/dev/stderr" or "/dev/tty"
        || (PathCandidates.Of(path).All(candidate => workspace.Contains(candidate) || workspace.IsScratch(candidate))
            && !ObeyedFiles.Contains(path));

    private void Restrict(IEnumerable<PermissionRule> rules, PermissionDecision decision, ShellUnit unit, GlobSymbol[] symbols,
        GlobSymbol[][] variants, List<Finding> found)
    {
        var isDoubtful = false;
        foreach (var rule in rules)
        {
            if (!AppliesTo(rule))
            {
                continue;
            }

            var match = rule.Command is not { } pattern ? GlobMatch.Certain
                : unit.Words.Count == 0 ? GlobMatch.No
                : variants.Append(symbols).Max(text => pattern.Match(text));
            if (match is GlobMatch.No && rule.Command is { } possible && MayMatch(rule, possible, unit))
            {
                match = GlobMatch.Possible;
            }

            if (match is GlobMatch.Certain)
            {
                found.Add(new Finding(decision, rule, true, decision is PermissionDecision.Deny ? $"denied by {rule.Raw}"
                    : $"needs approval by {rule.Raw}"));
                return;
            }

            isDoubtful |= match is GlobMatch.Possible;
        }

        if (isDoubtful)
        {
            found.Add(new Finding(PermissionDecision.Ask, null, true, "what runs is only known at run time, and a rule may forbid it"));
        }
    }

    /// <summary>Returns whether a command may do what a rule is about, in a way that is not certain.</summary>
    private static bool MayMatch(PermissionRule rule, RulePattern pattern, ShellUnit unit) =>
        Mentions.Contain(unit.Mentions, rule.Mentioned)
        || (unit.IsUnknownSubCommand && rule.Mentioned is ["git", ..])
        || (unit.Renames.Count > 0 && rule.Mentioned.Count > 0 && unit.Renames.Contains(rule.Mentioned[0]))
        || unit.PossibleVariants.Any(words => pattern.Match(GlobSymbol.Command(words)) is not GlobMatch.No);

    /// <summary>
    /// Hidden code might do what rules for files and hosts forbid. A ban on a whole tool does not extend to code in other languages: it
    /// would cover every program.
    /// </summary>
    private void RestrictHidden(ShellUnit unit, List<Finding> found)
    {
        if (_rules.Deny.Concat(_rules.Ask).Any(rule =>
            rule.Kind is SpecifierKind.Path or SpecifierKind.Domain
            || (!unit.IsForeign && rule.Kind is SpecifierKind.None && IsFileTool(rule.Tool))))
        {
            found.Add(new Finding(PermissionDecision.Ask, null, true, "it is unknown what runs, and a rule may forbid it"));
        }
    }

    private void Restrict(IEnumerable<PermissionRule> rules, PermissionDecision decision, ShellOperation operation, List<Finding> found)
    {
        var isDoubtful = false;
        foreach (var rule in rules)
        {
            if (!(operation.Tool is FileOperations.Any ? rule.Kind is SpecifierKind.Path : ToolNames.Covers(rule.Tool, operation.Tool)))
            {
                continue;
            }

            var match = Match(rule, operation);
            if (match is GlobMatch.Certain)
            {
                found.Add(new Finding(decision, rule,
                    true, $"{operation.Tool} {operation.Host ?? (operation.Paths.Count > 0 ? operation.Paths[0] : "?")}: {rule.Raw}"));
                return;
            }

            isDoubtful |= match is GlobMatch.Possible;
        }

        if (isDoubtful)
        {
            found.Add(new Finding(PermissionDecision.Ask, null,
                true, "the files it uses are only known at run time, and a rule may forbid them"));
        }
    }

    private GlobMatch Match(PermissionRule rule, ShellOperation operation)
    {
        if (operation.IsGuess)
        {
            return rule.Kind switch
            {
                SpecifierKind.Domain => operation.Host is { } host && DomainRule.Matches(rule.Specifier!, host),
                SpecifierKind.Path => operation.Paths.Any(path => _paths.Restricts(rule.Specifier!, path, operation.IsPattern)
                    || (operation.IsRecursive && !File.Exists(path)
                        && _paths.RestrictsBelow(rule.Specifier!, path, operation.IsPattern))),
                _ => false,
            } ? GlobMatch.Possible : GlobMatch.No;
        }

        switch (rule.Kind)
        {
            case SpecifierKind.None:
                return GlobMatch.Certain;
            case SpecifierKind.Domain:
                return operation.Host is null ? GlobMatch.Possible : DomainRule.Matches(rule.Specifier!, operation.Host)
                    ? GlobMatch.Certain : GlobMatch.No;
            case SpecifierKind.Path:
                if (operation.Paths.Any(path => _paths.Restricts(rule.Specifier!, path, operation.IsPattern)))
                {
                    return GlobMatch.Certain;
                }

                if (operation.IsRecursive && operation.Paths.Any(path =>
                    !File.Exists(path) && _paths.RestrictsBelow(rule.Specifier!, path, operation.IsPattern)))
                {
                    // Removing or moving a directory affects all of it; a search may skip files.
                    return operation.Tool is FileOperations.Edit ? GlobMatch.Certain : GlobMatch.Possible;
                }

                return operation.MayBeElsewhere ? GlobMatch.Possible : GlobMatch.No;
            default:
                return GlobMatch.No;
        }
    }

    /// <summary>What was decided about one command.</summary>
    /// <param name="Decision">The decision.</param>
    /// <param name="Rule">The rule behind it.</param>
    /// <param name="IsForced">Whether a rule, or doubt about one, restricts the command; an allow rule does not lift that.</param>
    /// <param name="Reason">The reason, for display.</param>
    private sealed record Finding(PermissionDecision Decision, PermissionRule? Rule, bool IsForced, string Reason);
}
