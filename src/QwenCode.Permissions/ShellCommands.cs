using QwenCode.Permissions.Shell;

namespace QwenCode.Permissions;

/// <summary>What can be said of a shell command without any rules.</summary>
public static class ShellCommands
{
    /// <summary>Says whether a command is known to change nothing; such a command needs no approval and may run beside others.</summary>
    /// <param name="command">The command.</param>
    public static bool IsReadOnly(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return ShellAnalyzer.Analyze(command, "/").IsReadOnly;
    }

    /// <summary>Lists the programs a command starts, as far as they are known.</summary>
    /// <param name="command">The command.</param>
    public static IReadOnlyList<string> Roots(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return [.. ShellAnalyzer.Analyze(command, "/").Units.Where(static unit => unit.Words.Count > 0 && !unit.IsOpaque)
            .Select(static unit => CommandVariants.Program(unit.Words[0]) ?? unit.Words[0].Text).Distinct()];
    }
}
