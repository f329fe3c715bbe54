using System.Collections.Concurrent;
using QwenCode.Sessions;

namespace QwenCode.Protocol.Control;

/// <summary>The questions about calls that the other side has not answered. Whatever goes wrong with one refuses its call.</summary>
/// <param name="answer">Hands an answer to the session.</param>
internal sealed class OpenQuestions(Action<PermissionInput> answer)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _asking = new();

    /// <summary>Asks, and returns at once: an event handler must not wait. The answer finds its way by itself.</summary>
    /// <param name="requestId">The question.</param>
    /// <param name="ask">Asks and reads the answer; the token is cancelled if the question is settled without it.</param>
    public void Ask(string requestId, Func<CancellationToken, ValueTask<PermissionAnswer>> ask)
    {
        // Not disposed: it holds nothing, and what settles the question may still cancel it.
        var abandoned = new CancellationTokenSource();
        _asking[requestId] = abandoned;
        _ = AskAsync(requestId, ask, abandoned.Token);
    }

    /// <summary>Gives up a question that is settled elsewhere.</summary>
    /// <param name="requestId">The question.</param>
    /// <returns>Whether it was still open.</returns>
    public bool Withdraw(string requestId)
    {
        var isOpen = _asking.TryRemove(requestId, out var abandoned);
        abandoned?.Cancel();
        return isOpen;
    }

    private async Task AskAsync(
        string requestId, Func<CancellationToken, ValueTask<PermissionAnswer>> ask, CancellationToken cancellationToken)
    {
        PermissionAnswer decision;
        try
        {
            decision = await ask(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            // A call must not wait for ever, and never run by accident.
            decision = new PermissionAnswer(PermissionOutcome.Cancel) { Message = $"Error: {exception.Message}" };
        }
        finally
        {
            _asking.TryRemove(requestId, out _);
        }

        answer(new PermissionInput(requestId, decision));
    }
}
