using QwenCode.Cli.IO;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>Passes events on, and remembers what the exit code depends on.</summary>
internal sealed class OutcomeRecorder(IFrontEnd inner, bool showNotices) : IFrontEnd
{
    /// <summary>Gets how the last run went.</summary>
    public RunOutcome? Outcome { get; private set; }

    /// <summary>Gets the agent to look for.</summary>
    public string? Agent { get; init; }

    /// <summary>Gets whether <see cref="Agent"/> began to work.</summary>
    public bool WasLaunched { get; private set; }

    public void OnEvent(AgentEvent agentEvent)
    {
        switch (agentEvent)
        {
            case RunCompleted completed:
                Outcome = completed.Outcome;
                break;
            case AgentLaunched launched:
                WasLaunched |= launched.Agent.Value == Agent;
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
