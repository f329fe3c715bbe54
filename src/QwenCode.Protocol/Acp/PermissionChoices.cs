using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>The answers that are offered for a call.</summary>
internal static class PermissionChoices
{
    private const string Once = "allow_once";
    private const string Always = "allow_always";
    private static readonly PermissionChoice Reject = new("cancel", "Reject", "reject_once", PermissionOutcome.Cancel);

    /// <summary>Returns the answers to offer, in order.</summary>
    /// <param name="request">The question.</param>
    /// <param name="modeBeforePlan">The mode that comes back when a plan is accepted as it stands.</param>
    public static IReadOnlyList<PermissionChoice> Of(PermissionRequested request, ApprovalMode modeBeforePlan)
    {
        if (request.Confirmation is PlanConfirmation)
        {
            return
            [
                new("restore_previous", $"Yes, restore previous mode ({modeBeforePlan.ToWire()})", Once,
                    PermissionOutcome.RestorePrevious),
                .. request.OffersAlways
                    ? [new("proceed_always", "Yes, and auto-accept edits", Always, PermissionOutcome.ProceedAlways)]
                    : Array.Empty<PermissionChoice>(),
                new("proceed_once", "Yes, and manually approve edits", Once, PermissionOutcome.ProceedOnce),
                Reject with { Name = "No, keep planning" },
            ];
        }

        if (request.Confirmation is QuestionConfirmation)
        {
            return [new("proceed_once", "Submit", Once, PermissionOutcome.ProceedOnce), Reject with { Name = "Cancel" }];
        }

        var choices = new List<PermissionChoice>(4);
        if (request.OffersAlways && request.Confirmation is EditConfirmation)
        {
            choices.Add(new("proceed_always", "Allow All Edits", Always, PermissionOutcome.ProceedAlways));
        }
        else if (request.OffersAlways && string.Join(", ", Rules(request.Confirmation)) is { Length: > 0 } rules)
        {
            choices.Add(new("proceed_always_project", $"Always allow {rules} in this project", Always,
                PermissionOutcome.ProceedAlwaysProject));
            choices.Add(new("proceed_always_user", $"Always allow {rules} for this user", Always, PermissionOutcome.ProceedAlwaysUser));
        }

        choices.Add(new("proceed_once", "Allow", Once, PermissionOutcome.ProceedOnce));
        choices.Add(Reject);
        return choices;
    }

    private static IReadOnlyList<string> Rules(ToolConfirmation confirmation) => confirmation switch
    {
        ExecuteConfirmation execute => execute.SuggestedRules,
        InfoConfirmation info => info.SuggestedRules ?? [],
        McpConfirmation mcp => mcp.SuggestedRules,
        _ => [],
    };
}
