namespace QwenCode.Storage.Tasks;

/// <summary>When the journal of tasks is forced to the disk.</summary>
/// <remarks>
/// A killed process loses nothing in either case: a line is with the operating system before the call returns. Forcing it to the disk
/// is for the case that the machine itself goes down, and costs what the disk takes for it: from a tenth of a millisecond to some ten.
/// </remarks>
public enum SyncPolicy
{
    /// <summary>At each end of a task, before its owner is notified; ends at the same time share one.</summary>
    EachEnd,

    /// <summary>Whenever the operating system sees fit.</summary>
    Never,
}
