using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>
/// One call as a permission policy reads it. The host keeps it with the call and asks it every question about permission, so that
/// the policy parses the arguments once. Safe on any thread.
/// </summary>
/// <remarks>A reading may be asked again later: it answers by the rules and files of that moment, never by an earlier verdict.</remarks>
public abstract class CallReading
{
    /// <summary>Initializes the reading.</summary>
    /// <param name="tool">The tool that is called.</param>
    /// <param name="arguments">The arguments of the call.</param>
    protected CallReading(ToolDeclaration tool, ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(tool);
        (Tool, Arguments) = (tool, arguments);
    }

    /// <summary>Gets the tool that is called.</summary>
    public ToolDeclaration Tool { get; }

    /// <summary>Gets the arguments that were read. Only a call with these arguments may run on what this reading decides.</summary>
    public ToolArguments Arguments { get; }

    /// <summary>
    /// Gets whether the call runs a shell command that is known to change nothing, so that it may run beside other calls.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public virtual bool IsReadOnlyCommand => false;

    /// <summary>Judges the call by the rules in force.</summary>
    /// <param name="own">Whether the tool itself wants approval; the starting point if no rule applies.</param>
    public abstract PermissionVerdict Judge(ToolConsent own);

    /// <summary>
    /// Completes a confirmation with what only rules know: the programs that still need approval, and the rules that would allow them.
    /// </summary>
    /// <param name="confirmation">The confirmation as the tool prepared it.</param>
    /// <returns>The confirmation to show. The default returns it unchanged.</returns>
    public virtual ToolConfirmation Refine(ToolConfirmation confirmation) => confirmation;

    /// <summary>Applies the approval mode to a verdict. Pure: it asks no one and changes nothing.</summary>
    /// <param name="request">The verdict, the mode and what else the decision depends on.</param>
    /// <remarks>The same for every policy: what rules forbid runs in no mode, and no policy can widen a mode.</remarks>
    public ModeDecision Decide(ModeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        switch (request.Verdict)
        {
            case { Decision: PermissionDecision.Deny }:
                return ModeDecision.Deny;

            // A standing rule was given for work; plan mode does no work. What needs no rule runs.
            case { Decision: PermissionDecision.Allow, Rule: var rule }:
                return request.Mode is ApprovalMode.Plan && rule is not null && Changes(Tool.Kind) ? ModeDecision.Block : ModeDecision.Run;
            case var verdict when request.Mode is ApprovalMode.Yolo && Tool.Name is not "ask_user_question":
                return verdict.IsBeyondAgent ? ModeDecision.Deny : ModeDecision.Run;
            default:
                return request.Confirmation is { } confirmation ? Decide(request, confirmation) : ModeDecision.Confirm;
        }
    }

    /// <summary>
    /// Returns whether every path of the call is inside the workspace, links resolved. Auto-edit asks about all other calls.
    /// </summary>
    /// <param name="workspace">The workspace of the agent.</param>
    /// <param name="locations">The files the tool says the call is about.</param>
    /// <returns><c>true</c> only if that is certain. The default returns <c>false</c>.</returns>
    protected virtual bool StaysInside(Workspace workspace, IReadOnlyList<ToolLocation> locations) => false;

    private static bool Changes(ToolKind kind) => kind is ToolKind.Edit or ToolKind.Delete or ToolKind.Move or ToolKind.Execute;

    private ModeDecision Decide(ModeRequest request, ToolConfirmation confirmation) => request.Mode switch
    {
        ApprovalMode.Plan when confirmation is not (InfoConfirmation or PlanConfirmation or QuestionConfirmation)
            && Tool.Name is not ("exit_plan_mode" or "ask_user_question") => ModeDecision.Block,
        ApprovalMode.Plan when Changes(Tool.Kind) => ModeDecision.Block,
        ApprovalMode.AutoEdit when !request.Verdict.IsExplicitAsk && RunsUnasked(request, confirmation) => ModeDecision.Run,
        _ => ModeDecision.AskUser,
    };

    // Auto-edit covers the workspace. Changes outside it, and what goes over the network, still need approval.
    private bool RunsUnasked(ModeRequest request, ToolConfirmation confirmation) => confirmation switch
    {
        EditConfirmation edit => request.Workspace.Contains(edit.FilePath) && StaysInside(request.Workspace, request.Locations),
        InfoConfirmation info => info.Urls.Count == 0 && Tool.Kind is not (ToolKind.Fetch or ToolKind.Execute)
            && StaysInside(request.Workspace, request.Locations),
        _ => false,
    };
}
