using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>What the registry needs of the session that a task belongs to.</summary>
/// <param name="Id">The session.</param>
/// <param name="Journal">Its journal; <c>null</c> if nothing is kept.</param>
/// <param name="Notice">Shows the user something that is not part of the conversation.</param>
/// <param name="Raise">Raises an event of the session.</param>
internal sealed record SessionTasks(SessionId Id, ITaskJournal? Journal, Action<string> Notice, Action<AgentEvent> Raise)
{
    private bool _hasReported;

    /// <summary>Journals a start, before anything runs.</summary>
    public void Started(TaskSnapshot task) => Write(task.Id, "start", journal => journal.Started(task));

    /// <summary>Journals an end, before it is delivered.</summary>
    public void Ended(TaskSnapshot task) => Write(task.Id, "end", journal => journal.Ended(task));

    /// <summary>Journals that the owner has an end in its conversation; a later process does not deliver it again.</summary>
    public void Delivered(string taskId, AgentId? consumer) =>
        Write(taskId, "delivery", journal => journal.Delivered(taskId, consumer));

    /// <summary>Journals that a model has answered to an end.</summary>
    public void Answered(string taskId) => Write(taskId, "answer", journal => journal.Answered(taskId));

    private void Write(string taskId, string what, Action<ITaskJournal> write)
    {
        if (Journal is null)
        {
            return;
        }

        try
        {
            write(Journal);
        }
        catch (Exception exception)
        {
            // A full disk, or a journal that was closed under a late task: the task's own story must go on, and the user must know.
            if (!Interlocked.Exchange(ref _hasReported, true))
            {
                Notice($"The {what} of task {taskId} could not be written to the journal ({exception.Message}), nor may be what follows; "
                    + "tasks go on, but a crash now could lose an end or report it twice.");
            }
        }
    }
}
