using QwenCode.Sessions;

namespace QwenCode.Protocol.Control;

/// <summary>Passes events on, and lets the host decide about calls that need approval.</summary>
/// <param name="inner">What renders the session.</param>
/// <param name="host">The host.</param>
/// <param name="answer">Hands an answer to the session.</param>
public sealed class PermissionRelay(IFrontEnd inner, HostChannel host, Action<PermissionInput> answer) : IFrontEnd
{
    private readonly OpenQuestions _questions = new(answer);

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        inner.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case PermissionRequested request:
                _questions.Ask(request.RequestId, token => AskAsync(request, token));
                break;
            case PermissionSettled settled:
                _questions.Withdraw(settled.RequestId);
                break;
        }
    }

    private async ValueTask<PermissionAnswer> AskAsync(PermissionRequested request, CancellationToken cancellationToken) =>
        CanUseToolRequest.Read(
            await host.AskAsync(json => CanUseToolRequest.Write(json, request), cancellationToken, host.PermissionTimeout)
                .ConfigureAwait(false),
            request.Call.Input);
}
