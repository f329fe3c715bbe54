using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Agents;

/// <summary>Takes the ends of tasks into the conversation of the agent that owned them.</summary>
internal static class TaskEnds
{
    /// <summary>
    /// Shows and notes the end of a task that was stopped with the agent that owned it. No model is asked about it: what stopped that
    /// agent is notified of the agent, and never knew of its tasks.
    /// </summary>
    /// <returns>Whether the item was such an end.</returns>
    public static bool TryPass(Agent agent, InboxItem item)
    {
        if (item is not NotificationItem { IsSilent: true, Task: var task } || task.Owner == agent.Id)
        {
            return false;
        }

        agent.Session.Events.Raise(new TaskFinished(task.Owner, task, TaskNotification.DisplayLine(task)));
        agent.Session.Tasks.Delivered(task.Id, null);
        return true;
    }

    /// <summary>Takes the end of a task into the conversation: shown, recorded, and only then noted as delivered.</summary>
    public static async ValueTask AcceptAsync(Agent agent, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var line = TaskNotification.DisplayLine(task);
        var envelope = TaskNotification.Envelope(task, agent.Session.Kernel.MaxNotificationCharacters);
        agent.Session.Events.Raise(
            new TaskFinished(task.Owner, task, line) { ParentCallId = task.Owner == agent.Id ? agent.CallId : null });
        agent.Accept(new UserEntry(new HistoryMessage(ChatRole.User, envelope), UserEntryOrigin.Notification, line));
        if (await NoteAsync(agent, task, cancellationToken).ConfigureAwait(false))
        {
            agent.AwaitAnswer(task.Id);
        }
    }

    /// <summary>Notes the end of a task as delivered as soon as the record that holds it is kept.</summary>
    /// <returns>Whether it is noted.</returns>
    public static async ValueTask<bool> NoteAsync(Agent agent, TaskSnapshot task, CancellationToken cancellationToken)
    {
        try
        {
            await agent.Transcript.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            // Not noted as delivered: a session that is resumed is notified again rather than never.
            agent.Session.Tasks.Notice($"The end of task {task.Id} is reported, but could not be recorded: {exception.Message}");
            return false;
        }

        agent.Session.Tasks.Delivered(task.Id, agent.Id);
        return true;
    }
}
