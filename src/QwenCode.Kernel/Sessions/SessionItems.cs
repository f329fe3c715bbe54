using QwenCode.Agents;
using QwenCode.Kernel.Agents;

namespace QwenCode.Kernel.Sessions;

/// <summary>Handles what comes to the main agent and leads to no turn.</summary>
internal static class SessionItems
{
    /// <summary>Handles an item.</summary>
    /// <returns>Whether it is done with; otherwise it leads to a turn.</returns>
    public static bool TryHandle(SessionContext session, InboxItem item)
    {
        switch (item)
        {
            case WakeItem:
                return true;
            case ResumeItem resume:
                Resume(session, resume);
                return true;
            default:
                return TaskEnds.TryPass(session.Main, item);
        }
    }

    private static void Resume(SessionContext session, ResumeItem item)
    {
        var task = item.Task;
        try
        {
            var conversation = session.Transcripts.LoadAgent(session.Id, new AgentId(task.Id));
            session.Launcher.Resume(task, conversation?.Messages ?? []);
            if (conversation is null)
            {
                session.Tasks.Notice($"Task {task.Id} has no transcript; it begins again with its prompt.");
            }

            if (item.End is not null)
            {
                session.Tasks.Delivered(task.Id, null);
            }
        }
        catch (Exception exception)
        {
            // Whatever keeps one task from going on, the session goes on. Its end stays undelivered in the journal: what keeps it from
            // going on may be mended, and the next session is notified if not.
            session.Tasks.Notice($"Task {task.Id} cannot be resumed: {exception.Message}");
        }
    }
}
