namespace QwenCode.Tasks;

/// <summary>Where a task stands. The last three are final.</summary>
public enum TaskState
{
    /// <summary>Waits for a free slot.</summary>
    Queued,

    /// <summary>Runs.</summary>
    Running,

    /// <summary>Reached its goal.</summary>
    Completed,

    /// <summary>Ended without reaching it.</summary>
    Failed,

    /// <summary>Was stopped.</summary>
    Cancelled,
}
