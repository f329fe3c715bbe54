using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>
/// The work that a task stands for: an agent or a command. It is constructed before the task is announced, and disposed of only if it
/// never ran; that does not throw.
/// </summary>
internal interface ITaskBody : IAsyncDisposable
{
    /// <summary>Gets what the work has spent so far.</summary>
    TaskStats Stats { get; }

    /// <summary>Gets who owns the tasks that the work starts; they are stopped with it. <c>null</c> if it starts none.</summary>
    TaskOwner? Children { get; }

    /// <summary>Does the work. Called at most once, on a thread of the pool.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="Exception">The task has failed, with the message.</exception>
    Task<TaskResult> RunAsync(TaskEntry task, CancellationToken cancellationToken);

    /// <summary>Hands a message to the running work.</summary>
    /// <returns>Whether it will be read; work that is ending does not read it.</returns>
    bool TrySend(string message);
}
