namespace QwenCode.Tasks;

/// <summary>What a journal knows of a task.</summary>
/// <param name="Task">The task as last written.</param>
/// <param name="WasDelivered">Whether its owner has been notified of its end.</param>
public sealed record JournaledTask(TaskSnapshot Task, bool WasDelivered)
{
    /// <summary>Gets whether the main agent has the notification, and its model has not answered since.</summary>
    /// <value>The default is <c>false</c>, as in journals that do not say.</value>
    public bool AwaitsAnswer { get; init; }
}
