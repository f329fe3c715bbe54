namespace QwenCode.Platform.Processes;

/// <summary>One living process.</summary>
/// <param name="Id">Its number, which the system gives to another process later.</param>
/// <param name="Parent">The process that started it, or the one that took it over.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartedAt">When it was started, in ticks of the system; together with the number it names one process for good.</param>
internal sealed record ProcessEntry(int Id, int Parent, int Group, int Session, ulong StartedAt);
