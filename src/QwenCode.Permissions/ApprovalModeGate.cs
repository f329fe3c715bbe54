using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>What the approval mode makes of a verdict.</summary>
public enum ModeDecision
{
    /// <summary>Run it.</summary>
    Run,

    /// <summary>Rules forbid it.</summary>
    Deny,

    /// <summary>Planning forbids it: the model is reminded of the plan, which is no error.</summary>
    Block,

    /// <summary>What a person would be asked decides: call again with the confirmation.</summary>
    Confirm,

    /// <summary>Somebody has to agree: hooks, a person, or nobody, and then it is denied.</summary>
    AskSomebody,
}

/// <summary>A judged call.</summary>
/// <param name="Mode">The approval mode.</param>
/// <param name="Verdict">What rules say.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Workspace">The agent's workspace.</param>
/// <param name="Locations">The files the call names.</param>
/// <param name="Confirmation">What a person would be asked; <c>null</c> where it is not made yet.</param>
public sealed record ModeRequest(
    ApprovalMode Mode, PermissionVerdict Verdict, ToolDeclaration Tool, ToolArguments Arguments, Workspace Workspace,
    IReadOnlyList<ToolLocation> Locations, ToolConfirmation? Confirmation = null);

/// <summary>Applies the approval mode. Pure: it asks nobody and changes nothing.</summary>
public static class ApprovalModeGate
{
    /// <summary>Decides.</summary>
    /// <param name="request">The judged call.</param>
    public static ModeDecision Decide(ModeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (mode, verdict, tool) = (request.Mode, request.Verdict, request.Tool);
        if (verdict.Decision is PermissionDecision.Deny)
        {
            return ModeDecision.Deny;
        }

        if (verdict.Decision is PermissionDecision.Allow)
        {
            // A standing rule was given for work; while planning there is none. What needs no rule runs.
            return mode is ApprovalMode.Plan && verdict.Rule is not null && Changes(tool.Kind) ? ModeDecision.Block : ModeDecision.Run;
        }

        if (mode is ApprovalMode.Yolo && tool.Name is not "ask_user_question")
        {
            return ModeDecision.Run;
        }

        return request.Confirmation is { } confirmation ? Decide(request, confirmation) : ModeDecision.Confirm;
    }

    private static ModeDecision Decide(ModeRequest request, ToolConfirmation confirmation) => request.Mode switch
    {
        ApprovalMode.Plan when confirmation is not (InfoConfirmation or PlanConfirmation or QuestionConfirmation)
            && request.Tool.Name is not ("exit_plan_mode" or "ask_user_question") => ModeDecision.Block,
        ApprovalMode.Plan when Changes(request.Tool.Kind) => ModeDecision.Block,
        ApprovalMode.AutoEdit when RunsUnasked(request, confirmation) => ModeDecision.Run,
        _ => ModeDecision.AskSomebody,
    };

    /// <summary>Auto-edit speaks of the workspace: changes outside it, and what goes over the network, are still asked about.</summary>
    private static bool RunsUnasked(ModeRequest request, ToolConfirmation confirmation) => confirmation switch
    {
        EditConfirmation edit => request.Workspace.Contains(edit.FilePath) && AreInside(request),
        InfoConfirmation info => info.Urls.Count == 0 && request.Tool.Kind is not (ToolKind.Fetch or ToolKind.Execute) && AreInside(request),
        _ => false,
    };

    private static bool AreInside(ModeRequest request) =>
        request.Locations.Select(static location => location.Path)
            .Concat(CallValues.Paths(request.Tool.Name, request.Arguments, request.Workspace))
            .All(path => Matching.PathCandidates.Of(path).All(request.Workspace.Contains));

    private static bool Changes(ToolKind kind) => kind is ToolKind.Edit or ToolKind.Delete or ToolKind.Move or ToolKind.Execute;
}
