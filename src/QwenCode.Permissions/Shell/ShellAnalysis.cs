namespace QwenCode.Permissions.Shell;

/// <summary>The commands of a script and what is known about them.</summary>
/// <param name="Units">Its commands, in order.</param>
/// <param name="IsComplete">Whether the whole script was parsed and analyzed.</param>
/// <param name="IsReadOnly">Whether all of it is known to change nothing.</param>
internal sealed record ShellAnalysis(IReadOnlyList<ShellUnit> Units, bool IsComplete, bool IsReadOnly);
