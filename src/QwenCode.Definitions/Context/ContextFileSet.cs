namespace QwenCode.Definitions.Context;

/// <summary>The context files that were found.</summary>
/// <param name="Text">Their text for the system prompt; empty if there is none.</param>
/// <param name="Files">The files whose text is in it, in that order.</param>
/// <param name="Issues">What could not be read.</param>
public sealed record ContextFileSet(string Text, IReadOnlyList<string> Files, IReadOnlyList<ContextFileIssue> Issues);
