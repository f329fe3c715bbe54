using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Tasks;

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
                Resume(session, resume.Task);
                return true;
            default:
                return TaskEnds.TryPass(session.Main, item);
        }
    }

    private static void Resume(SessionContext session, TaskSnapshot task)
    {
        if (session.Transcripts.LoadAgent(session.Id, new AgentId(task.Id)) is not { } conversation)
        {
            session.Tasks.Notice($"Task {task.Id} cannot be resumed: it has no transcript.");
            return;
        }

        try
        {
            session.Launcher.Resume(task, conversation.Messages);
        }
        catch (QwenCodeException exception)
        {
            session.Tasks.Notice($"Task {task.Id} cannot be resumed: {exception.Message}");
        }
    }
}
