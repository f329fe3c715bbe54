using System.Collections.Concurrent;
using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Sessions;

/// <summary>Carries questions about calls to the front end and answers back.</summary>
internal sealed class PermissionBroker(EventHub events)
{
    private readonly ConcurrentDictionary<string, Pending> _pending = new();

    // The function says whether the call no longer needs asking.
    public async ValueTask<PermissionAnswer> AskAsync(
        AgentId agent, string? parentCallId, ToolCallInfo call, ToolConfirmation confirmation, bool offersAlways, Func<bool> mayRunNow,
        CancellationToken cancellationToken)
    {
        var requestId = Guid.NewGuid().ToString();
        var pending = new Pending(
            agent, parentCallId, mayRunNow, new TaskCompletionSource<PermissionAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        _pending[requestId] = pending;
        try
        {
            events.Raise(new PermissionRequested(agent, requestId, call, confirmation, offersAlways) { ParentCallId = parentCallId });
            return await pending.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Settle(requestId, new PermissionAnswer(PermissionOutcome.Cancel));
            throw;
        }
    }

    /// <summary>Settles a question; an unknown or settled one is ignored.</summary>
    public void Settle(string requestId, PermissionAnswer answer)
    {
        if (_pending.TryRemove(requestId, out var pending))
        {
            events.Raise(new PermissionSettled(pending.Agent, requestId, answer.Outcome) { ParentCallId = pending.ParentCallId });
            pending.Answer.TrySetResult(answer);
        }
    }

    /// <summary>Settles every open question that a lasting answer to another one has made needless.</summary>
    public void Reconsider()
    {
        foreach (var (requestId, pending) in _pending)
        {
            if (pending.MayRunNow())
            {
                Settle(requestId, new PermissionAnswer(PermissionOutcome.ProceedOnce));
            }
        }
    }

    private sealed record Pending(AgentId Agent, string? ParentCallId, Func<bool> MayRunNow, TaskCompletionSource<PermissionAnswer> Answer);
}
