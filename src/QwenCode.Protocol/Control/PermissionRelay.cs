using System.Collections.Concurrent;
using QwenCode.Sessions;

namespace QwenCode.Protocol.Control;

/// <summary>Passes events on, and lets the host decide about calls that need approval.</summary>
/// <param name="inner">What renders the session.</param>
/// <param name="host">The host.</param>
/// <param name="answer">Hands an answer to the session.</param>
public sealed class PermissionRelay(IFrontEnd inner, HostChannel host, Action<PermissionInput> answer) : IFrontEnd
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _asking = new();

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        inner.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case PermissionRequested request:
                // Not disposed: it holds nothing, and what settles the question may still cancel it.
                var abandoned = new CancellationTokenSource();
                _asking[request.RequestId] = abandoned;

                // An event handler must not wait; the answer finds its way by itself, and every end of the question is one.
                _ = AskAsync(request, abandoned);
                break;
            case PermissionSettled settled when _asking.TryRemove(settled.RequestId, out var open):
                open.Cancel();
                break;
        }
    }

    private async Task AskAsync(PermissionRequested request, CancellationTokenSource abandoned)
    {
        PermissionAnswer decision;
        try
        {
            var said = await host.AskAsync(json => CanUseToolRequest.Write(json, request), abandoned.Token).ConfigureAwait(false);
            decision = CanUseToolRequest.Read(said, request.Call.Input);
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
