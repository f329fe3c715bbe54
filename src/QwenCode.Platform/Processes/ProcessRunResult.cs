namespace QwenCode.Platform.Processes;

/// <summary>What came of a program that was run.</summary>
/// <param name="Exit">How it ended; <c>null</c> if its time was up and it was stopped.</param>
/// <param name="Output">The beginning of its output.</param>
/// <param name="Error">The beginning of its error output.</param>
/// <param name="IsOutputCut">Whether output was dropped.</param>
/// <param name="IsErrorCut">Whether error output was dropped.</param>
public sealed record ProcessRunResult(ProcessExit? Exit, string Output, string Error, bool IsOutputCut, bool IsErrorCut);
