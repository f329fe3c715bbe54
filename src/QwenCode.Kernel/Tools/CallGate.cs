using System.Text.Json;
using QwenCode.Hooks;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// Decides whether a prepared call runs: by rules, then by the approval mode, then by asking hooks and the user. If neither can be
/// asked, a call that needs approval is denied, and the model gets the reason.
/// </summary>
internal static class CallGate
{
    private const string PlanModeText =
        "<system-reminder>Plan mode is active: this call would change something and was not run. Look around with read-only tools, "
        + "then present your plan with exit_plan_mode and wait for approval.</system-reminder>";

    /// <summary>Decides by rules, approval mode and hooks, and asks the user if they leave it open.</summary>
    /// <exception cref="OperationCanceledException">The turn was interrupted while the user was asked.</exception>
    public static async ValueTask<GateDecision> DecideAsync(Agent agent, CallRequest request, ToolInvocation invocation,
        CancellationToken cancellationToken)
    {
        var name = request.Tool.Name;
        var reading = request.Reading;
        var verdict = reading.Judge(invocation.Consent);
        var asked = new ModeRequest(agent.Mode, verdict, agent.Session.Options.Workspace, invocation.Locations);
        var decision = reading.Decide(asked);
        if (decision is ModeDecision.Confirm)
        {
            asked = asked with { Confirmation = reading.Refine(await invocation.ConfirmAsync(cancellationToken).ConfigureAwait(false)) };
            decision = reading.Decide(asked);
        }

        switch (decision)
        {
            case ModeDecision.Run:
                return GateDecision.Run;
            case ModeDecision.Deny when verdict.IsBeyondAgent:
                return Deny($"Tool \"{name}\" is denied: the call is not covered by what this agent may do ({verdict.Rule}), and in this "
                    + "mode nobody is asked.");
            case ModeDecision.Deny:
                return Deny($"Tool \"{name}\" is denied by permission "
                    + $"rules.{(verdict.Rule is { } rule ? $" Matching deny rule: \"{rule}\"." : string.Empty)}");
            case ModeDecision.Block:
                return GateDecision.Refuse(new CallOutcome(ToolCallStatus.Error, null, PlanModeText));
        }

        var confirmation = asked.Confirmation!;
        if (!agent.Session.Options.CanAskUser)
        {
            return Deny($"Qwen Code requires permission to use \"{name}\", but that permission was declined (non-interactive mode "
                + "cannot prompt for confirmation).");
        }

        if (await AskHooksAsync(agent, request, cancellationToken).ConfigureAwait(false) is { } byHook)
        {
            return byHook;
        }

        if (agent.IsBackground)
        {
            var why = verdict.IsBeyondAgent ? $" (it is not covered by {verdict.Rule})" : string.Empty;
            return Deny($"Tool \"{name}\" requires permission{why}, but background agents cannot prompt for it; the call was denied. Go on "
                + "without it, or report what is missing.");
        }

