using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>The words for the ends of agents and tasks.</summary>
internal static class TaskEndReasons
{
    /// <summary>Returns the word for a reason, as notifications and displays carry it.</summary>
    /// <param name="reason">The reason.</param>
    public static string ToWire(this TaskEndReason reason) => reason switch
    {
        TaskEndReason.Goal => "GOAL",
        TaskEndReason.MaxTurns => "MAX_TURNS",
        TaskEndReason.Timeout => "TIMEOUT",
        TaskEndReason.MaxTokens => "MAX_TOKENS",
        TaskEndReason.MaxToolCalls => "MAX_TOOL_CALLS",
        TaskEndReason.LoopDetected => "LOOP_DETECTED",
        TaskEndReason.Stalled => "STALLED",
        TaskEndReason.Cancelled => "CANCELLED",
        TaskEndReason.Interrupted => "INTERRUPTED",
        _ => "ERROR",
    };
}
