using QwenCode.Tasks;

namespace QwenCode.Tools;

/// <summary>Work that a tool has really started and that goes on after its call, such as a command in the background.</summary>
/// <param name="Description">What it is about, in one line.</param>
/// <param name="Command">The command as the model gave it.</param>
/// <param name="ProcessId">The process, which also leads the group of all it starts; <c>null</c> if there is none.</param>
/// <param name="OutputFile">The file its output goes to, readable while it runs.</param>
/// <param name="Completion">Ends when the work has, and never fails: whatever went wrong is in the outcome.</param>
/// <param name="Stop">Ends the work and all processes of it; returns once they are gone. Later calls do nothing.</param>
public sealed record BackgroundWork(
    string Description,
    string Command,
    int? ProcessId,
    string OutputFile,
    Task<BackgroundOutcome> Completion,
    Func<ValueTask> Stop);

/// <summary>How background work ended.</summary>
/// <param name="State"><see cref="TaskState.Completed"/>, <see cref="TaskState.Failed"/> or <see cref="TaskState.Cancelled"/>.</param>
/// <param name="Result">The output, cut to the limits of a result.</param>
/// <param name="Error">What went wrong, such as <c>Exit code: 3</c>; <c>null</c> if nothing did.</param>
public sealed record BackgroundOutcome(TaskState State, string? Result, string? Error = null);
