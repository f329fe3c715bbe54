namespace QwenCode.Definitions.Context;

/// <summary>A context file, or an import in one, that could not be read.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ContextFileIssue(string File, int Line, string Message);
