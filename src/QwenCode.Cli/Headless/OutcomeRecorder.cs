using QwenCode.Cli.IO;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Cli.Headless;

/// <summary>Passes events on, and remembers what the exit code depends on.</summary>
internal sealed class OutcomeRecorder(IFrontEnd inner, bool showNotices) : IFrontEnd
{
    /// <summary>Gets how the last run went.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>Gets the task whose agent is to go on; it goes on under another id.</summary>
    public TaskSnapshot? Resumed { get; init; }

    /// <summary>Gets whether the agent of <see cref="Resumed"/> began to work.</summary>
    public bool WasLaunched { get; private set; }

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case RunCompleted completed:
                Outcome = completed.Outcome;
                break;
            case AgentLaunched launched:
                WasLaunched |= Resumed is { } task && launched.Type == task.Type
                    && launched.ParentCallId == (task.ToolUseId ?? string.Empty);
                break;
            case NoticeRaised notice when showNotices:
                StandardStreams.ErrorLine(notice.Text);
                break;
            case TurnFailed { Advice.Length: > 0 } failed when showNotices:
                StandardStreams.ErrorLine(failed.Advice);
                break;
        }

        inner.OnEvent(agentEvent);
    }
}
