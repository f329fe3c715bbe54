using QwenCode.Cli.IO;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Cli.Commands;

/// <summary>The tasks of a session, from its journal and, if it lives, from its process.</summary>
/// <param name="Id">The session.</param>
/// <param name="Journal">Its journal.</param>
internal sealed record SessionTaskView(SessionId Id, string Journal)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private IReadOnlyList<JournaledTask>? _tasks;

    public IReadOnlyList<JournaledTask> Tasks => _tasks ??= TaskJournalReader.Read(Journal, StandardStreams.ErrorLine).Tasks;

    /// <summary>Asks the process that owns the tasks for their state.</summary>
    /// <param name="cancellationToken">Ends the asking; a process that does not answer is given up on after 5 seconds.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<LiveTasks> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            var reply = await TaskRequests.SendAsync(Journal, new TaskRequest(TaskRequest.Queued, string.Empty),
                TimeSpan.FromMilliseconds(500), patience.Token).ConfigureAwait(false);
            return reply is null ? LiveTasks.None : new LiveTasks(true, reply.IsDone ? reply.Message.Split('\n') : []);
        }
        catch (Exception exception) when (exception is IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It is there and does not answer, as a suspended process does.
            return new LiveTasks(true, []);
        }
    }
}

/// <summary>What a living process says about its tasks.</summary>
/// <param name="IsAlive">Whether there is one.</param>
/// <param name="Queued">The ids of the tasks that wait for a slot.</param>
internal sealed record LiveTasks(bool IsAlive, string[] Queued)
{
    public const string Interrupted = "interrupted";

    public static LiveTasks None { get; } = new(false, []);

    /// <summary>Returns the word for the state of a task.</summary>
    public string StateOf(TaskSnapshot task) =>
        task.EndReason is TaskEndReason.Interrupted || (!task.HasEnded && !IsAlive) ? Interrupted
        : task.HasEnded ? task.State.ToString().ToLowerInvariant()
        : Queued.Contains(task.Id) ? "queued" : "running";
}
