namespace QwenCode.Storage.Tasks;

/// <summary>Another living process keeps the tasks of this session; nothing was changed.</summary>
/// <param name="message">Which journal and which process, and what to do.</param>
/// <param name="processId">The process, if it is known.</param>
/// <param name="innerException">What the operating system said.</param>
public sealed class TaskJournalInUseException(string message, int? processId, Exception? innerException = null)
    : QwenCodeException(message, innerException)
{
    /// <summary>Gets the process, if it is known.</summary>
    public int? ProcessId { get; } = processId;
}
