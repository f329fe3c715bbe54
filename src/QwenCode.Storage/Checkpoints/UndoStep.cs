namespace QwenCode.Storage.Checkpoints;

/// <summary>A prompt whose changes can be undone.</summary>
/// <param name="Id">Names the prompt.</param>
/// <param name="Session">Its session; empty for what was left of an undo that was cut off.</param>
/// <param name="Number">The number of the prompt in the session, from 1; 0 if a call came from a program and not from a model.</param>
/// <param name="Prompt">The beginning of the prompt.</param>
/// <param name="At">When it began.</param>
/// <param name="Files">The files it has changed.</param>
/// <param name="IsInterrupted">Whether a process was killed in the middle, so that later changes of others may be among them.</param>
public sealed record UndoStep(
    string Id, string Session, int Number, string Prompt, DateTimeOffset At, IReadOnlyList<string> Files, bool IsInterrupted);
