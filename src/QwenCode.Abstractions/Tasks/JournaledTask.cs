namespace QwenCode.Tasks;

/// <summary>What a journal knows of a task.</summary>
/// <param name="Task">The task as last written.</param>
/// <param name="WasDelivered">Whether its owner has been notified of its end.</param>
public sealed record JournaledTask(TaskSnapshot Task, bool WasDelivered);
