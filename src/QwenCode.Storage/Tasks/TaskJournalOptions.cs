namespace QwenCode.Storage.Tasks;

/// <summary>How a journal of tasks is kept.</summary>
public sealed class TaskJournalOptions
{
    /// <summary>Gets when lines are forced to the disk. The default is <see cref="SyncPolicy.EachEnd"/>.</summary>
    public SyncPolicy Sync { get; init; } = SyncPolicy.EachEnd;

    /// <summary>Gets what takes notes of what could not be written or read, in a sentence for the user. The default drops it.</summary>
    public Action<string> Report { get; init; } = static _ => { };
}
