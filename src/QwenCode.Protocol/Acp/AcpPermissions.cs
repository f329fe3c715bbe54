using System.Collections.Concurrent;
using QwenCode.Permissions;
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
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _asking = new();
    private ApprovalMode _mode = ApprovalMode.Default;
    private ApprovalMode _modeBeforePlan = ApprovalMode.Default;

    /// <summary>Notes the mode that the session begins with.</summary>
    /// <param name="mode">The mode.</param>
    public void Begin(ApprovalMode mode) => _mode = mode;

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        if (agentEvent is PermissionSettled settled && _asking.TryRemove(settled.RequestId, out var open))
        {
            withdrawn(settled.RequestId);
            open.Cancel();
        }

        inner.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case PermissionRequested request:
                // Not disposed: it holds nothing, and what settles the question may still cancel it.
                var abandoned = new CancellationTokenSource();
                _asking[request.RequestId] = abandoned;

                // An event handler must not wait; the answer finds its way by itself, and every end of the question is one.
                _ = AskAsync(request, PermissionChoices.Of(request, _modeBeforePlan), abandoned);
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

    private async Task AskAsync(
        PermissionRequested request, IReadOnlyList<PermissionChoice> choices, CancellationTokenSource abandoned)
    {
        PermissionAnswer decision;
        try
        {
            var said = await peer.RequestAsync(
                "session/request_permission", json => PermissionRequest.Write(json, session, request, choices), abandoned.Token)
                .ConfigureAwait(false);
            decision = PermissionRequest.Read(said, request, choices);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            // Whatever goes wrong here is a "no": a call must not wait for ever, and never run by accident.
            decision = new PermissionAnswer(PermissionOutcome.Cancel) { Message = $"Error: {exception.Message}" };
        }
        finally
        {
            _asking.TryRemove(request.RequestId, out _);
        }

        answer(new PermissionInput(request.RequestId, decision));
    }
}
