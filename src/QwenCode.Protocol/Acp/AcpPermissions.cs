using QwenCode.Permissions;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;

namespace QwenCode.Protocol.Acp;

/// <summary>Passes events on, and lets the client's user decide about calls that need approval.</summary>
/// <param name="inner">What renders the session.</param>
/// <param name="peer">The client.</param>
/// <param name="session">The session.</param>
/// <param name="withdrawn">Takes the request of a question that was settled before the client has answered it.</param>
/// <param name="answer">Hands an answer to the session.</param>
public sealed class AcpPermissions(
    IFrontEnd inner, JsonRpcPeer peer, string session, Action<string> withdrawn, Action<PermissionInput> answer) : IFrontEnd
{
    private readonly OpenQuestions _questions = new(answer);
    private ApprovalMode _mode = ApprovalMode.Default;
    private ApprovalMode _modeBeforePlan = ApprovalMode.Default;

    /// <summary>Notes the mode that the session begins with.</summary>
    /// <param name="mode">The mode.</param>
    public void Begin(ApprovalMode mode) => _mode = mode;

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        if (agentEvent is PermissionSettled settled && _questions.Withdraw(settled.RequestId))
        {
            withdrawn(settled.RequestId);
        }

        inner.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case PermissionRequested request:
                var choices = PermissionChoices.Of(request, _modeBeforePlan);
                _questions.Ask(request.RequestId, token => AskAsync(request, choices, token));
                break;
            case RunStarted started:
                Track(started.Session.Mode);
                break;
            case ApprovalModeChanged changed:
                Track(changed.Mode);
                break;
        }
    }

    private void Track(ApprovalMode mode)
    {
        _modeBeforePlan = mode is ApprovalMode.Plan && _mode is not ApprovalMode.Plan ? _mode : _modeBeforePlan;
        _mode = mode;
    }

    private async ValueTask<PermissionAnswer> AskAsync(
        PermissionRequested request, IReadOnlyList<PermissionChoice> choices, CancellationToken cancellationToken) =>
        PermissionRequest.Read(
            await peer.RequestAsync(
                "session/request_permission", json => PermissionRequest.Write(json, session, request, choices), cancellationToken)
                .ConfigureAwait(false),
            request,
            choices);
}
