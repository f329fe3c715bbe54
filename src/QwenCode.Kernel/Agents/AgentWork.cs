using QwenCode.Conversations;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Conversations;
using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Turns;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Agents;

/// <summary>Runs an agent below the main one to its end: its turn, the ends of its own tasks, and what hooks still want of it.</summary>
internal sealed class AgentWork(TurnLoop turns)
{
    // An agent that a hook never lets go would never report; the number is the reference's.
    private const int MaxStopHooks = 5;

    /// <summary>Runs the agent.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="opening">What its conversation opens with, for the first run and for each that a hook asks for.</param>
    /// <param name="prompt">Its task.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TaskResult> RunAsync(Agent agent, History opening, string prompt, CancellationToken cancellationToken)
    {
        agent.Begin();
        TurnOutcome outcome;
        try
        {
            outcome = await WorkAsync(agent, opening, prompt, cancellationToken).ConfigureAwait(false);
            outcome = await HearHooksAsync(agent, opening, outcome, cancellationToken).ConfigureAwait(false);

            // What came while hooks ran, such as a message of the parent, was promised to be heard.
            while (outcome.End is TaskEndReason.Goal && !agent.Tasks.TryRetire())
            {
                outcome = await GoOnAsync(agent, outcome, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = TurnOutcome.Cancelled;
        }
        catch (Exception exception)
        {
            // A fault of ours or of a hook is the end of this agent, which its owner must hear of, and of nothing else.
            outcome = new TurnOutcome(TaskEndReason.Error, Error: exception);
        }

        await CloseTranscriptAsync(agent).ConfigureAwait(false);
        return new TaskResult(outcome.End, outcome.Text, outcome.Error?.Message, agent.Stats);
    }

    /// <summary>Closes the record of an agent that ended, or never began. Does not throw.</summary>
    public static async Task CloseTranscriptAsync(Agent agent)
    {
        try
        {
            await agent.Transcript.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // An agent's result is not worth less because its record could not be finished.
            agent.Session.Tasks.Notice($"The transcript of {agent.Id} is incomplete: {exception.Message}");
        }
    }

    private Task<TurnOutcome> WorkAsync(Agent agent, History opening, string prompt, CancellationToken cancellationToken)
    {
        agent.Open(opening.Branch());
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, prompt)));
        return WorkAsync(agent, cancellationToken);
    }

    private async Task<TurnOutcome> WorkAsync(Agent agent, CancellationToken cancellationToken) =>
        await GoOnAsync(agent, await turns.RunAsync(agent, agent.Exhausted, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    // An agent that fails does not wait for its children: they are stopped with it.
    private async Task<TurnOutcome> GoOnAsync(Agent agent, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        while (outcome.End is TaskEndReason.Goal && await NextAsync(agent, cancellationToken).ConfigureAwait(false) is { } item)
        {
            switch (item)
            {
                case var _ when TryPass(agent, item):
                    continue;
                case NotificationItem notification:
                    await AcceptAsync(agent, notification.Task, cancellationToken).ConfigureAwait(false);
                    break;
                case PromptItem message:
                    agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, [.. message.Content])));
                    break;
                default:
                    continue;
            }

            outcome = await turns.RunAsync(agent, agent.Exhausted, cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <summary>
    /// Shows and notes the end of a task that was stopped with the agent that owned it. No model is asked about it: whoever
    /// stopped that agent is told of it, and never knew of its tasks.
    /// </summary>
    public static bool TryPass(Agent agent, InboxItem item)
    {
        if (item is not NotificationItem { Task: { State: TaskState.Cancelled } task } || task.Owner == agent.Id)
        {
            return false;
        }

        agent.Session.Events.Raise(new TaskFinished(task.Owner, task, TaskNotification.DisplayLine(task)));
        agent.Session.Tasks.Delivered(task.Id);
        return true;
    }

    /// <summary>Takes the end of a task into the conversation: shown, recorded, and only then noted as delivered.</summary>
    public static async ValueTask AcceptAsync(Agent agent, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var line = TaskNotification.DisplayLine(task);
        var envelope = TaskNotification.Envelope(task, agent.Session.Kernel.MaxNotificationCharacters);
        agent.Session.Events.Raise(new TaskFinished(task.Owner, task, line) { ParentCallId = task.Owner == agent.Id ? agent.CallId : null });
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, envelope), UserEntryOrigin.Notification, line));
        try
        {
            await agent.Transcript.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // Not noted as delivered: whoever resumes the session is told again rather than never.
            agent.Session.Tasks.Notice($"The end of task {task.Id} is told, but could not be recorded: {exception.Message}");
            return;
        }

        agent.Session.Tasks.Delivered(task.Id);
    }

    /// <summary>Gives what leads to the next turn, or <c>null</c> once nothing can come any more.</summary>
    private static async ValueTask<InboxItem?> NextAsync(Agent agent, CancellationToken cancellationToken)
    {
        // The order matters: an end is put into the inbox before its task leaves the list.
        var mayCome = agent.Tasks.HasUnfinished;
        if (agent.Inbox.TryTake(static _ => true) is { } item)
        {
            return item;
        }

        if (!mayCome)
        {
            return null;
        }

        ValueTask<InboxItem> Wait() => agent.Inbox.TakeAsync(static _ => true, cancellationToken);
        agent.Task?.BeginWait();
        try
        {
            return agent.Task?.Slot is { } slot
                ? await slot.LendWhileAsync(Wait, cancellationToken).ConfigureAwait(false)
                : await Wait().ConfigureAwait(false);
        }
        finally
        {
            agent.Task?.EndWait(agent.Session.Time.GetTimestamp());
        }
    }

    private async ValueTask<TurnOutcome> HearHooksAsync(Agent agent, History opening, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        for (var fired = 0; fired < MaxStopHooks && hooks.Handles(HookEvent.SubagentStop) && !cancellationToken.IsCancellationRequested; fired++)
        {
            var (isActive, last) = (fired > 0, outcome.Text);
            var input = new HookInput(HookEvent.SubagentStop, agent.Type, writer =>
            {
                writer.WriteString("permission_mode"u8, WireMode(agent.Mode));
                writer.WriteBoolean("stop_hook_active"u8, isActive);
                writer.WriteString("agent_id"u8, agent.Id.Value);
                writer.WriteString("agent_type"u8, agent.Type);
                writer.WriteString("agent_transcript_path"u8, agent.Transcript.Path ?? string.Empty);
                writer.WriteString("last_assistant_message"u8, last);
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
                return outcome;
            }

            if (!said.IsBlocking && !said.IsStopRequested)
            {
                return outcome;
            }

            var next = await WorkAsync(agent, opening, said.Reason ?? "Continue with your task.", cancellationToken).ConfigureAwait(false);
            if (next.End is TaskEndReason.Error && outcome.End is TaskEndReason.Goal)
            {
                agent.Session.Tasks.Notice($"Agent {agent.Id} was sent on by a SubagentStop hook and failed ({next.Error?.Message}); the answer it had given stands.");
                return outcome;
            }

            outcome = next;
            if (fired == MaxStopHooks - 1)
            {
                agent.Session.Tasks.Notice($"Agent {agent.Id} was sent on {MaxStopHooks} times by SubagentStop hooks; its last answer now stands.");
            }
        }

        return outcome;
    }

    /// <summary>Gives a mode as the subagent hooks spell it; other hooks write <c>auto-edit</c>.</summary>
    public static string WireMode(ApprovalMode mode) => mode is ApprovalMode.AutoEdit ? "auto_edit" : mode.ToWire();
}
