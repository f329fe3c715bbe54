using QwenCode.Cli.Headless;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;

namespace QwenCode.Cli.Acp;

/// <summary>
/// Takes the prompts of a client to its session, one at a time: a further one interrupts the one that is worked on and takes its place.
/// A cancel takes every prompt with it that was sent before.
/// </summary>
/// <param name="session">The session's id.</param>
/// <param name="send">Hands something to the session.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing, and prompts may wait for it to the end.")]
internal sealed class PromptLine(string session, Action<SessionInput> send)
{
    private static readonly PromptEnd Cancelled = new(new(RunEnd.Cancelled, string.Empty, 0, TimeSpan.Zero, TimeSpan.Zero), null);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<PromptEnd>> _sent = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource? _reading;
    private int _ahead;

    // Counts the cancels: a prompt that came before the last one and has not begun does not begin.
    private int _epoch;
    private bool _isOver;

    /// <summary>Works on a prompt.</summary>
    /// <param name="read">Returns what of it goes to the session.</param>
    /// <param name="cancellationToken">Ends the waiting for prompts in front of it.</param>
    /// <returns>How the work on it went.</returns>
    /// <exception cref="JsonRpcException">The session is over.</exception>
    public async Task<PromptEnd> RunAsync(
        Func<CancellationToken, ValueTask<IReadOnlyList<AIContent>>> read, CancellationToken cancellationToken)
    {
        // Up to here in the order of the calls; from now on the prompts wait in line.
        if (Interlocked.Increment(ref _ahead) > 1)
        {
            Cancel();
        }

        var epoch = Volatile.Read(ref _epoch);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await ReadAsync(read, epoch, cancellationToken).ConfigureAwait(false) is { } content
                    ? await SendAsync(content, epoch, cancellationToken).ConfigureAwait(false) : Cancelled;
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _ahead);
        }
    }

    /// <summary>Ends the work on a prompt and those that wait behind it; with none, what the session works on by itself.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _epoch++;
            _ = _reading?.CancelAsync();
        }

        // Not while the gate is held: what the interrupt cancels raises events, which take it.
        send(new InterruptInput { IncludesWaiting = true });
    }

    /// <summary>Takes the end of a run.</summary>
    /// <param name="completed">The end.</param>
    /// <param name="failure">Why the model's turn failed, if it did.</param>
    /// <returns>What ends the waiting for it; <c>null</c> if it was no prompt's.</returns>
    public Action? Complete(RunCompleted completed, TurnFailed? failure)
    {
        lock (_gate)
        {
            return completed.Trigger is RunTrigger.Prompt && _sent.TryDequeue(out var done)
                ? () => done.TrySetResult(new(completed.Outcome, failure)) : null;
        }
    }

    /// <summary>Ends the waiting for every prompt: the session is over.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            while (_sent.TryDequeue(out var left))
            {
                left.TrySetResult(Cancelled);
            }
        }
    }

    /// <summary>Returns what of a prompt goes to the session; <c>null</c> if it was cancelled before.</summary>
    private async ValueTask<IReadOnlyList<AIContent>?> ReadAsync(
        Func<CancellationToken, ValueTask<IReadOnlyList<AIContent>>> read, int epoch, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_gate)
        {
            if (_epoch != epoch)
            {
                return null;
            }

            _reading = reading;
        }

        try
        {
            return await read(reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            lock (_gate)
            {
                _reading = null;
            }
        }
    }

    private async ValueTask<PromptEnd> SendAsync(IReadOnlyList<AIContent> content, int epoch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<PromptEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isOver)
            {
                throw JsonRpcException.Internal($"Session not found: {session}");
            }

            if (_epoch != epoch)
            {
                return Cancelled;
            }

            _sent.Enqueue(done);
        }

        send(SlashCommands.ToInput(content));
        if (Volatile.Read(ref _epoch) != epoch)
        {
            // Cancelled in this instant, when there was nothing to interrupt yet.
            send(new InterruptInput { IncludesWaiting = true });
        }

        // To its end, whatever happens: the end of the process ends the session, and with it the run.
        var end = await done.Task.ConfigureAwait(false);

        // What came to its end in the instant of a cancel was cancelled all the same, for the client.
        return Volatile.Read(ref _epoch) != epoch && end.Outcome.End is not RunEnd.Error ? Cancelled : end;
    }
}

/// <summary>How the work on a prompt ended.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Failure">Why the model's turn failed, if it did.</param>
internal sealed record PromptEnd(RunOutcome Outcome, TurnFailed? Failure);
