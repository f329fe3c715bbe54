namespace QwenCode.Storage.Tasks;

/// <summary>How far the end of a task has come.</summary>
public enum DeliveryState
{
    /// <summary>The task was announced, and has no end yet.</summary>
    Started,

    /// <summary>Its end is in the journal, and in no conversation yet; the next start of the session delivers it.</summary>
    Journaled,

    /// <summary>An agent has it in its conversation, or it was stopped with its owner and there is none to be notified.</summary>
    Delivered,

    /// <summary>The model of that agent has answered since.</summary>
    Answered,
}

/// <summary>The way of one task's end from the registry to the model that was notified, as journal and transcripts have it.</summary>
/// <param name="Id">The task.</param>
public sealed record TaskDelivery(string Id)
{
    /// <summary>Gets the type, such as the name of an agent's definition.</summary>
    public string Type { get; init; } = string.Empty;

    /// <summary>Gets how far the end has come.</summary>
    public DeliveryState State =>
        AnsweredAt is not null ? DeliveryState.Answered : DeliveredAt is not null || IsInTranscript ? DeliveryState.Delivered
        : JournaledAt is not null ? DeliveryState.Journaled : DeliveryState.Started;

    /// <summary>Gets when the task was announced.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when the task ended, and its notification began its way.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>Gets when the end was written to the journal.</summary>
    public DateTimeOffset? JournaledAt { get; init; }

    /// <summary>Gets when an agent had it in its transcript.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Gets when the model of that agent had answered.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Gets the agent that was notified; <c>null</c> if none was, and in journals of older versions.</summary>
    public string? Consumer { get; init; }

    /// <summary>Gets whether the notification is in a transcript, whatever the journal says.</summary>
    public bool IsInTranscript { get; init; }

    /// <summary>Gets what says that the notification did not arrive; empty if nothing does.</summary>
    public IReadOnlyList<string> Losses { get; init; } = [];

    /// <summary>Gets what says that it arrived more than once; empty if nothing does.</summary>
    public IReadOnlyList<string> Doubles { get; init; } = [];
}
