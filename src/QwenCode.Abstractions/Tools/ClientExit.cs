namespace QwenCode.Tools;

/// <summary>How a program in a terminal of an editor ended, as the editor says it.</summary>
/// <param name="Code">Its exit code; <c>null</c> if a signal ended it or the editor does not know.</param>
/// <param name="Signal">The name of the signal that ended it; <c>null</c> if none did.</param>
public sealed record ClientExit(int? Code, string? Signal);
