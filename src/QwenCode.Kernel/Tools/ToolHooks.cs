using QwenCode.Kernel.Agents;
using QwenCode.Hooks;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>The hooks around a call.</summary>
internal static class ToolHooks
{
    /// <summary>Runs the hooks before a call.</summary>
    /// <returns>What the model gets instead; <c>null</c> if the call may run.</returns>
    public static async ValueTask<CallOutcome?> BeforeAsync(Agent agent, CallRequest request, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        if (!hooks.Handles(HookEvent.PreToolUse))
        {
            return null;
        }

        var input =
            new HookInput(HookEvent.PreToolUse, request.Tool.Name, writer => request.WriteHookFields(writer, agent, includeId: true));
        var said = await hooks.RunAsync(input, cancellationToken).ConfigureAwait(false);

        // A guard that was cut short has not agreed.
        return cancellationToken.IsCancellationRequested ? CallOutcome.Cancelled("User cancelled tool execution.")
            : said.IsBlocking || said.IsStopRequested
            ? CallOutcome.Failed(ToolError.ExecutionDenied, said.Reason ?? $"A hook refused the call of \"{request.Tool.Name}\".")
            : null;
    }

    /// <summary>Runs the hooks after a call, also after one that failed or was cancelled.</summary>
    /// <returns>The outcome with what they added.</returns>
    public static async ValueTask<CallOutcome> AfterAsync(
        Agent agent, CallRequest request, CallOutcome outcome, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        var moment = outcome.Status is ToolCallStatus.Success ? HookEvent.PostToolUse : HookEvent.PostToolUseFailure;
        if (!hooks.Handles(moment))
        {
            return outcome;
        }

        var input = new HookInput(moment, request.Tool.Name, writer =>
        {
            request.WriteHookFields(writer, agent, includeId: true);
            if (moment is HookEvent.PostToolUse)
            {
                writer.WriteStartObject("tool_response"u8);
                writer.WriteString("llmContent"u8, outcome.ModelText);
                writer.WriteString("returnDisplay"u8, outcome.Result?.Display is TextDisplay shown ? shown.Text : outcome.ModelText);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteString("error"u8, outcome.ModelText);
                writer.WriteBoolean("is_interrupt"u8, outcome.Status is ToolCallStatus.Cancelled);
            }
        });

        // The call is over, so its cancellation does not keep the hook from hearing of it.
        var said = await hooks.RunAsync(input, cancellationToken.IsCancellationRequested ? CancellationToken.None : cancellationToken)
            .ConfigureAwait(false);
        return moment is HookEvent.PostToolUse && said.IsStopRequested
            ? CallOutcome.Failed(ToolError.ExecutionDenied, said.Reason ?? "A hook asked to stop.")
            : outcome.WithContext(said.AdditionalContext);
    }
}
