namespace QwenCode.Plugin.Lsp.Processes;

/// <summary>
/// Finds a program as a shell would. The base library looks in the current directory first, and that one belongs to the project.
/// </summary>
internal static class ProgramPath
{
    /// <summary>Returns the full path of a program.</summary>
    /// <param name="command">Its name, or a path: absolute, or relative to the server's folder.</param>
    /// <param name="folder">The server's folder.</param>
    /// <param name="environment">The environment it will run in.</param>
    public static string? Find(string command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var endings = Endings(command, environment);
        if (command.Contains('/', StringComparison.Ordinal) || command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return Match(Path.GetFullPath(command, folder), endings);
        }

        var directories = environment.GetValueOrDefault("PATH", string.Empty);
        return directories.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(directory => Match(Path.Combine(directory, command), endings))
            .FirstOrDefault(static found => found is not null);
    }

    private static string[] Endings(string command, IReadOnlyDictionary<string, string> environment) =>
        !OperatingSystem.IsWindows() || Path.HasExtension(command)
        ? [string.Empty]
        : [.. environment.GetValueOrDefault("PATHEXT", ".EXE;.CMD;.BAT").Split(';', StringSplitOptions.RemoveEmptyEntries), string.Empty];

    private static string? Match(string path, string[] endings) => endings.Select(ending => path + ending).FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
