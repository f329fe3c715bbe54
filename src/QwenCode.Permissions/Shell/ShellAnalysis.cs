namespace QwenCode.Permissions.Shell;

/// <summary>What a script would do.</summary>
/// <param name="Units">Its commands, in order.</param>
/// <param name="IsComplete">Whether everything was understood.</param>
/// <param name="IsReadOnly">Whether all of it is known to change nothing.</param>
internal sealed record ShellAnalysis(IReadOnlyList<ShellUnit> Units, bool IsComplete, bool IsReadOnly);
