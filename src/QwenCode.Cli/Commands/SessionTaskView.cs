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
    public async Task<LiveTasks> AskAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var reply = await TaskRequests.SendAsync(Journal, new TaskRequest(TaskRequest.Queued, string.Empty),
                TimeSpan.FromMilliseconds(500), patience.Token).ConfigureAwait(false);
            return reply is null ? LiveTasks.None : new LiveTasks(true, reply.IsDone ? reply.Message.Split('\n') : []);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
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
