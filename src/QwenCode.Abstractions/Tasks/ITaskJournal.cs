using QwenCode.Agents;

namespace QwenCode.Tasks;

/// <summary>
/// What of the tasks of one session must survive a crash. Written in order, before the effect it speaks of is delivered;
/// a line that was cut by the crash is not there.
/// </summary>
public interface ITaskJournal : IAsyncDisposable
{
    /// <summary>Returns what an earlier process left behind, folded to one entry a task, in the order they were announced.</summary>
    IReadOnlyList<JournaledTask> Recover();

    /// <summary>Notes that a task was announced as started.</summary>
    /// <param name="task">The task; its prompt is kept so that it can be resumed.</param>
    void Started(TaskSnapshot task);

    /// <summary>
    /// Notes that a task ended, before its owner is notified. Returns once the line is handed to the operating system and, by default,
    /// synced.
    /// </summary>
    /// <param name="task">The task in its final state.</param>
    /// <exception cref="IOException">The line could not be written; the caller still delivers, and says that a crash now could
    /// lose it.</exception>
    void Ended(TaskSnapshot task);

    /// <summary>Notes that an agent has the notification in its own transcript.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="consumer">
    /// The agent; <c>null</c> if the task was stopped with its owner, so that no agent is left to be notified.
    /// </param>
    void Delivered(string taskId, AgentId? consumer);

    /// <summary>Notes that the model of the agent has answered a request that held the notification.</summary>
    /// <param name="taskId">The task.</param>
    /// <remarks>A notification that no turn has answered is answered by the first one of a later process.</remarks>
    void Answered(string taskId);
}
