namespace QwenCode.Plugin.Shell.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; <c>null</c> where a signal ended it or nobody knows.</param>
/// <param name="Signal">The number of the signal that ended it.</param>
internal sealed record CommandExit(int? Code, int? Signal);
