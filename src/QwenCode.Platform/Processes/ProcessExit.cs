namespace QwenCode.Platform.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; <c>null</c> if a signal ended it, or if another part of the host took the news of its end.</param>
/// <param name="Signal">The number of the signal that ended it; <c>null</c> if none did, and on Windows.</param>
public sealed record ProcessExit(int? Code, int? Signal);
