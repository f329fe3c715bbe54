using QwenCode.Permissions.Files;
using QwenCode.Permissions.Matching;
using QwenCode.Permissions.Shell;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>A call as <see cref="PermissionPolicy"/> reads it: with the command it runs, if any.</summary>
internal sealed class PolicyReading(PermissionPolicy policy, ToolDeclaration tool, ToolArguments arguments) : CallReading(tool, arguments)
{
    private readonly ParsedScripts _scripts = new(policy.CountParse);

    /// <summary>Gets the shell command that the call runs; <c>null</c> if it runs none.</summary>
    public string? Command { get; } = CallValues.Command(tool, arguments);

    public override bool IsReadOnlyCommand => Command is not null && Analyze().IsReadOnly;

    public override PermissionVerdict Judge(ToolConsent own) => Rule(own).ToVerdict();

    public override ToolConfirmation Refine(ToolConfirmation confirmation) => confirmation switch
    {
        ExecuteConfirmation execute => Refine(execute),
        InfoConfirmation info => info with { SuggestedRules = ThatWork(info.SuggestedRules ?? SuggestRules()) },
        McpConfirmation mcp => mcp with { SuggestedRules = ThatWork(mcp.SuggestedRules) },
        _ => confirmation,
    };

    // A lasting "yes" that leaves the question open the next time is not offered.
    private IReadOnlyList<string> ThatWork(IReadOnlyList<string> rules)
    {
        try
        {
            var judged = CallJudge.Judge(policy.RulesWith(rules), policy.Workspace, this, ToolConsent.Ask);
            return judged.Decision is PermissionDecision.Allow ? rules : [];
        }
        catch (PermissionRuleException)
        {
            return [];   // a tool may suggest what it likes
        }
    }

    /// <summary>Judges the call by one snapshot of the rules, with the details.</summary>
    /// <param name="own">Whether the tool itself wants approval.</param>
    public CallRuling Rule(ToolConsent own) => CallJudge.Judge(policy.Rules, policy.Workspace, this, own);

    /// <summary>Finds the narrowest rules that would let the call run the next time.</summary>
    public IReadOnlyList<string> SuggestRules() =>
        Command is null ? SuggestedRules.For(policy.Workspace, Tool, Arguments) : SuggestedRules.For(policy.Workspace, Tool, OpenUnits());

    /// <summary>Names the programs of the command that still need approval.</summary>
    public IReadOnlyList<string> RootsToApprove() => Command is null ? [] : SuggestedRules.Roots(OpenUnits());

    /// <summary>Works out what the command does, in the directory it would run in and by the files that exist now.</summary>
    /// <exception cref="InvalidOperationException">The call runs no command.</exception>
    public ShellAnalysis Analyze() => ShellAnalyzer.Analyze(
        _scripts,
        Command ?? throw new InvalidOperationException("The call runs no command."),
        Path.Combine(policy.Workspace.Root, Arguments.String("directory") ?? string.Empty));

    // A file that programs obey later decides what runs, so changing it is more than an edit.
    private bool Changes => Tool.Kind is not (ToolKind.Read or ToolKind.Search);

    protected override bool StaysInside(Workspace workspace, IReadOnlyList<ToolLocation> locations) => Stays(workspace, locations);

    /// <summary>Returns whether every path of the call is inside a workspace.</summary>
    internal bool Stays(Workspace workspace, IReadOnlyList<ToolLocation> locations) =>
        locations.Select(static location => location.Path)
            .Concat(CallValues.Paths(Tool.Name, Arguments, workspace))
            .All(path => PathCandidates.Of(path).All(workspace.Contains) && !(Changes && ObeyedFiles.Contains(path)));

    private ExecuteConfirmation Refine(ExecuteConfirmation confirmation)
    {
        if (Command is null)
        {
            return confirmation with { Roots = [], SuggestedRules = ThatWork(SuggestRules()) };
        }

        var open = OpenUnits();
        return confirmation with
        {
            Roots = SuggestedRules.Roots(open), SuggestedRules = ThatWork(SuggestedRules.For(policy.Workspace, Tool, open)),
        };
    }

    private ShellUnit[] OpenUnits() => SuggestedRules.Open(policy.Rules, policy.Workspace, Tool, Analyze());
}
