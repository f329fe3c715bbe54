namespace QwenCode.Client;

/// <summary>The prompts that were sent and are not done, in their order. Safe to use from several threads.</summary>
internal sealed class PromptRuns
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PromptRun> _runs = [];
    private Exception? _fault;

    /// <summary>Adds a prompt that is about to be sent.</summary>
    /// <exception cref="QwenClientException">The program has ended.</exception>
    public void Add(PromptRun run)
    {
        lock (_gate)
        {
            if (_fault is { } fault)
            {
                throw fault;
            }

            _runs.AddLast(run);
        }
    }

    /// <summary>Takes back a prompt that came to nothing.</summary>
    public void Remove(PromptRun run)
    {
        lock (_gate)
        {
            _runs.Remove(run);
        }
    }

    /// <summary>Notes that nobody reads a run any more. It stays here until its result comes, which is not that of the next.</summary>
    /// <returns>Whether it is the one that runs.</returns>
    public bool Abandon(PromptRun run)
    {
        lock (_gate)
        {
            run.IsAbandoned = true;
            return _runs.First?.Value == run;
        }
    }

    /// <summary>Passes a message to the run that it belongs to.</summary>
    /// <returns>Whether a run begins that nobody reads.</returns>
    public bool Pass(QwenMessage message)
    {
        lock (_gate)
        {
            if (_runs.First?.Value is not { } run)
            {
                return false;
            }

            if (run.Take(message))
            {
                _runs.RemoveFirst();
            }

            return run.IsAbandoned && message is InitMessage;
        }
    }

    /// <summary>Fails all runs, and all later ones.</summary>
    public void Fail(Exception fault)
    {
        lock (_gate)
        {
            _fault = fault;
            foreach (var run in _runs)
            {
                run.Fail(fault);
            }

            _runs.Clear();
        }
    }
}
