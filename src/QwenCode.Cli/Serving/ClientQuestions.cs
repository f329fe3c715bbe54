using System.Collections.Concurrent;
using ModelContextProtocol;
using QwenCode.Mcp.Serving;
using QwenCode.Sessions;

namespace QwenCode.Cli.Serving;

/// <summary>Puts the questions of a session to the user of its client, and hands back the answers.</summary>
/// <param name="answer">Takes an answer.</param>
internal sealed class ClientQuestions(Action<PermissionInput> answer)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new(StringComparer.Ordinal);

    /// <summary>Takes an event.</summary>
    /// <param name="agentEvent">The event.</param>
    /// <param name="scope">The client's call that it belongs to.</param>
    public void OnEvent(AgentEvent agentEvent, CallScope? scope)
    {
        switch (agentEvent)
        {
            case PermissionRequested request:
                // Not on this thread, which belongs to the session.
                var settled = _open[request.RequestId] = new CancellationTokenSource();
                _ = Task.Run(() => AskAsync(request, scope, settled.Token));
                break;
            case PermissionSettled settledEvent when _open.TryRemove(settledEvent.RequestId, out var open):
                // Withdraws a question that nobody needs to answer any more.
                _ = Task.Run(open.Cancel);
                break;
        }
    }

    private async Task AskAsync(PermissionRequested request, CallScope? scope, CancellationToken cancellationToken)
    {
        PermissionAnswer reply;
        try
        {
            reply = scope is not null && ServedQuestion.Of(request.Call, request.Confirmation) is { } question
                ? ServedQuestion.Read(
                    request.Confirmation, await scope.Server.ElicitAsync(question, cancellationToken).ConfigureAwait(false))
                : new PermissionAnswer(PermissionOutcome.Cancel) { Message = "Nobody can be asked about this call." };
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception) when (exception is McpException or InvalidOperationException or IOException)
        {
            reply = new PermissionAnswer(PermissionOutcome.Cancel) { Message = $"The user could not be asked: {exception.Message}" };
        }

        answer(new PermissionInput(request.RequestId, reply));
    }
}
