namespace QwenCode.Diagnostics;

/// <summary>A phase of a start, and when it ended.</summary>
/// <param name="Name">What was done.</param>
/// <param name="EndedAt">The time, as <see cref="TimeProvider.GetTimestamp"/> of <see cref="TimeProvider.System"/> returns it.</param>
public sealed record StartupPhase(string Name, long EndedAt);
