using QwenCode.Agents;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>Passes events on, and knows what is still being worked on and what the last answer cost.</summary>
internal sealed class RunTracker(IFrontEnd inner) : IFrontEnd
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private int _open;
    private int _unfinished;

    /// <summary>Raised when the session's turns are used up.</summary>
    public event Action? TurnsUsedUp;

    /// <summary>Gets whether a prompt waits or is worked on.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _open > 0;
            }
        }
    }

    /// <summary>Gets whether a prompt waits or is worked on, the result of the last one not yet written.</summary>
    /// <remarks>Not <see cref="IsBusy"/>: whoever reads a result may ask at once what to do next.</remarks>
    public bool HasUnfinished => Volatile.Read(ref _unfinished) > 0;

    /// <summary>Gets whether a run has ever begun.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Gets the tokens of the conversation as the model last counted them.</summary>
    public long ContextTokens { get; private set; }

    /// <summary>Gets how often the model was changed.</summary>
    public int ModelChanges { get; private set; }

    /// <summary>Gets the last notice.</summary>
    public string? LastNotice { get; private set; }

    /// <summary>Counts a prompt that is handed to the session.</summary>
    public void Began()
    {
        lock (_gate)
        {
            _open++;
            _unfinished++;
        }
    }

    /// <summary>Waits until every prompt is done.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task IdleAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _open == 0 ? Task.CompletedTask
                : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(cancellationToken);
        }
    }

    public void OnEvent(AgentEvent agentEvent)
    {
        if (agentEvent is RunCompleted)
        {
            lock (_gate)
            {
                _unfinished = Math.Max(0, _unfinished - 1);
            }
        }

        inner.OnEvent(agentEvent);
        switch (agentEvent)
        {
            case AnswerCompleted { ParentCallId: null, Usage: { } usage } answer when answer.Agent == AgentId.Main:
                ContextTokens = usage.TotalTokenCount ?? (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0);
                break;
            case ConversationCompacted { ParentCallId: null } compacted when compacted.Agent == AgentId.Main:
                ContextTokens = compacted.TokensAfter;
                break;
            case RunStarted:
                HasBegun = true;
                break;
            case ModelChanged:
                ModelChanges++;
                break;
            case NoticeRaised notice:
                LastNotice = notice.Text;
                break;
            case RunCompleted completed:
                Ended(1);
                if (completed.Outcome.End is RunEnd.MaxTurns or RunEnd.Budget)
                {
                    TurnsUsedUp?.Invoke();
                }

                break;
            case SessionEnded:
                Ended(int.MaxValue);
                break;
        }
    }

    private void Ended(int count)
    {
        lock (_gate)
        {
            _open = Math.Max(0, _open - count);
            if (_open == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }
        }
    }
}
