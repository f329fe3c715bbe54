using Microsoft.Extensions.AI;
using QwenCode.Kernel.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;

namespace QwenCode.Kernel.Tools;

/// <summary>
/// A call as the agent's invoker gets it. It keeps its last outcome, which says more than the result the invoker hands back.
/// </summary>
internal sealed class AdmittedCall(CallRunner runner, Agent agent, PendingCall pending) : ToolCall
{
    private CallOutcome? _outcome;
    private ToolResult? _result;

    public override string CallId => pending.Call.CallId;

    public override Tool Tool => pending.Request!.Tool;

    public override ToolArguments Arguments => pending.Request!.Arguments;

    public override int RequestIndex => pending.Place.Request;

    public override int Index => pending.Place.Index;

    public override int Count => pending.Place.Count;

    public override IReadOnlyList<ChatMessage> History => agent.History;

    public override async ValueTask<ToolResult> RunAsync(
        ToolArguments? changed, Func<CancellationToken, ValueTask<ToolResult>>? body, CancellationToken cancellationToken)
    {
        var isFirst = _outcome is null;
        _outcome = isFirst && changed is null ? null : await AdmitAsync(changed, cancellationToken).ConfigureAwait(false);
        _outcome ??= await runner.RunToolAsync(agent, pending, body, cancellationToken).ConfigureAwait(false);
        if (_outcome.Status is ToolCallStatus.Cancelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return _result = _outcome.ToResult();
    }

    /// <summary>Returns the outcome that a result stands for: the call's own, or that of a result put in its place.</summary>
    public CallOutcome OutcomeOf(ToolResult result) => ReferenceEquals(result, _result) ? _outcome! : CallOutcome.Of(result);

    private async ValueTask<CallOutcome?> AdmitAsync(ToolArguments? changed, CancellationToken cancellationToken)
    {
        try
        {
            if (changed is not { } arguments)
            {
                return CallAdmission.AdmitAgain(agent, pending);
            }

            var valid = Tool.Declaration.Traits.HasFlag(ToolTraits.ChecksOwnArguments)
                ? arguments : CallChecks.Validate(Tool, arguments.Json);
            return await CallAdmission.AdmitAsync(agent, pending, pending.Request!.WithArguments(agent, valid), cancellationToken)
                .ConfigureAwait(false)
                ?? await ToolHooks.BeforeAsync(agent, pending.Request!, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolArgumentException exception)
        {
            return CallOutcome.Failed(exception.ErrorType, exception.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A tool that throws while it looks at its arguments is a broken tool, not a broken turn.
            return CallOutcome.Failed(ToolError.UnhandledException, exception.Message);
        }
    }
}
