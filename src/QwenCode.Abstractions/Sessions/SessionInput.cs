using Microsoft.Extensions.AI;
using QwenCode.Permissions;

namespace QwenCode.Sessions;

/// <summary>What a front end can send to a session. Prompts wait their turn in the inbox; everything else takes effect at once.</summary>
public abstract record SessionInput;

/// <summary>A prompt.</summary>
/// <param name="Content">What the model gets.</param>
public sealed record PromptInput(IReadOnlyList<AIContent> Content) : SessionInput
{
    /// <summary>Creates a prompt of text.</summary>
    /// <param name="text">The text.</param>
    public PromptInput(string text)
        : this([new TextContent(text)])
    {
    }
}

/// <summary>Sets how hard the main agent's model is to think, from the next request on.</summary>
/// <param name="Effort">The effort; <c>null</c> leaves it to the model's settings.</param>
public sealed record SetEffortInput(ReasoningEffort? Effort) : SessionInput;

/// <summary>
/// Stops the run that goes on or, if none does, the first prompt that waits. Background tasks and the prompts behind it go on.
/// </summary>
public sealed record InterruptInput : SessionInput
{
    /// <summary>Gets whether the first prompt that waits is stopped also if another run goes on.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool IncludesWaiting { get; init; }
}

/// <summary>
/// Goes on with the last turn where it was cut short, by a failure, an interrupt or the end of a process, without a new prompt. If it was
/// not, the run ends at once and no request is made.
/// </summary>
public sealed record ContinueInput : SessionInput;

/// <summary>
/// Compacts the conversation to make room in the model's window. It waits its turn like a prompt, and its run ends with
/// <see cref="RunCompleted"/>, whose text says what was gained.
/// </summary>
/// <param name="Instructions">What the model's notes are to heed. The default is nothing.</param>
/// <param name="UsesModel">Whether a model is asked for notes. The default is yes; otherwise the program makes them, at once.</param>
public sealed record CompactInput(string Instructions = "", bool UsesModel = true) : SessionInput;

/// <summary>
/// Reports what fills the model's window, with a <see cref="ContextDescribed"/>. It waits its turn like a prompt, and its run ends with
/// <see cref="RunCompleted"/>, whose text is the report.
/// </summary>
/// <param name="IsDetailed">Whether the text names every tool and file. The default is no.</param>
public sealed record DescribeContextInput(bool IsDetailed = false) : SessionInput;

/// <summary>
/// Takes the last prompts out of the main agent's conversation, with all that came of them; the transcript keeps them beside it. It waits
/// its turn like a prompt, and no model is asked. What it came to is the text of the run.
/// </summary>
/// <param name="Prompts">How many; <c>null</c> lists the prompts and does nothing.</param>
/// <param name="RestoresFiles">Whether the files are brought back, too. The default is no.</param>
/// <param name="Overwrites">Whether files that somebody else has changed since are overwritten. The default is no.</param>
public sealed record RewindInput(int? Prompts, bool RestoresFiles = false, bool Overwrites = false) : SessionInput;

/// <summary>
/// Brings back the files that the last prompts of the session have changed; the conversation stays. It waits its turn like a prompt, and
/// no model is asked. What it came to is the text of the run.
/// </summary>
/// <param name="Prompts">How many of the prompts that have changed files; <c>null</c> lists them and does nothing.</param>
/// <param name="Overwrites">Whether files that somebody else has changed since are overwritten. The default is no.</param>
public sealed record RestoreInput(int? Prompts, bool Overwrites = false) : SessionInput;

/// <summary>Sets what runs without being asked about, also for the turn that runs.</summary>
/// <param name="Mode">The mode.</param>
public sealed record SetApprovalModeInput(ApprovalMode Mode) : SessionInput;

/// <summary>Sets the model from the next request on.</summary>
/// <param name="Selector">A selector as <see cref="Models.IModelProvider.Resolve"/> takes it.</param>
public sealed record SetModelInput(string Selector) : SessionInput;

/// <summary>Answers a <see cref="PermissionRequested"/>. An unknown or settled request is ignored.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Answer">The answer.</param>
public sealed record PermissionInput(string RequestId, PermissionAnswer Answer) : SessionInput;

/// <summary>No prompt will come any more: the session ends once its inbox is empty and no task of it runs.</summary>
public sealed record CompleteInput : SessionInput;

/// <summary>Ends the session now: the turn and every task are cancelled, and each still gets its end event.</summary>
public sealed record ShutdownInput : SessionInput;

/// <summary>
/// Goes on with an agent whose process ended under it, from its transcript. What cannot be resumed is reported by a
/// <see cref="NoticeRaised"/>.
/// </summary>
/// <param name="Task">The task as the journal knows it.</param>
public sealed record ResumeTaskInput(Tasks.TaskSnapshot Task) : SessionInput;
