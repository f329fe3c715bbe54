namespace QwenCode.Tasks;

/// <summary>Why an agent's run ended. The words on the wire are upper snake case, such as <c>MAX_TURNS</c>.</summary>
public enum TaskEndReason
{
    /// <summary>It gave its final answer.</summary>
    Goal,

    /// <summary>Its requests to the model were used up.</summary>
    MaxTurns,

    /// <summary>Its time was up.</summary>
    Timeout,

    /// <summary>Its tokens were used up.</summary>
    MaxTokens,

    /// <summary>Its tool calls were used up.</summary>
    MaxToolCalls,

    /// <summary>It went round in circles.</summary>
    LoopDetected,

    /// <summary>It made no progress for too long.</summary>
    Stalled,

    /// <summary>Something threw, such as the model's provider.</summary>
    Error,

    /// <summary>It was stopped.</summary>
    Cancelled,

    /// <summary>The process ended under it; it was found so at the next start.</summary>
    Interrupted,
}
