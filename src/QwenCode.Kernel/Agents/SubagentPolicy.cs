using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Hooks;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Turns;
using QwenCode.Permissions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Agents;

/// <summary>How an agent below the main one runs: it takes whatever comes, and stops at the first turn that does not end well.</summary>
/// <param name="agent">The agent.</param>
/// <param name="opening">What its conversation opens with, at its start and whenever a hook sends it on.</param>
internal sealed class SubagentPolicy(Agent agent, History opening) : RunPolicy
{
    private bool _hasBegun;

    /// <summary>Gets the bound of the reference: an agent that a hook never lets go would never report.</summary>
    public override int MaxStopHooks => 5;

    public override bool RunsStopHooksAfterEachTurn => false;

    public override bool MayBeNext(InboxItem item, TaskEndReason last) => true;

    public override bool ExpectsMore(TaskEndReason last) => false;

    // An agent that fails does not wait for its children: they are stopped with it.
    public override bool GoesOnAfter(TaskEndReason end) => end is TaskEndReason.Goal;

    public override TaskEndReason? MayAsk() => agent.Exhausted();

    public override bool TryHandle(InboxItem item) => item is not (NotificationItem or PromptItem) || TaskEnds.TryPass(agent, item);

    public override async ValueTask<TurnOutcome?> AcceptAsync(InboxItem item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case NotificationItem notification:
                await TaskEnds.AcceptAsync(agent, notification.Task, cancellationToken).ConfigureAwait(false);
                break;
            case PromptItem prompt:
                if (!_hasBegun)
                {
                    _hasBegun = true;
                    agent.Open(opening.Branch());
                }

                agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, [.. prompt.Content])));
                break;
            default:
                throw new InvalidOperationException($"An agent below the main one takes no {item.GetType().Name}.");
        }

        return null;
    }

    public override async ValueTask<string?> RunStopHooksAsync(
        TurnOutcome outcome, IReadOnlyList<string> earlier, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        if (!hooks.Handles(HookEvent.SubagentStop) || cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        var input = new HookInput(HookEvent.SubagentStop, agent.Type, writer =>
        {
            writer.WriteString("permission_mode"u8, WireMode(agent.Mode));
            writer.WriteBoolean("stop_hook_active"u8, earlier.Count > 0);
            writer.WriteString("agent_id"u8, agent.Id.Value);
            writer.WriteString("agent_type"u8, agent.Type);
            writer.WriteString("agent_transcript_path"u8, agent.Transcript.Path ?? string.Empty);
            writer.WriteString("last_assistant_message"u8, outcome.Text);
        });
        HookOutcome said;
        try
        {
            said = await hooks.RunAsync(input, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A hook that fails has no say.
            agent.Session.Tasks.Notice($"A SubagentStop hook failed: {exception.Message}");
            return null;
        }

        if (!said.IsBlocking && !said.IsStopRequested)
        {
            return null;
        }

        return said.Reason ?? "Continue with your task.";
    }

    public override void Continue(string reason)
    {
        agent.Open(opening.Branch());
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, reason)));
    }

    public override TurnOutcome ChooseAfterHook(TurnOutcome rejected, TurnOutcome next, int times)
    {
        if (next.End is TaskEndReason.Error && rejected.End is TaskEndReason.Goal)
        {
            agent.Session.Tasks.Notice(
                $"Agent {agent.Id} was sent on by a SubagentStop hook and failed ({next.Error?.Message}); the answer it had given stands.");
            return rejected;
        }

        if (times == MaxStopHooks)
        {
            agent.Session.Tasks.Notice(
                $"Agent {agent.Id} was sent on {MaxStopHooks} times by SubagentStop hooks; its last answer now stands.");
        }

        return next;
    }

    public override TurnOutcome Report(TurnOutcome outcome) => outcome;

    public override bool TryFinish() => agent.Tasks.TryRetire();

    /// <summary>Returns a mode as the subagent hooks spell it; other hooks write <c>auto-edit</c>.</summary>
    public static string WireMode(ApprovalMode mode) => mode is ApprovalMode.AutoEdit ? "auto_edit" : mode.ToWire();
}
