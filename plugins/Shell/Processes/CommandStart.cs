namespace QwenCode.Plugin.Shell.Processes;

/// <summary>What to run, and how.</summary>
/// <param name="Command">The command line for the shell.</param>
/// <param name="Directory">The existing directory to run it in.</param>
/// <param name="Environment">All variables it gets.</param>
/// <param name="Mark">A text that no other process has in its environment; what carries it belongs to the command.</param>
internal sealed record CommandStart(string Command, string Directory, IReadOnlyDictionary<string, string> Environment, string Mark)
{
    /// <summary>Gets the program and arguments that the shell is started by, such as a sandbox; empty starts the shell itself.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];
}
