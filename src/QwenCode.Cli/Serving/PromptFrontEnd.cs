using QwenCode.Cli.IO;
using QwenCode.Sessions;

namespace QwenCode.Cli.Serving;

/// <summary>Shows a client how the work on its prompt comes along, and keeps how it ended.</summary>
/// <param name="scope">The client's call.</param>
/// <param name="answer">Takes answers to questions.</param>
internal sealed class PromptFrontEnd(CallScope scope, Action<PermissionInput> answer) : IFrontEnd
{
    private readonly ClientQuestions _questions = new(answer);

    /// <summary>Gets how the last run ended; <c>null</c> if none did.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>Gets why the model's turn failed, if it did.</summary>
    public TurnFailed? Failure { get; private set; }

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case RunStarted:
                Failure = null;
                break;
            case TurnFailed failed:
                Failure = failed;
                break;
            case RunCompleted completed:
                Outcome = completed.Outcome;
                break;
            case ToolCallStarted started:
                scope.Say($"{started.Call.DisplayName} {started.Call.Description}".TrimEnd());
                break;
            case TaskFinished finished:
                scope.Say(finished.DisplayLine);
                break;
            case NoticeRaised notice:
                StandardStreams.ErrorLine(notice.Text);
                break;
        }

        _questions.OnEvent(agentEvent, scope);
    }
}
