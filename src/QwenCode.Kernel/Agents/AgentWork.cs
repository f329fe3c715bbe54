using QwenCode.Conversations;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Hooks;
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
        var outcome = await WorkAsync(agent, opening, prompt, cancellationToken).ConfigureAwait(false);
        try
        {
            outcome = await HearHooksAsync(agent, opening, outcome, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            agent.Inbox.Close();
            await agent.Transcript.DisposeAsync().ConfigureAwait(false);
        }

        return new TaskResult(outcome.End, outcome.Text, outcome.Error?.Message, agent.Stats);
    }

    private async Task<TurnOutcome> WorkAsync(Agent agent, History opening, string prompt, CancellationToken cancellationToken)
    {
        agent.Open(opening.Branch());
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, prompt)));
        var outcome = await turns.RunAsync(agent, agent.Exhausted, cancellationToken).ConfigureAwait(false);
        while (outcome.End is TaskEndReason.Goal && await NextAsync(agent, cancellationToken).ConfigureAwait(false) is { } item)
        {
            switch (item)
            {
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

        // An agent that fails does not wait for its children: they are stopped with it.
        return outcome;
    }

    /// <summary>Takes the end of a task into the conversation: shown, recorded, and only then noted as delivered.</summary>
    public static async ValueTask AcceptAsync(Agent agent, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var line = TaskNotification.DisplayLine(task);
        var envelope = TaskNotification.Envelope(task, agent.Session.Kernel.MaxNotificationCharacters);
        agent.Session.Events.Raise(new TaskFinished(agent.Id, task, line) { ParentCallId = agent.CallId });
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, envelope), UserEntryOrigin.Notification, line));
        await agent.Transcript.FlushAsync(cancellationToken).ConfigureAwait(false);
        agent.Session.Tasks.Journal?.Delivered(task.Id);
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
                writer.WriteString("permission_mode"u8, agent.Mode.ToWire());
                writer.WriteBoolean("stop_hook_active"u8, isActive);
                writer.WriteString("agent_id"u8, agent.Id.Value);
                writer.WriteString("agent_type"u8, agent.Type);
                writer.WriteString("agent_transcript_path"u8, agent.Transcript.Path ?? string.Empty);
                writer.WriteString("last_assistant_message"u8, last);
            });
            var said = await hooks.RunAsync(input, cancellationToken).ConfigureAwait(false);
            if (!said.IsBlocking && !said.IsStopRequested)
            {
                return outcome;
            }

            outcome = await WorkAsync(agent, opening, said.Reason ?? "Continue with your task.", cancellationToken).ConfigureAwait(false);
            if (fired == MaxStopHooks - 1)
            {
                agent.Session.Tasks.Notice($"Agent {agent.Id} was sent on {MaxStopHooks} times by SubagentStop hooks; its last answer now stands.");
            }
        }

        return outcome;
    }
}