        var info = request.Describe(invocation);
        HookNotifications.PermissionAsked(agent.Session.Options.Hooks, name);
        var offersAlways = OffersAlways(agent, reading, asked);
        bool MayRunNow() =>
            reading.Decide(asked with { Mode = agent.Mode, Verdict = reading.Judge(invocation.Consent) }) is ModeDecision.Run;
        var answer = await agent.Session.Permissions
            .AskAsync(agent.Id, agent.CallId, info, confirmation, offersAlways, MayRunNow, cancellationToken).ConfigureAwait(false);
        return Settle(agent, confirmation, answer, offersAlways);
    }

    /// <summary>Asks the user whether a call that runs may do something more.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled while the user was asked.</exception>
    public static async ValueTask<bool> AskMoreAsync(
        Agent agent, CallRequest request, ToolConfirmation confirmation, CancellationToken cancellationToken)
    {
        if (agent.Mode is ApprovalMode.Yolo || !agent.CanAskUser)
        {
            return agent.Mode is ApprovalMode.Yolo;
        }

        var info = request.Describe(null) with { Description = confirmation.Title };
        HookNotifications.PermissionAsked(agent.Session.Options.Hooks, request.Tool.Name);
        var answer = await agent.Session.Permissions.AskAsync(agent.Id, agent.CallId, info, confirmation, offersAlways: false,
            () => agent.Mode is ApprovalMode.Yolo, cancellationToken).ConfigureAwait(false);
        return answer.Outcome is not PermissionOutcome.Cancel;
    }

    // What a lasting "yes" is kept as must spare the question the next time: an ask rule comes before every rule that allows, and a file
    // that programs obey is asked about in auto-edit, too.
    private static bool OffersAlways(Agent agent, CallReading reading, ModeRequest asked) =>
        agent.Session.Options.Workspace.IsTrusted && !asked.Verdict.IsExplicitAsk && asked.Confirmation switch
        {
            EditConfirmation => reading.Decide(asked with { Mode = ApprovalMode.AutoEdit }) is ModeDecision.Run,
            PlanConfirmation => true,
            var confirmation => RulesOf(confirmation).Count > 0,
        };

    private static async ValueTask<GateDecision?> AskHooksAsync(Agent agent, CallRequest request, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        if (!hooks.Handles(HookEvent.PermissionRequest))
        {
            return null;
        }

        var input = new HookInput(HookEvent.PermissionRequest, request.Tool.Name, writer =>
            request.WriteHookFields(writer, agent, includeId: false));
        var outcome = await hooks.RunAsync(input, cancellationToken).ConfigureAwait(false);
        if (outcome.IsBlocking)
        {
            return Deny(outcome.Reason ?? $"Permission denied by hook for \"{request.Tool.Name}\".");
        }

        return outcome.IsAllowing ? new GateDecision(null) { UpdatedInput = outcome.UpdatedInput } : null;
    }

    private static GateDecision Settle(Agent agent, ToolConfirmation confirmation, PermissionAnswer answer, bool offersAlways)
    {
        // A front end may answer what was not offered: the call runs, and nothing is kept.
        if (!offersAlways && confirmation is not PlanConfirmation && answer.Outcome is PermissionOutcome.ProceedAlways
            or PermissionOutcome.ProceedAlwaysProject or PermissionOutcome.ProceedAlwaysUser)
        {
            answer = answer with { Outcome = PermissionOutcome.ProceedOnce };
        }

        // A plan's "always" is a mode, which an ask rule does not forbid, but the folder does.
        if (!agent.Session.Options.Workspace.IsTrusted
            && (confirmation, answer.Outcome) is (PlanConfirmation, PermissionOutcome.ProceedAlways))
        {
            answer = answer with { Outcome = PermissionOutcome.ProceedOnce };
        }

        if (answer.Outcome is PermissionOutcome.Cancel)
        {
            return GateDecision.Refuse(CallOutcome.Cancelled(answer.Message
                ?? "User did not allow tool call") with { AcceptedByUser = false });
        }

        switch (answer.Outcome, confirmation)
        {
            case (PermissionOutcome.ProceedAlways, EditConfirmation):
                AllowEdits(agent);
                break;
            case (PermissionOutcome.ProceedAlways, PlanConfirmation):
                agent.Session.SetMode(ApprovalMode.AutoEdit);
                break;
            case (PermissionOutcome.ProceedOnce, PlanConfirmation):
                agent.Session.SetMode(ApprovalMode.Default);
                break;
            case (PermissionOutcome.RestorePrevious, PlanConfirmation):
                agent.Session.SetMode(agent.ModeBeforePlan);
                break;
            case (PermissionOutcome.ProceedAlways or PermissionOutcome.ProceedAlwaysProject, _):
                Remember(agent, confirmation, PermissionScope.Project);
                break;
            case (PermissionOutcome.ProceedAlwaysUser, _):
                Remember(agent, confirmation, PermissionScope.User);
                break;
        }

        if (answer.Outcome is not PermissionOutcome.ProceedOnce)
        {
            agent.Session.Permissions.Reconsider();
        }

        return new GateDecision(null) { UpdatedInput = answer.UpdatedInput, Answers = answer.Answers, AcceptedByUser = true };
    }

    // The answer is for the agent that asked and those above it, up to the one that the user talks to. It widens the default mode only:
    // another one was chosen meanwhile, and stays.
    private static void AllowEdits(Agent agent)
    {
        for (var one = agent; one is { IsMain: false }; one = one.Parent)
        {
            one.Mode = one.Mode is ApprovalMode.Default ? ApprovalMode.AutoEdit : one.Mode;
        }

        if (agent.Session.Main.Mode is ApprovalMode.Default)
        {
            agent.Session.SetMode(ApprovalMode.AutoEdit);
        }
    }

    private static void Remember(Agent agent, ToolConfirmation confirmation, PermissionScope scope)
    {
        try
        {
            agent.Policy.Allow(RulesOf(confirmation), scope);
        }
        catch (Exception exception)
        {
            // The user approved this call; it runs even if the rule cannot be saved, such as when the settings file belongs to another
            // user.
            agent.Session.Tasks.Notice($"The permission rule holds for this session, but could not be saved: {exception.Message}");
        }
    }

    private static IReadOnlyList<string> RulesOf(ToolConfirmation? confirmation) => confirmation switch
    {
        ExecuteConfirmation execute => execute.SuggestedRules,
        McpConfirmation mcp => mcp.SuggestedRules,
        InfoConfirmation info => info.SuggestedRules ?? [],
        _ => [],
    };

    private static GateDecision Deny(string message) => GateDecision.Refuse(CallOutcome.Failed(ToolError.ExecutionDenied, message));
}

/// <summary>Whether a call runs.</summary>
/// <param name="Refusal">What the model gets instead; <c>null</c> runs it.</param>
internal sealed record GateDecision(CallOutcome? Refusal)
{
    /// <summary>Gets the decision that the call runs as it is.</summary>
    public static GateDecision Run { get; } = new((CallOutcome?)null);

    /// <summary>Gets the arguments to run with instead; they are checked anew. <c>null</c> keeps those of the model.</summary>
    public JsonElement? UpdatedInput { get; init; }

    /// <summary>Gets what the user answered, by question number; <c>null</c> if the call asks no questions.</summary>
    public IReadOnlyDictionary<string, string>? Answers { get; init; }

    /// <summary>Gets what the user decided; <c>null</c> if the user was not asked.</summary>
    public bool? AcceptedByUser { get; init; }

    /// <summary>Returns the decision that the call does not run.</summary>
    /// <param name="outcome">What the model gets instead.</param>
    public static GateDecision Refuse(CallOutcome outcome) => new(outcome);
}
