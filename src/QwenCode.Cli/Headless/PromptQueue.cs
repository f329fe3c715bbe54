using Microsoft.Extensions.AI;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>
/// Counts the prompts that a session does not have yet. A prompt is always here or in the session, so that an interrupt finds it. Threads
/// may share it.
/// </summary>
internal sealed class PromptQueue
{
    private readonly Lock _gate = new();
    private int _waiting;
    private bool _isNextInterrupted;

    /// <summary>Counts a prompt that came.</summary>
    public void Add()
    {
        lock (_gate)
        {
            _waiting++;
        }
    }

    /// <summary>Takes the prompt that has waited longest out of the count, and hands it to the session.</summary>
    /// <param name="session">The session; <c>null</c> if none is open yet.</param>
    /// <param name="prompt">What the session gets; <c>null</c> if nothing is left of the prompt.</param>
    public void Pass(StreamJsonSession? session, IReadOnlyList<AIContent>? prompt)
    {
        lock (_gate)
        {
            if (session is not null && prompt is not null)
            {
                session.Tracker.Began();
                session.Session.Send(SlashCommands.ToInput(prompt));
                if (_isNextInterrupted)
                {
                    session.Session.Send(new InterruptInput());
                }
            }

            _waiting--;
            _isNextInterrupted = false;
        }
    }

    /// <summary>Interrupts the turn of a session, or between two turns the prompt that waits: the result of either says so.</summary>
    /// <param name="session">The session; <c>null</c> if none is open yet.</param>
    /// <param name="isWorking">Whether a prompt waits or is worked on.</param>
    /// <returns>Whether something was interrupted; not before the first turn, and not if nothing is worked on.</returns>
    public bool TryInterrupt(StreamJsonSession? session, out bool isWorking)
    {
        lock (_gate)
        {
            var isRunning = session is { Tracker.IsBusy: true };
            isWorking = isRunning || _waiting > 0;
            if (!isWorking || session is not { Tracker.HasBegun: true })
            {
                return false;
            }

            _isNextInterrupted |= !isRunning;
            if (isRunning)
            {
                session.Session.Send(new InterruptInput());
            }

            return true;
        }
    }
}
