using QwenCode.Kernel.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tasks;

/// <summary>Answers calls that name a task of an earlier process, which the model still knows from the conversation.</summary>
internal static class EarlierTasks
{
    /// <summary>Returns why nothing can be done with a task of an earlier process; <c>null</c> if there was none of that id.</summary>
    public static ToolResult? Refuse(SessionContext session, string id)
    {
        foreach (var (task, _) in session.Recovered)
        {
            if (task.Id == id)
            {
                return ToolResult.Failure("task_not_running", task is { HasEnded: true, EndReason: not TaskEndReason.Interrupted }
                    ? $"Task is {TaskNotification.Status(task.State)}: {id}"
                    : $"Task {id} was interrupted: the process that it ran in is gone, and it does not run any more. "
                    + "Start its work anew if it is still needed.");
            }
        }

        return null;
    }
}
