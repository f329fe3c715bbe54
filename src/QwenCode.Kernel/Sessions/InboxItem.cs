using Microsoft.Extensions.AI;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Sessions;

/// <summary>Something that leads to a turn.</summary>
internal abstract record InboxItem;

/// <summary>Something that the user asks for, and that has a run of its own.</summary>
internal abstract record UserItem : InboxItem;

/// <summary>A prompt.</summary>
internal sealed record PromptItem(IReadOnlyList<AIContent> Content) : UserItem;

/// <summary>The conversation is to be compacted.</summary>
internal sealed record CompactItem(CompactInput Input) : UserItem;

/// <summary>The conversation or files are to be as they were before.</summary>
/// <param name="Input">A <see cref="RewindInput"/> or <see cref="RestoreInput"/>.</param>
internal sealed record RewindItem(SessionInput Input) : UserItem;

/// <summary>The last turn is to go on where it was cut short.</summary>
internal sealed record ContinueItem : UserItem;

/// <summary>What fills the window is to be reported.</summary>
internal sealed record DescribeContextItem(bool IsDetailed) : UserItem;

/// <summary>A task of the agent ended.</summary>
/// <param name="Task">The task.</param>
internal sealed record NotificationItem(TaskSnapshot Task) : InboxItem
{
    /// <summary>Gets whether the task was stopped with the agent that owned it, so that no model knows of it any more.</summary>
    public bool IsSilent { get; init; }
}

/// <summary>A schedule fired.</summary>
/// <param name="JobId">The job; what is left of it goes when it is deleted.</param>
/// <param name="Prompt">The prompt.</param>
internal sealed record CronItem(string JobId, string Prompt) : InboxItem;

/// <summary>Something about the agent's tasks or schedules changed without a turn: what waits looks again.</summary>
internal sealed record WakeItem : InboxItem
{
    /// <summary>Gets the one item; it carries nothing.</summary>
    public static WakeItem Instance { get; } = new();
}

/// <summary>A task of an earlier process is to go on.</summary>
/// <param name="Task">The task.</param>
/// <param name="End">Its end, which nobody has been notified of; <c>null</c> if somebody has.</param>
internal sealed record ResumeItem(TaskSnapshot Task, NotificationItem? End) : InboxItem;

/// <summary>No prompt will come any more.</summary>
internal sealed record CompleteItem : InboxItem;
