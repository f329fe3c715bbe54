using QwenCode.Agents;

namespace QwenCode.Tasks;

/// <summary>A task as it stands at one moment.</summary>
public sealed record TaskSnapshot
{
    /// <summary>Gets the task's id, unique within its session; for an agent also its <see cref="AgentId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what kind of work it is.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>Gets the agent that is notified of its end.</summary>
    public required AgentId Owner { get; init; }

    /// <summary>Gets the call that started it, if it is known.</summary>
    public string? ToolUseId { get; init; }

    /// <summary>Gets what it is about, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>Gets the definition's name, <c>fork</c> for a fork, <c>shell</c> for a command.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the prompt or the command.</summary>
    public string Prompt { get; init; } = string.Empty;

    /// <summary>Gets where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>Gets why it ended, once it has.</summary>
    public TaskEndReason? EndReason { get; init; }

    /// <summary>Gets its result, whole, if it has one.</summary>
    public string? Result { get; init; }

    /// <summary>Gets its error, if it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what it has spent; <c>null</c> if a cancelled task could not say.</summary>
    public TaskStats? Stats { get; init; }

    /// <summary>Gets the file that holds its transcript or output, if there is one.</summary>
    public string? OutputFile { get; init; }

    /// <summary>Gets when it was announced.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets whether the state is final.</summary>
    public bool HasEnded => State is TaskState.Completed or TaskState.Failed or TaskState.Cancelled;
}
