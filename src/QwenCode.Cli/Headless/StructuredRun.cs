using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>
/// Passes the events of a run on whose result has a form: a run that ends without one is asked for it, and in the end is a failure.
/// </summary>
/// <param name="inner">What renders the session.</param>
/// <param name="result">The tool that takes the result.</param>
internal sealed class StructuredRun(IFrontEnd inner, ResultTool result) : IFrontEnd
{
    // Models that end with a text mostly call the tool when they are told to.
    private const int MaxRequests = 2;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private ISession? _session;

    /// <summary>Gets a task that ends when nothing more is asked of the session.</summary>
    public Task Done => _done.Task;

    /// <summary>Sets the session that is asked again.</summary>
    public void Attach(ISession session) => Volatile.Write(ref _session, session);

    /// <inheritdoc/>
    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            // The run goes on; it has begun only once.
            case RunStarted when _requests > 0:
                return;
            case RunCompleted { Outcome.End: RunEnd.Success } completed when result.Result is { } json:
                inner.OnEvent(completed with { Outcome = completed.Outcome with { Text = json.GetRawText(), Structured = json } });
                break;
            case RunCompleted { Outcome.End: RunEnd.Success } when _requests < MaxRequests && Volatile.Read(ref _session) is { } session:
                _requests++;
                session.Send(new PromptInput($"The result has not been handed over. Call {ResultTool.ToolName} with it now."));
                return;
            case RunCompleted { Outcome.End: RunEnd.Success } completed:
                var text = $"The model ended without a result that fits --json-schema: it did not call {ResultTool.ToolName}.";
                inner.OnEvent(new TurnFailed(completed.Agent, text, "Say in the prompt what the result is to hold, or use another model."));
                inner.OnEvent(completed with { Outcome = completed.Outcome with { End = RunEnd.Error, Text = text } });
                break;
            default:
                inner.OnEvent(agentEvent);
                break;
        }

        if (agentEvent is RunCompleted or SessionEnded)
        {
            _done.TrySetResult();
        }
    }
}
